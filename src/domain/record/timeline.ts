import { contains, type Instant, type Span } from "../time/instant.ts";
import { elementary } from "../time/span.ts";
import type { Fact } from "./fact.ts";

/** What is recorded of one key over a span; the rows of one key, which do not overlap, are its timeline. */
export type Row<V> = { readonly span: Span; readonly value: V };

/** A row as the newest revision knows it, and the revision that asserted it. */
export type Recorded<V> = Row<V> & { readonly id: number; readonly by?: number | undefined };

/** What recording facts does to the rows of one key: rows that are superseded, and rows that take their place. */
export type TimelineChange<V> = {
  readonly superseded: readonly number[];
  /** `by`: the older revision that asserted what is left of a row, or joined; without it, the one that is recorded. */
  readonly added: readonly (Row<V> & { readonly by?: number | undefined })[];
  /** The stretches over which something else is recorded now than before. */
  readonly altered: readonly Span[];
};

/** A stretch over which one of two timelines says something else than the other, and what each says; null: nothing. */
export type Alteration<V> = { readonly span: Span; readonly before: V | null; readonly after: V | null };

type Same<V> = (a: V, b: V) => boolean;

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
 * @param recorded the rows that overlap or touch any of the facts' spans
 * @param facts in order: a later one lies over an earlier one
 */
export function recordOnTimeline<V>(
  recorded: readonly Recorded<V>[],
  facts: readonly Fact<V>[],
  same: Same<V>,
): TimelineChange<V> {
  let segments = recorded.map(({ span, value, by }): Segment<V> => ({ ...ends(span), value, by }));
  for (const fact of facts) segments = layOver(segments, fact);
  const after = join(segments, same).map(({ from, until, value, by }) => ({ span: spanOf(from, until), value, by }));
  const before = new Map(recorded.map((row) => [row.span.from, row]));
  const untouched = ({ span, value }: Row<V>): Recorded<V> | undefined => {
    const row = before.get(span.from);
    return row?.span.until === span.until && same(row.value, value) ? row : undefined;
  };
  const kept = new Set(after.map(untouched));
  return {
    superseded: recorded.filter((row) => !kept.has(row)).map(({ id }) => id),
    added: after.filter((row) => untouched(row) === undefined),
    altered: alterations(recorded, after, same).map(({ span }) => span),
  };
}

/**
 * Compares two timelines of one key, stretch by stretch between any two bounds of either.
 *
 * @param bounds more spans at whose bounds a stretch is to be cut
 */
export function alterations<V>(
  before: readonly Row<V>[],
  after: readonly Row<V>[],
  same: Same<V>,
  bounds: readonly Span[] = [],
): Alteration<V>[] {
  const at = (rows: readonly Row<V>[], instant: Instant) =>
    rows.find((row) => contains(row.span, instant))?.value ?? null;
  return elementary([...before, ...after].map((row) => row.span).concat(bounds)).flatMap((span) => {
    const [old, now] = [at(before, span.from), at(after, span.from)];
    const unchanged = old === null || now === null ? old === now : same(old, now);
    return unchanged ? [] : [{ span, before: old, after: now }];
  });
}

/** Joins stretches that follow one another and say the same. @param said what a stretch says */
export function joinStretches<S extends { readonly span: Span }>(
  stretches: readonly S[],
  said: (stretch: S) => unknown,
): S[] {
  const result: S[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last?.span.until === stretch.span.from && JSON.stringify(said(last)) === JSON.stringify(said(stretch))) {
      result[result.length - 1] = { ...last, span: { from: last.span.from, until: stretch.span.until } };
    } else {
      result.push(stretch);
    }
  }
  return result;
}

function spanOf(from: number, until: number): Span {
  return { from: from as Instant, until: until === END ? null : (until as Instant) };
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

function join<V>(segments: readonly Segment<V>[], same: Same<V>): Segment<V>[] {
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
