import type { ReadRow } from "../../domain/files/fplane-reader.ts";
import { isNominal, unitsOf } from "../../domain/files/imported-file.ts";
import { type PlanePosition, type SeatedIfu, seatedIfuKey, type Unit } from "../../domain/plane/placement.ts";
import { isVirusSeat } from "../../domain/plane/seat.ts";
import type { PlacementFact, PositionFact } from "../../domain/record/fact.ts";
import { type Instant, later, type Span } from "../../domain/time/instant.ts";
import { earlierEnd, earliest, hull } from "../../domain/time/span.ts";
import type { Reads } from "../store.ts";
import { type Excerpt, positionExcerpt, type Stretch, seatExcerpt } from "./record-excerpt.ts";

/** What of the files is taken. */
type Taken = {
  /** Whether they carry measured positions. */
  readonly actual: boolean;
  /** Seats to leave out. */
  readonly drop: readonly string[];
};

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

/** What is recorded of the seats and positions that the files of an import speak of, as far as it has come. */
export type RecordSoFar = { readonly seats: Excerpt<Unit>; readonly positions: Excerpt<PlanePosition> };

/** @param files by time, at least one @param rev the newest revision before the import */
export async function recordBefore(
  reads: Reads,
  files: readonly DatedFile[],
  { drop, actual }: Taken,
  rev: number,
): Promise<RecordSoFar> {
  const ifus = new Map(
    files
      .flatMap((file) => placesIn(file, actual))
      .map(({ ifuslot, ifuid }) => [seatedIfuKey({ ifuslot, ifuid }), { ifuslot, ifuid }]),
  );
  const ifuslots = new Set(files.flatMap((file) => [...unitsOf(file.rows, drop).keys()]));
  for (const { ifuslot } of ifus.values()) ifuslots.add(ifuslot);
  const over = { span: hull(files.map(spanToRead)), last: files.at(-1)?.from as Instant };
  return {
    seats: await seatExcerpt(reads, [...ifuslots], over, rev),
    positions: await positionExcerpt(reads, [...ifus.values()], over, rev),
  };
}

/** What ends at the next recorded change lies over nothing but what is there when it begins. */
function spanToRead({ from, until }: DatedFile): Span {
  return { from, until: until === "next" ? later(from, 1) : until };
}

/**
 * What each file says of the seats, a list a file. Several files follow one another: each ends where the next begins.
 * Where nothing is recorded yet it holds on as far as the next: most seats stay the same, and need not be said again.
 * What is recorded next is looked up in the record as it was before the import: that is what the files do not override.
 *
 * @param files by time
 */
export function statementsOf(
  files: readonly DatedFile[],
  drop: readonly string[],
  { seats }: Pick<RecordSoFar, "seats">,
): Statement[][] {
  const lists: Statement[][] = [];
  let next = new Map<string, Statement>();
  for (const file of files.toReversed()) {
    const units = [...unitsOf(file.rows, drop)].map(([ifuslot, unit]) => ({
      ...{ ifuslot, unit },
      recorded: seats.at(ifuslot, file.from),
    }));
    const isFree = units.every(({ recorded }) => recorded.value === null && recorded.until === null);
    const following = next;
    const statements = units.map((seat) => {
      const own = statement(file, seat);
      const later = following.get(seat.ifuslot);
      return later === undefined ? own : overtaken(own, file, isFree ? later.span.until : file.overtakenAt);
    });
    next = new Map(statements.map((one) => [one.ifuslot, one]));
    lists.push(statements);
  }
  return lists.reverse();
}

type Said = { readonly ifuslot: string; readonly unit: Unit; readonly recorded: Stretch<Unit> };

function statement(file: DatedFile, { ifuslot, unit, recorded }: Said): Statement {
  const sameSpectrograph = unit.specid !== null && unit.specid === recorded.value?.specid;
  const contid = sameSpectrograph ? (recorded.value?.contid ?? null) : null; // no file carries a CONTID
  const ends = ownEnd(file, recorded.until);
  return { ifuslot, span: { from: file.from, until: ends }, value: { ...unit, contid }, ends };
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
export function positionFacts(file: DatedFile, { actual }: Pick<Taken, "actual">, soFar: RecordSoFar): PositionFact[] {
  return placesIn(file, actual).map(({ ifuslot, ifuid, x, y }) => {
    const recorded = [
      soFar.positions.at(seatedIfuKey({ ifuslot, ifuid }), file.from),
      soFar.seats.at(ifuslot, file.from),
    ];
    const next = recorded.flatMap((stretch) => stretch.until ?? []);
    const own = ownEnd(file, earliest(next));
    // The next file gives every VIRUS position itself: where it has the nominal one, nothing was measured any more.
    const cut = isVirusSeat(ifuslot) ? file.overtakenAt : null;
    return { ifuslot, ifuid, span: { from: file.from, until: earlierEnd(own, cut) }, value: { x, y } };
  });
}

function placesIn({ rows }: DatedFile, actual: boolean): (SeatedIfu & PlanePosition)[] {
  const measured = rows.filter((row) => (actual || !isVirusSeat(row.ifuslot)) && !isNominal(row));
  return measured.flatMap(({ ifuslot, ifuid, x, y }) => (ifuid === null ? [] : [{ ifuslot, ifuid, x, y }]));
}
