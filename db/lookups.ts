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

/**
 * The row that covers an instant as a revision knows it; else the last one that ends before. At most one row covers it
 * (the exclusion constraints see to that), so it may be looked for where it is likely: walking back from the instant,
 * where it is found at once unless much was recorded there after the revision; then walking back from the revision.
 */
export function lastBefore(table: "placement" | "position", which: SQL, at: SQL, rev: number): SQL {
  const rows = sql.identifier(table);
  const covering = (nearby: SQL) => sql`
    (SELECT * FROM (SELECT * FROM ${rows} WHERE ${which} AND ${nearby} LIMIT ${sql.raw(String(NEARBY))}) nearby
     WHERE valid @> ${at} AND rev @> ${rev}::bigint)`;
  return sql`
    ${covering(sql`lower(valid) <= ${at} ORDER BY lower(valid) DESC, lower(rev) DESC`)}
    UNION ALL
    ${covering(sql`lower(rev) <= ${rev}::bigint ORDER BY lower(rev) DESC`)}
    UNION ALL
    (SELECT * FROM ${rows} WHERE ${which} AND lower(valid) <= ${at} AND ${knownAt(rev)}
     ORDER BY lower(valid) DESC, lower(rev) DESC LIMIT 1)
    LIMIT 1`;
}
