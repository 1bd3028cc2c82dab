import type { PlacementFact, PositionFact } from "../domain/fact.ts";
import type { ReadRow } from "../domain/fplane-reader.ts";
import { isNominal, unitsOf } from "../domain/imported-file.ts";
import type { Instant } from "../domain/instant.ts";
import { isVirusSeat } from "../domain/seat.ts";
import { EMPTY_UNIT } from "../domain/status-units.ts";
import type { Reads, SeatRecord, Unit } from "./store.ts";

/** A file of an import, read, and when it holds. */
export type DatedFile = {
  readonly rows: readonly ReadRow[];
  readonly from: Instant;
  /** `next`: each seat until its next recorded change. */
  readonly until: Instant | null | "next";
  /** Where the next file of the same import begins, if this one would hold as long. */
  readonly overtakenAt: Instant | null;
};

/** What a file says of a seat. */
export type Statement = PlacementFact & {
  readonly value: Unit;
  /** Where its word on the seat ends of itself, whatever the next file says; null: nowhere. */
  readonly ends: Instant | null;
};

/**
 * What each file says of the seats, a list a file. Several files follow one another: each ends where the next begins.
 * Where nothing is recorded yet it holds on as far as the next: most seats stay the same, and need not be said again.
 * What is recorded next is looked up in the record as it was before the import: that is what the files do not override.
 *
 * @param files by time
 * @param base the newest revision before the import
 */
export async function statementsOf(
  reads: Reads,
  files: readonly DatedFile[],
  drop: readonly string[],
  base: number,
): Promise<Statement[][]> {
  const lists: Statement[][] = [];
  let next = new Map<string, Statement>();
  for (const file of files.toReversed()) {
    const units = unitsOf(file.rows, drop);
    const seats = await reads.seatsAt([...units.keys()], file.from, base);
    const isFree = seats.every((seat) => seat.unit === null && seat.until === null);
    const following = next;
    const statements = seats.map((seat) => {
      const own = statement(file, seat, units.get(seat.ifuslot) ?? EMPTY_UNIT);
      const later = following.get(seat.ifuslot);
      return later === undefined ? own : overtaken(own, file, isFree ? later.span.until : file.overtakenAt);
    });
    next = new Map(statements.map((one) => [one.ifuslot, one]));
    lists.unshift(statements);
  }
  return lists;
}

function statement(file: DatedFile, seat: SeatRecord, unit: Unit): Statement {
  const sameSpectrograph = unit.specid !== null && unit.specid === seat.unit?.specid;
  const contid = sameSpectrograph ? (seat.unit?.contid ?? null) : null; // no file carries a CONTID
  const ends = ownEnd(file, seat.until);
  return { ifuslot: seat.ifuslot, span: { from: file.from, until: ends }, value: { ...unit, contid }, ends };
}

/** The statement as far as it holds when the next file speaks of the seat too. */
function overtaken(own: Statement, { from, overtakenAt }: DatedFile, until: Instant | null): Statement {
  const isOvertaken = overtakenAt !== null && (own.ends === null || own.ends > overtakenAt);
  return isOvertaken ? { ...own, span: { from, until } } : own;
}

/** Without an end of its own, what a file says ends where something is recorded next. */
function ownEnd({ until }: DatedFile, nextRecorded: Instant | null): Instant | null {
  return until === "next" ? nextRecorded : until;
}

/** The positions that a file brings: measured ones of VIRUS if that is said of it, those of auxiliary seats always. */
export async function positionFacts(
  reads: Reads,
  file: DatedFile,
  { actual }: { readonly actual: boolean },
  base: number,
): Promise<PositionFact[]> {
  const measured = file.rows.filter((row) => (actual || !isVirusSeat(row.ifuslot)) && !isNominal(row));
  const ifus = measured.flatMap(({ ifuslot, ifuid, x, y }) => (ifuid === null ? [] : [{ ifuslot, ifuid, x, y }]));
  const recorded = await reads.positionsAt(ifus, file.from, base);
  const ifuslots = ifus.map((ifu) => ifu.ifuslot);
  const seats = await reads.seatsAt(ifuslots, file.from, base);
  return ifus.map(({ ifuslot, ifuid, x, y }) => {
    const nextRecorded = [...recorded, ...seats].flatMap((found) =>
      found.ifuslot === ifuslot ? (found.until ?? []) : [],
    );
    const own = ownEnd(file, nextRecorded.length === 0 ? null : (Math.min(...nextRecorded) as Instant));
    // The next file gives every VIRUS position itself: where it has the nominal one, nothing was measured any more.
    const cut = isVirusSeat(ifuslot) ? file.overtakenAt : null;
    const until = own !== null && cut !== null ? (Math.min(own, cut) as Instant) : (own ?? cut);
    return { ifuslot, ifuid, span: { from: file.from, until }, value: { x, y } };
  });
}
