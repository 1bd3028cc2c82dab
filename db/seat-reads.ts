import { sql } from "drizzle-orm";
import type { Unit } from "../src/domain/plane/placement.ts";
import type { Instant } from "../src/domain/time/instant.ts";
import type { PositionRecord, Reads, SeatRecord } from "../src/service/store.ts";
import { instantReader } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { at, textArray } from "./fragments.ts";
import { LOOKUPS } from "./lookups.ts";

/** What the lookups of seats and of positions have in common: the row at or before an instant, and where the next begins. */
type Found = {
  there: boolean | null;
  since: string | null;
  until: string | null;
  next: string | null;
  rev: unknown;
  changed_by: unknown;
  /** Where nothing is: the newest revision that took back something of that stretch. */
  taken_back: unknown;
};

/** What is in seats, and where the IFUs in them are, at an instant as a revision knows it. @param isNewest see `lookup` in lookups.ts */
export function seatReads(
  executor: Executor,
  isNewest: (rev: number) => boolean,
): Pick<Reads, "seatsAt" | "positionsAt"> {
  const asked = (instant: Instant, rev: number) => sql`(SELECT ${at(instant)} AS at, ${rev}::bigint AS rev) asked`;
  return {
    seatsAt: async (ifuslots, instant, rev) => {
      const { columns, joins } = LOOKUPS[isNewest(rev) ? "newest" : "any"].placement;
      const rows = await rowsOf<Found & Unit & { ifuslot: string }>(
        executor,
        sql`SELECT seat.ifuslot, p.ifuid, p.specid, p.specslot, p.contid, ${columns} FROM ${asked(instant, rev)}
            CROSS JOIN unnest(${textArray(ifuslots)}) WITH ORDINALITY AS seat(ifuslot, n) ${joins} ORDER BY seat.n`,
      );
      const stretchOf = stretches();
      return rows.map((row): SeatRecord => {
        const { ifuslot, ifuid, specid, specslot, contid } = row;
        return { ifuslot, unit: row.there === true ? { ifuid, specid, specslot, contid } : null, ...stretchOf(row) };
      });
    },
    positionsAt: async (ifus, instant, rev) => {
      if (ifus.length === 0) return [];
      const { columns, joins } = LOOKUPS[isNewest(rev) ? "newest" : "any"].position;
      const [ifuslots, ifuids] = [ifus.map((ifu) => ifu.ifuslot), ifus.map((ifu) => ifu.ifuid)];
      const rows = await rowsOf<Found & { ifuslot: string; ifuid: string; x: number; y: number }>(
        executor,
        sql`SELECT ifu.ifuslot, ifu.ifuid, p.x, p.y, ${columns} FROM ${asked(instant, rev)}
            CROSS JOIN unnest(${textArray(ifuslots)}, ${textArray(ifuids)}) AS ifu(ifuslot, ifuid) ${joins}`,
      );
      const stretchOf = stretches();
      return rows.map((row): PositionRecord => {
        const { ifuslot, ifuid, x, y } = row;
        return { ifuslot, ifuid, position: row.there === true ? { x, y } : null, ...stretchOf(row) };
      });
    },
  };
}

function stretches(): (row: Found) => Pick<SeatRecord, "from" | "until" | "rev" | "changedBy"> {
  const instant = instantReader();
  return ({ there, since, until, next, rev, changed_by, taken_back }) =>
    there === true
      ? { from: instant(since), until: instant(until), rev: Number(rev), changedBy: Number(changed_by) }
      : { from: instant(until), until: instant(next), rev: 0, changedBy: Number(taken_back ?? 0) };
}
