import type { PlanePosition, SeatedIfu, Unit } from "../plane/placement.ts";
import { type Instant, later, type Span } from "../time/instant.ts";

/**
 * What a revision asserts: over a span of valid time, one thing about one key. Asserting null takes back what is
 * recorded there, so that nothing is known any more.
 */
export type Fact<V> = { readonly span: Span; readonly value: V | null };

export type PlacementFact = Fact<Unit> & { readonly ifuslot: string };
export type PositionFact = Fact<PlanePosition> & SeatedIfu;
/** A hold (named by its revision) keeps hardware statuses away from a seat; null releases it. */
export type HoldFact = Fact<true> & { readonly ifuslot: string; readonly hold: number };
/** A stretch over which what is recorded is confirmed, up to and including the given instant; or no longer so (null). */
export type ConfirmationFact = Fact<Instant>;

/** Confirms everything from `from` up to and including the instant of a hardware status. */
export function confirmedThrough(from: Instant, dataTime: Instant): ConfirmationFact {
  const until = later(dataTime, 1);
  return { span: { from: from <= dataTime ? from : dataTime, until }, value: until };
}

/** Confirms a whole closed span. */
export function confirmedWithin(from: Instant, until: Instant): ConfirmationFact {
  return { span: { from, until }, value: until };
}

export const NO_FACTS: Facts = { placements: [], positions: [], confirmations: [], holds: [] };

/** Everything that one revision asserts, in the order in which it asserts it. */
export type Facts = {
  readonly placements: readonly PlacementFact[];
  readonly positions: readonly PositionFact[];
  readonly confirmations: readonly ConfirmationFact[];
  readonly holds: readonly HoldFact[];
};
