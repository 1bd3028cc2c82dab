import { type SQL, sql } from "drizzle-orm";
import { type Instant, instantText } from "../src/domain/instant.ts";
import type { PositionRecord, Reads, SeatRecord, Unit } from "../src/service/store.ts";
import { instantOrNull } from "./columns.ts";
import { type Executor, rowsOf, textArray } from "./connection.ts";
import { type Keyed, knownAt, lastBefore, STANDING, standingBefore } from "./lookups.ts";

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

/**
 * What is in seats, and where the IFUs in them are, at an instant as a revision knows it.
 *
 * @param isNewest whether no later revision can be there: then what is looked for stands among the rows that nothing has
 * superseded, which have an index of their own
 */
export function seatReads(
  executor: Executor,
  isNewest: (rev: number) => boolean,
): Pick<Reads, "seatsAt" | "positionsAt"> {
  const lookup = (table: Keyed, instant: Instant, rev: number) =>
    around(table, sql`${instantText(instant)}::timestamptz`, rev, isNewest(rev));
  return {
    seatsAt: async (ifuslots, instant, rev) => {
      const { columns, joins } = lookup("placement", instant, rev);
      const rows = await rowsOf<Found & Unit & { ifuslot: string }>(
        executor,
        sql`SELECT seat.ifuslot, p.ifuid, p.specid, p.specslot, p.contid, ${columns}
            FROM unnest(${textArray(ifuslots)}) WITH ORDINALITY AS seat(ifuslot, n) ${joins} ORDER BY seat.n`,
      );
      return rows.map((row): SeatRecord => {
        const { ifuslot, ifuid, specid, specslot, contid } = row;
        return { ifuslot, unit: row.there === true ? { ifuid, specid, specslot, contid } : null, ...stretch(row) };
      });
    },
    positionsAt: async (ifus, instant, rev) => {
      if (ifus.length === 0) return [];
      const { columns, joins } = lookup("position", instant, rev);
      const [ifuslots, ifuids] = [ifus.map((ifu) => ifu.ifuslot), ifus.map((ifu) => ifu.ifuid)];
      const rows = await rowsOf<Found & { ifuslot: string; ifuid: string; x: number; y: number }>(
        executor,
        sql`SELECT ifu.ifuslot, ifu.ifuid, p.x, p.y, ${columns}
            FROM unnest(${textArray(ifuslots)}, ${textArray(ifuids)}) AS ifu(ifuslot, ifuid) ${joins}`,
      );
      return rows.map((row): PositionRecord => {
        const { ifuslot, ifuid, x, y } = row;
        return { ifuslot, ifuid, position: row.there === true ? { x, y } : null, ...stretch(row) };
      });
    },
  };
}

/** The columns of `Found` and the joins that they come from, for a query on `seat(ifuslot)` or `ifu(ifuslot, ifuid)`. */
function around(table: Keyed, at: SQL, rev: number, isNewest: boolean): { columns: SQL; joins: SQL } {
  const rows = sql.identifier(table);
  const ofKey = table === "placement" ? sql`ifuslot = seat.ifuslot` : sql`ifuslot = ifu.ifuslot AND ifuid = ifu.ifuid`;
  const isAbsent = sql`(p.valid @> ${at}) IS NOT TRUE`;
  return {
    columns: sql`p.valid @> ${at} AS there, lower(p.valid) AS since, upper(p.valid) AS until, p.asserted_by AS rev,
                 lower(p.rev) AS changed_by, following.next, former.taken_back`,
    joins: sql`
      LEFT JOIN LATERAL (${isNewest ? standingBefore(table, at) : lastBefore(table, at, rev)}) p ON true
      LEFT JOIN LATERAL (
        SELECT lower(valid) AS next FROM ${rows}
        WHERE ${isAbsent} AND ${ofKey} AND lower(valid) > ${at} AND ${isNewest ? STANDING : knownAt(rev)}
        ORDER BY lower(valid) LIMIT 1) following ON true
      LEFT JOIN LATERAL (
        SELECT max(upper(rev)) AS taken_back FROM ${rows}
        WHERE ${isAbsent} AND ${ofKey}
          AND valid && tstzrange(upper(p.valid), following.next) AND upper(rev) <= ${rev}::bigint) former ON true`,
  };
}

function stretch(row: Found): Pick<SeatRecord, "from" | "until" | "rev" | "changedBy"> {
  const { since, until, next, rev, changed_by, taken_back } = row;
  return row.there === true
    ? { from: instantOrNull(since), until: instantOrNull(until), rev: Number(rev), changedBy: Number(changed_by) }
    : { from: instantOrNull(until), until: instantOrNull(next), rev: 0, changedBy: Number(taken_back ?? 0) };
}
