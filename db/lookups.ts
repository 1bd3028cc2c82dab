import { type SQL, sql } from "drizzle-orm";

/** How many rows are looked at before another way is tried. */
const NEARBY = 50;

/**
 * Whether a row is known at a revision, for lookups that walk along an index of starts. It says the same as `rev @> ...`,
 * of which PostgreSQL thinks that hardly any row fulfils it: then it would rather read and sort all rows of a seat.
 */
export function knownAt(rev: number): SQL {
  return sql`lower(rev) <= ${rev}::bigint AND coalesce(upper(rev) > ${rev}::bigint, true)`;
}

/** Which rows are looked for, by the columns that the indices of starts and of revisions begin with. */
const KEYS = {
  placement: { columns: ["ifuslot"], of: "seat" },
  position: { columns: ["ifuslot", "ifuid"], of: "ifu" },
} as const;

export type Keyed = keyof typeof KEYS;

/**
 * The row that covers an instant as a revision knows it; else the last one that ends before. At most one row covers it
 * (the exclusion constraints see to that), so it may be looked for where it is likely: walking back from the instant,
 * where it is found at once unless much was recorded there after the revision; then walking back from the revision.
 *
 * It stands in a query on `seat(ifuslot)`, of positions on `ifu(ifuslot, ifuid)`.
 */
export function lastBefore(table: Keyed, at: SQL, rev: number): SQL {
  const { columns } = KEYS[table];
  const { rows, key, wanted } = keyOf(table);
  const newestFirst = sql.raw([...columns, "lower(rev)"].map((column) => `${column} DESC`).join(", "));
  const covering = (nearby: SQL) => sql`
    (SELECT * FROM (SELECT * FROM ${rows} WHERE ${nearby} LIMIT ${sql.raw(String(NEARBY))}) nearby
     WHERE (${key}) = (${wanted}) AND valid @> ${at} AND rev @> ${rev}::bigint)`;
  // Rows are compared as a whole, so that no index but the one that begins with the seat can do it.
  return sql`
    ${covering(sql`(${key}) = (${wanted}) AND lower(valid) <= ${at} ORDER BY lower(valid) DESC, lower(rev) DESC`)}
    UNION ALL
    ${covering(sql`(${key}, lower(rev)) <= (${wanted}, ${rev}::bigint) ORDER BY ${newestFirst}`)}
    UNION ALL
    (SELECT * FROM ${rows} WHERE (${key}) = (${wanted}) AND lower(valid) <= ${at} AND ${knownAt(rev)}
     ORDER BY lower(valid) DESC, lower(rev) DESC LIMIT 1)
    LIMIT 1`;
}

/** Nothing has superseded it, as its index says it. */
export const STANDING = sql`upper_inf(rev)`;

/** The same among the rows that nothing has superseded: there is one at any instant, and the index has no others. */
export function standingBefore(table: Keyed, at: SQL): SQL {
  const { rows, key, wanted } = keyOf(table);
  return sql`SELECT * FROM ${rows} WHERE (${key}) = (${wanted}) AND lower(valid) <= ${at} AND ${STANDING}
             ORDER BY lower(valid) DESC LIMIT 1`;
}

function keyOf(table: Keyed): Readonly<Record<"rows" | "key" | "wanted", SQL>> {
  const { columns, of } = KEYS[table];
  return {
    rows: sql`${sql.identifier(table)}`,
    key: sql.raw(columns.join(", ")),
    wanted: sql.raw(columns.map((column) => `${of}.${column}`).join(", ")),
  };
}
