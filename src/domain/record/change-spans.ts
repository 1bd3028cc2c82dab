import { type PlanePosition, type SeatedIfu, samePosition, sameUnit, type Unit } from "../plane/placement.ts";
import { positionText } from "../plane/position-text.ts";
import { builtInRow } from "../plane/seat.ts";
import type { SeatChange } from "../plane/seat-changes.ts";
import { contains, type Span } from "../time/instant.ts";
import { elementary } from "../time/span.ts";
import { alterations, joinStretches, type Row } from "./timeline.ts";

/** A position that is another one, or that is measured on one side only. arcsec. */
export type PositionChange = SeatedIfu & {
  readonly before: PlanePosition | null;
  readonly after: PlanePosition | null;
};

/** A stretch of valid time over which two revisions know something different, and what. */
export type SpanChange = {
  readonly span: Span;
  readonly seats: readonly SeatChange[];
  /** They matter to who asks for measured positions only (of an auxiliary seat: to everybody). */
  readonly positions: readonly PositionChange[];
};

/** One line for people, arcsec: `021  position of IFU 035 nominal -> (-350.110, 350.020)`. */
export function positionChangeText({ ifuslot, ifuid, before, after }: PositionChange): string {
  const at = (position: PositionChange["before"]) =>
    position === null ? "nominal" : `(${positionText(position.x)}, ${positionText(position.y)})`;
  return `${ifuslot}  position of IFU ${ifuid} ${at(before)} -> ${at(after)}`;
}

/** The rows of one seat that only one of two revisions knows. */
export type SeatRows = {
  readonly ifuslot: string;
  readonly older: readonly Row<Unit>[];
  readonly newer: readonly Row<Unit>[];
};
/** The same of the measured positions of one IFU in one seat, arcsec. */
export type PositionRows = {
  readonly ifuslot: string;
  readonly ifuid: string;
  readonly older: readonly Row<PlanePosition>[];
  readonly newer: readonly Row<PlanePosition>[];
  /** When the IFU sits in the seat, as either revision knows it: else its position there is of no effect. */
  readonly seated: readonly Span[];
};

/**
 * Compares two revisions by the rows that only one of them knows: everywhere else they agree. Stretches with the same
 * differences are joined.
 */
export function changedSpans(seats: readonly SeatRows[], positions: readonly PositionRows[]): SpanChange[] {
  const seatChanges = seats.flatMap(({ ifuslot, older, newer }) =>
    alterations(older, newer, sameUnit).map(({ span, before, after }) => ({
      span,
      change: { ifuslot, before, after },
    })),
  );
  const positionChanges = positions.flatMap(({ ifuslot, ifuid, older, newer, seated }) =>
    alterations(older, newer, samePosition, seated)
      .filter(({ span }) => seated.some((stretch) => contains(stretch, span.from)))
      .map(({ span, before, after }) => ({ span, change: { ifuslot, ifuid, before, after } })),
  );
  const spans = elementary([...seatChanges, ...positionChanges].map(({ span }) => span));
  const changed = spans.map((span) => ({
    span,
    seats: seatChanges.filter((found) => contains(found.span, span.from)).map(({ change }) => change),
    positions: positionChanges.filter((found) => contains(found.span, span.from)).map(({ change }) => change),
  }));
  return joined(changed.filter(({ seats: s, positions: p }) => s.length > 0 || p.length > 0));
}

function joined(changes: readonly SpanChange[]): SpanChange[] {
  return joinStretches(changes, ({ seats, positions }) => [seats, positions]);
}

/**
 * What of the changes is seen in an answer, and so matters to a reduction: a CONTID alone is in no file, and what is
 * recorded of an auxiliary seat may be what the built-in table said before.
 */
export function changesInAnswers(changes: readonly SpanChange[]): SpanChange[] {
  const seen = changes.map(({ span, seats, positions }) => ({
    span,
    seats: seats.filter(isSeen),
    positions: positions.filter(isPositionSeen),
  }));
  return joined(seen.filter(({ seats, positions }) => seats.length > 0 || positions.length > 0));
}

function isSeen({ ifuslot, before, after }: SeatChange): boolean {
  const builtIn = builtInRow(ifuslot);
  const [old, now] = [before ?? builtIn, after ?? builtIn];
  if (old === undefined || now === undefined) return true;
  return old.ifuid !== now.ifuid || old.specid !== now.specid || old.specslot !== now.specslot;
}

function isPositionSeen({ ifuslot, before, after }: PositionChange): boolean {
  const builtIn = builtInRow(ifuslot);
  const [old, now] = [before ?? builtIn, after ?? builtIn];
  return old === undefined || now === undefined || !samePosition(old, now);
}
