import { type SQL, sql } from "drizzle-orm";
import { asIndexed } from "./fragments.ts";

/** How many rows are looked at before another way is tried. */
const NEARBY = 50;

/** Which rows are looked for, by the columns that the indices of starts and of revisions begin with. */
const KEYS = {
  placement: { columns: ["ifuslot"], of: "seat" },
  position: { columns: ["ifuslot", "ifuid"], of: "ifu" },
} as const;

type Keyed = keyof typeof KEYS;

type Lookup = { readonly columns: SQL; readonly joins: SQL };

/** Nothing has superseded it, as its index says it. */
const STANDING = "upper_inf(rev)";
/** As `knownAlongStarts` has it. */
const KNOWN = "lower(rev) <= asked.rev AND coalesce(upper(rev) > asked.rev, true)";

/**
 * What is looked up in `placement` for each `seat(ifuslot)`, in `position` for each `ifu(ifuslot, ifuid)`, at the instant
 * `asked.at` as the revision `asked.rev` knows it: the columns `there`, `since`, `until`, `rev`, `changed_by`, `next` and
 * `taken_back`, and the joins that they come from.
 *
 * @param isNewest whether no later revision can be there: then what is looked for stands among the rows that nothing has
 * superseded, which have an index of their own
 */
function lookup(table: Keyed, isNewest: boolean): Lookup {
  const { columns, of } = KEYS[table];
  const ofKey = columns.map((column) => `${column} = ${of}.${column}`).join(" AND ");
  const ofKeyIndexed = columns.map((column) => `${asIndexed(column)} = ${asIndexed(`${of}.${column}`)}`).join(" AND ");
  const isAbsent = "(p.valid @> asked.at) IS NOT TRUE";
  return {
    columns: sql.raw(`
      p.valid @> asked.at AS there, lower(p.valid) AS since, upper(p.valid) AS until, p.asserted_by AS rev,
      lower(p.rev) AS changed_by, following.next, former.taken_back`),
    joins: sql.raw(`
      LEFT JOIN LATERAL (${isNewest ? standingBefore(table) : lastBefore(table)}) p ON true
      LEFT JOIN LATERAL (
        SELECT lower(valid) AS next FROM ${table}
        WHERE ${isAbsent} AND ${ofKey} AND lower(valid) > asked.at AND ${isNewest ? STANDING : KNOWN}
        ORDER BY lower(valid) LIMIT 1) following ON true
      LEFT JOIN LATERAL (
        SELECT max(upper(rev)) AS taken_back FROM ${table}
        WHERE ${isAbsent} AND ${ofKeyIndexed}
          AND valid && tstzrange(upper(p.valid), following.next) AND upper(rev) <= asked.rev) former ON true`),
  };
}

/**
 * The row that covers the instant as the revision knows it; else the last one that ends before. At most one row covers it
 * (the exclusion constraints see to that), so it may be looked for where it is likely: walking back from the instant,
 * where it is found at once unless much was recorded there after the revision; then walking back from the revision.
 */
function lastBefore(table: Keyed): string {
  const { key, wanted } = keyOf(table);
  const newestFirst = [...KEYS[table].columns, "lower(rev)"].map((column) => `${column} DESC`).join(", ");
  const covering = (nearby: string) => `
    (SELECT * FROM (SELECT * FROM ${table} WHERE ${nearby} LIMIT ${NEARBY}) nearby
     WHERE (${key}) = (${wanted}) AND valid @> asked.at AND rev @> asked.rev)`;
  // Rows are compared as a whole, so that no index but the one that begins with the seat can do it.
  return `
    ${covering(`(${key}) = (${wanted}) AND lower(valid) <= asked.at ORDER BY lower(valid) DESC, lower(rev) DESC`)}
    UNION ALL
    ${covering(`(${key}, lower(rev)) <= (${wanted}, asked.rev) ORDER BY ${newestFirst}`)}
    UNION ALL
    (SELECT * FROM ${table} WHERE (${key}) = (${wanted}) AND lower(valid) <= asked.at AND ${KNOWN}
     ORDER BY lower(valid) DESC, lower(rev) DESC LIMIT 1)
    LIMIT 1`;
}

/** The same among the rows that nothing has superseded: there is one at any instant, and the index has no others. */
function standingBefore(table: Keyed): string {
  const { key, wanted } = keyOf(table);
  return `SELECT * FROM ${table} WHERE (${key}) = (${wanted}) AND lower(valid) <= asked.at AND ${STANDING}
          ORDER BY lower(valid) DESC LIMIT 1`;
}

function keyOf(table: Keyed): { readonly key: string; readonly wanted: string } {
  const { columns, of } = KEYS[table];
  return { key: columns.join(", "), wanted: columns.map((column) => `${of}.${column}`).join(", ") };
}

/** Made once: an update asks for them several times. */
export const LOOKUPS: Readonly<Record<"newest" | "any", Readonly<Record<Keyed, Lookup>>>> = {
  newest: { placement: lookup("placement", true), position: lookup("position", true) },
  any: { placement: lookup("placement", false), position: lookup("position", false) },
};
