import { type SQL, sql } from "drizzle-orm";
import type { Reads } from "../src/service/store.ts";
import { spanFromPostgres } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { placementRows, positionRows } from "./fact-rows.ts";
import { isOneOf, knownAt, overlapping, textArray } from "./fragments.ts";

type ChangeReads = Pick<
  Reads,
  | "placementsBetween"
  | "positionsBetween"
  | "spansChanged"
  | "lastTakenBack"
  | "touchedSince"
  | "revisionsThatChanged"
  | "placementsSupersededBy"
>;

/** Reads of what revisions changed. */
export function changeReads(executor: Executor): ChangeReads {
  return {
    placementsBetween: async (older, newer) => {
      const [lost, gained] = await Promise.all([
        placementRows(executor, lostBetween(older, newer)),
        placementRows(executor, gainedBetween(older, newer)),
      ]);
      return { older: lost, newer: gained };
    },
    positionsBetween: async (older, newer) => {
      const [lost, gained] = await Promise.all([
        positionRows(executor, lostBetween(older, newer)),
        positionRows(executor, gainedBetween(older, newer)),
      ]);
      return { older: lost, newer: gained };
    },
    spansChanged: async (older, newer) => {
      const changed = (table: "placement" | "position") => sql`
        SELECT valid FROM ${sql.identifier(table)} WHERE ${lostBetween(older, newer)}
        UNION SELECT valid FROM ${sql.identifier(table)} WHERE ${gainedBetween(older, newer)}`;
      const rows = await rowsOf<{ valid: string }>(executor, sql`${changed("placement")} UNION ${changed("position")}`);
      return rows.map((row) => spanFromPostgres(row.valid));
    },
    lastTakenBack: async ({ seats, positions }, span, rev) => {
      const within = sql`${overlapping(span)} AND upper(rev) <= ${rev}::bigint`;
      const [ifuslots, ifuids] = [positions.map((one) => one.ifuslot), positions.map((one) => one.ifuid)];
      const [row] = await rowsOf<{ rev: unknown }>(
        executor,
        sql`SELECT max(upper(rev)) AS rev FROM (
              SELECT rev FROM placement WHERE ${isOneOf("ifuslot", seats)} AND ${within}
              UNION ALL SELECT rev FROM position WHERE ${isOneOf("ifuslot", ifuslots)} AND ${within}
                AND (ifuslot, ifuid) IN (SELECT * FROM unnest(${textArray(ifuslots)}, ${textArray(ifuids)}))) taken_back`,
      );
      return Number(row?.rev ?? 0);
    },
    touchedSince: async (base, ifuslots) => {
      const touched = (table: "placement" | "position") => sql`
        SELECT greatest(max(lower(rev)), max(upper(rev))) AS rev FROM ${sql.identifier(table)}
        WHERE ifuslot = ANY(${textArray(ifuslots)}) AND (lower(rev) > ${base}::bigint OR upper(rev) > ${base}::bigint)`;
      const [row] = await rowsOf<{ rev: unknown }>(
        executor,
        sql`SELECT max(rev) AS rev FROM (${touched("placement")} UNION ALL ${touched("position")}) touches`,
      );
      return row?.rev == null ? null : Number(row.rev);
    },
    revisionsThatChanged: async () => {
      const changed = (table: "placement" | "position") => sql`
        SELECT lower(rev) AS rev FROM ${sql.identifier(table)}
        UNION SELECT upper(rev) FROM ${sql.identifier(table)} WHERE NOT upper_inf(rev)`;
      const rows = await rowsOf<{ rev: unknown }>(
        executor,
        sql`${changed("placement")} UNION ${changed("position")} ORDER BY rev DESC`,
      );
      return rows.map((row) => Number(row.rev));
    },
    placementsSupersededBy: async (kinds, ifuslots, span, rev) => {
      // The acts first: most of what was superseded was so by others.
      const rows = await rowsOf<{ ifuslot: string; valid: string; rev: unknown }>(
        executor,
        sql`SELECT ifuslot, valid, act.rev FROM revision act JOIN placement ON upper(placement.rev) = act.rev
            WHERE kind = ANY(${textArray(kinds)}) AND act.rev <= ${rev}::bigint AND NOT upper_inf(placement.rev)
              AND ${isOneOf("ifuslot", ifuslots)} AND ${overlapping(span)}`,
      );
      return rows.map((row) => ({ ifuslot: row.ifuslot, span: spanFromPostgres(row.valid), rev: Number(row.rev) }));
    },
  };
}

/** Known at the older revision and superseded by the newer one; and the other way round. */
function lostBetween(older: number, newer: number): SQL {
  return sql`upper(rev) > ${older}::bigint AND upper(rev) <= ${newer}::bigint AND NOT upper_inf(rev) AND ${knownAt(older)}`;
}

function gainedBetween(older: number, newer: number): SQL {
  return sql`lower(rev) > ${older}::bigint AND lower(rev) <= ${newer}::bigint AND ${knownAt(newer)}`;
}
