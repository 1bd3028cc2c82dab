import type { SeatChange } from "./diff.ts";
import { samePlacement, samePosition } from "./fact.ts";
import { contains, type Instant, type Span } from "./instant.ts";
import type { PlanePosition, SeatedIfu, Unit } from "./placement.ts";
import { AUXILIARY } from "./seat.ts";
import { elementary } from "./span.ts";

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
export function positionText({ ifuslot, ifuid, before, after }: PositionChange): string {
  const at = (position: PositionChange["before"]) =>
    position === null ? "nominal" : `(${position.x.toFixed(3)}, ${position.y.toFixed(3)})`;
  return `${ifuslot}  position of IFU ${ifuid} ${at(before)} -> ${at(after)}`;
}

/** What is recorded of one key over a span. */
export type Row<V> = { readonly span: Span; readonly value: V };
type Altered<V> = { readonly span: Span; readonly before: V | null; readonly after: V | null };

/** The rows of one seat (and of one IFU in it) that only one of two revisions knows. */
export type SeatRows = {
  readonly ifuslot: string;
  readonly older: readonly Row<Unit>[];
  readonly newer: readonly Row<Unit>[];
};
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
    altered(older, newer, samePlacement).map(({ span, before, after }) => ({
      span,
      change: { ifuslot, before, after },
    })),
  );
  const positionChanges = positions.flatMap(({ ifuslot, ifuid, older, newer, seated }) =>
    altered(older, newer, samePosition, seated)
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

/** Where what is recorded of one key is another, with what it was and is; stretches with the same difference are joined. */
export function alterations<V>(
  older: readonly Row<V>[],
  newer: readonly Row<V>[],
  same: (a: V, b: V) => boolean,
): Altered<V>[] {
  const result: Altered<V>[] = [];
  for (const one of altered(older, newer, same)) {
    const last = result.at(-1);
    const sameDifference = JSON.stringify([last?.before, last?.after]) === JSON.stringify([one.before, one.after]);
    if (last !== undefined && last.span.until === one.span.from && sameDifference) {
      result[result.length - 1] = { ...last, span: { from: last.span.from, until: one.span.until } };
    } else {
      result.push(one);
    }
  }
  return result;
}

function altered<V>(
  older: readonly Row<V>[],
  newer: readonly Row<V>[],
  same: (a: V, b: V) => boolean,
  bounds: readonly Span[] = [],
): Altered<V>[] {
  const at = (rows: readonly Row<V>[], instant: Instant) =>
    rows.find((row) => contains(row.span, instant))?.value ?? null;
  return elementary([...older, ...newer].map((row) => row.span).concat(bounds)).flatMap((span) => {
    const [before, after] = [at(older, span.from), at(newer, span.from)];
    const unchanged = before === null || after === null ? before === after : same(before, after);
    return unchanged ? [] : [{ span, before, after }];
  });
}

function joined(changes: readonly SpanChange[]): SpanChange[] {
  const result: SpanChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    const sameDifferences =
      JSON.stringify([last?.seats, last?.positions]) === JSON.stringify([change.seats, change.positions]);
    if (last !== undefined && last.span.until === change.span.from && sameDifferences) {
      result[result.length - 1] = { ...last, span: { from: last.span.from, until: change.span.until } };
    } else {
      result.push(change);
    }
  }
  return result;
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

const BUILT_IN = new Map(AUXILIARY.map((row) => [row.ifuslot, row]));

function isSeen({ ifuslot, before, after }: SeatChange): boolean {
  const builtIn = BUILT_IN.get(ifuslot);
  const [old, now] = [before ?? builtIn, after ?? builtIn];
  if (old === undefined || now === undefined) return true;
  return old.ifuid !== now.ifuid || old.specid !== now.specid || old.specslot !== now.specslot;
}

function isPositionSeen({ ifuslot, before, after }: PositionChange): boolean {
  const builtIn = BUILT_IN.get(ifuslot);
  const [old, now] = [before ?? builtIn, after ?? builtIn];
  return old === undefined || now === undefined || !samePosition(old, now);
}
