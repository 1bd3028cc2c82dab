import { sql } from "drizzle-orm";
import { VIRUS_SEATS } from "../src/domain/plane/seat.ts";
import type { Instant } from "../src/domain/time/instant.ts";
import type { Reads } from "../src/service/store.ts";
import { instantFromPostgres, instantOrNull } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { at, isOneOf, knownAlongStarts, textArray } from "./fragments.ts";

/** Where nothing is known. */
export function gapReads(executor: Executor): Pick<Reads, "gapAt"> {
  return {
    gapAt: async (instant, rev) => {
      const known = sql`ifuslot = seat.ifuslot AND ${knownAlongStarts(rev)}`;
      const [row] = await rowsOf<{ since: string | null; until: string | null; covered: boolean | null }>(
        executor,
        sql`SELECT max(upper(former.valid)) AS since, min(following.since) AS until,
                   bool_or(former.valid @> ${at(instant)}) AS covered
            FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
            LEFT JOIN LATERAL (
              SELECT valid FROM placement WHERE ${known} AND lower(valid) <= ${at(instant)}
              ORDER BY lower(valid) DESC LIMIT 1) former ON true
            LEFT JOIN LATERAL (
              SELECT lower(valid) AS since FROM placement WHERE ${known} AND lower(valid) > ${at(instant)}
              ORDER BY lower(valid) LIMIT 1) following ON true`,
      );
      if (row === undefined || row.covered === true) return null;
      const gap = { from: instantOrNull(row.since), until: instantOrNull(row.until) };
      const bound = (end: Instant | null) => (end === null ? sql`NULL::timestamptz` : at(end));
      const retracted = await rowsOf<{ since: string; until: string | null }>(
        executor,
        sql`SELECT lower(span) AS since, upper(span) AS until FROM (
              SELECT unnest(range_agg(valid)) AS span FROM placement
              WHERE ${isOneOf("ifuslot", VIRUS_SEATS)} AND upper(rev) <= ${rev}::bigint
                AND valid && tstzrange(${bound(gap.from)}, ${bound(gap.until)})) former`,
      );
      const spans = retracted.map((span) => ({
        from: instantFromPostgres(span.since),
        until: instantOrNull(span.until),
      }));
      return { ...gap, retracted: spans };
    },
  };
}
