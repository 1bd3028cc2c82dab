import { asc, type SQL, sql } from "drizzle-orm";
import type { Span } from "../src/domain/time/instant.ts";
import type { PlacementRow, PositionRow, Reads } from "../src/service/store.ts";
import { spanFromPostgres } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { isOneOf, knownAt, overlapping, textArray } from "./fragments.ts";
import { confirmation, hold, placement, position } from "./schema.ts";

type HistoryReads = Pick<
  Reads,
  | "placementsOver"
  | "positionsOver"
  | "confirmationsOver"
  | "placementsSupersededBy"
  | "placementsOf"
  | "placementsBetween"
  | "positionsBetween"
  | "spansChanged"
  | "touchedSince"
  | "revisionsThatChanged"
  | "holds"
>;

/** Reads of whole stretches of valid time, and of what changed between revisions. */
export function historyReads(executor: Executor): HistoryReads {
  const placements = async (where: SQL): Promise<PlacementRow[]> => {
    const rows = await executor.select().from(placement).where(where).orderBy(placement.ifuslot, sql`lower(valid)`);
    return rows.map(({ ifuslot, ifuid, specid, specslot, contid, valid, assertedBy }) => ({
      ifuslot,
      unit: { ifuid, specid, specslot, contid },
      span: valid,
      rev: assertedBy,
    }));
  };
  const positions = async (where: SQL): Promise<PositionRow[]> => {
    const rows = await executor.select().from(position).where(where).orderBy(position.ifuslot, sql`lower(valid)`);
    return rows.map(({ ifuslot, ifuid, x, y, valid, assertedBy }) => ({
      ifuslot,
      ifuid,
      position: { x, y },
      span: valid,
      rev: assertedBy,
    }));
  };
  return {
    placementsOver: (ifuslots, span, rev) => placements(over(ifuslots, span, rev)),
    positionsOver: (ifuslots, span, rev) => positions(over(ifuslots, span, rev)),
    confirmationsOver: async (span, rev) => {
      const where = sql`${overlapping(span)} AND ${knownAt(rev)}`;
      const rows = await executor.select({ valid: confirmation.valid }).from(confirmation).where(where);
      return rows.map((row) => row.valid);
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
    placementsOf: async (kind, id, rev) => {
      const ofIt = kind === "contid" ? sql`contid = ${id}` : isOneOf(kind, [id]);
      const rows = await placements(sql`${ofIt} AND ${knownAt(rev)}`);
      return rows.sort((a, b) => a.span.from - b.span.from);
    },
    placementsBetween: async (older, newer) => {
      const [lost, gained] = await Promise.all([
        placements(lostBetween(older, newer)),
        placements(gainedBetween(older, newer)),
      ]);
      return { older: lost, newer: gained };
    },
    positionsBetween: async (older, newer) => {
      const [lost, gained] = await Promise.all([
        positions(lostBetween(older, newer)),
        positions(gainedBetween(older, newer)),
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
    holds: async (rev, where) => {
      const which = where === undefined ? knownAt(rev) : over(where.ifuslots, where.span, rev);
      const rows = await executor.select().from(hold).where(which).orderBy(asc(hold.hold), asc(hold.ifuslot));
      return rows.map((row) => ({ hold: row.hold, ifuslot: row.ifuslot, span: row.valid }));
    },
  };
}

function over(ifuslots: readonly string[], span: Span, rev: number): SQL {
  return sql`${isOneOf("ifuslot", ifuslots)} AND ${overlapping(span)} AND ${knownAt(rev)}`;
}

/** Known at the older revision and superseded by the newer one; and the other way round. */
function lostBetween(older: number, newer: number): SQL {
  return sql`upper(rev) > ${older}::bigint AND upper(rev) <= ${newer}::bigint AND NOT upper_inf(rev) AND ${knownAt(older)}`;
}

function gainedBetween(older: number, newer: number): SQL {
  return sql`lower(rev) > ${older}::bigint AND lower(rev) <= ${newer}::bigint AND ${knownAt(newer)}`;
}
