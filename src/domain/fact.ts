import { type Instant, later, type Span } from "./instant.ts";
import type { PlanePosition, SeatedIfu, Unit } from "./placement.ts";

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

/** A recorded row as the newest revision knows it, and the revision that asserted it. */
export type Recorded<V> = {
  readonly id: number;
  readonly span: Span;
  readonly value: V;
  readonly by?: number | undefined;
};

/** What recording facts does to the rows of one key: rows that are superseded, and rows that take their place. */
export type TimelineChange<V> = {
  readonly superseded: readonly number[];
  /** `by`: the older revision that asserted what is left of a row, or joined; without it, the one that is recorded. */
  readonly added: readonly { readonly span: Span; readonly value: V; readonly by?: number | undefined }[];
  /** The stretches over which something else is recorded now than before. */
  readonly altered: readonly Span[];
};

const END = Number.POSITIVE_INFINITY;

type Segment<V> = {
  readonly from: number;
  readonly until: number;
  readonly value: V;
  readonly by?: number | undefined;
};

/**
 * Records facts on the timeline of one key: what they overlap is trimmed or split, equal neighbours are joined again,
 * and a row that comes out as it was is not touched.
 *
 * @param recorded the rows that overlap or touch any of the facts' spans; they do not overlap each other
 * @param facts in order: a later one lies over an earlier one
 */
export function recordOnTimeline<V>(
  recorded: readonly Recorded<V>[],
  facts: readonly Fact<V>[],
  same: (a: V, b: V) => boolean,
): TimelineChange<V> {
  let segments: Segment<V>[] = recorded.map((row) => ({ ...ends(row.span), value: row.value, by: row.by }));
  for (const fact of facts) segments = layOver(segments, fact);
  const joined = join(segments, same);

  const before = new Map(recorded.map((row) => [row.span.from as number, row]));
  const kept = new Set<number>();
  const added: Segment<V>[] = [];
  for (const segment of joined) {
    const row = before.get(segment.from);
    if (row !== undefined && (row.span.until ?? END) === segment.until && same(row.value, segment.value)) {
      kept.add(row.id);
    } else {
      added.push(segment);
    }
  }
  return {
    superseded: recorded.filter((row) => !kept.has(row.id)).map((row) => row.id),
    added: added.map((segment) => ({ span: spanOf(segment), value: segment.value, by: segment.by })),
    altered: alteredSpans(recorded, joined, same),
  };
}

function spanOf({ from, until }: { from: number; until: number }): Span {
  return { from: from as Instant, until: until === END ? null : (until as Instant) };
}

/** Compares the timelines before and after, stretch by stretch between any two bounds of either. */
function alteredSpans<V>(
  recorded: readonly Recorded<V>[],
  after: readonly Segment<V>[],
  same: (a: V, b: V) => boolean,
): Span[] {
  const before: Segment<V>[] = recorded.map((row) => ({ ...ends(row.span), value: row.value }));
  const bounds = [...new Set([...before, ...after].flatMap(({ from, until }) => [from, until]))].sort((a, b) => a - b);
  const spans: Span[] = [];
  for (const [i, from] of bounds.entries()) {
    const until = bounds[i + 1];
    if (until === undefined) break;
    const at = (segments: readonly Segment<V>[]) =>
      segments.find((segment) => segment.from <= from && from < segment.until);
    const [old, now] = [at(before), at(after)];
    const unchanged = old === undefined || now === undefined ? old === now : same(old.value, now.value);
    if (!unchanged) spans.push(spanOf({ from, until }));
  }
  return spans;
}

function ends(span: Span): { from: number; until: number } {
  return { from: span.from, until: span.until ?? END };
}

function layOver<V>(segments: readonly Segment<V>[], fact: Fact<V>): Segment<V>[] {
  const { from, until } = ends(fact.span);
  const result: Segment<V>[] = [];
  for (const segment of segments) {
    if (segment.until <= from || until <= segment.from) {
      result.push(segment);
      continue;
    }
    if (segment.from < from) result.push({ ...segment, until: from });
    if (until < segment.until) result.push({ ...segment, from: until });
  }
  if (fact.value !== null) result.push({ from, until, value: fact.value });
  return result;
}

function join<V>(segments: readonly Segment<V>[], same: (a: V, b: V) => boolean): Segment<V>[] {
  const joined: Segment<V>[] = [];
  for (const segment of segments.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && last.until === segment.from && same(last.value, segment.value)) {
      const by = Math.min(last.by ?? END, segment.by ?? END); // who said it first
      joined[joined.length - 1] = { ...last, until: segment.until, by: by === END ? undefined : by };
    } else {
      joined.push(segment);
    }
  }
  return joined;
}

export function samePlacement(a: Unit, b: Unit): boolean {
  return a.ifuid === b.ifuid && a.specid === b.specid && a.specslot === b.specslot && a.contid === b.contid;
}

export function samePosition(a: PlanePosition, b: PlanePosition): boolean {
  return a.x === b.x && a.y === b.y;
}
