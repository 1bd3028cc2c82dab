import {
  type Instant,
  instantOf,
  instantOfOrNull,
  instantText,
  instantTextOrNull,
  overlaps,
  type Span,
} from "./instant.ts";

/** Of two ends the earlier one; an open end comes after every other. */
export function earlierEnd(a: Instant | null, b: Instant | null): Instant | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

/** @returns null of none */
export function earliest(instants: readonly Instant[]): Instant | null {
  return instants.reduce<Instant | null>(earlierEnd, null);
}

/** What two spans that overlap have in common. */
export function shared(a: Span, b: Span): Span {
  return { from: Math.max(a.from, b.from) as Instant, until: earlierEnd(a.until, b.until) };
}

/** The shortest span that holds all of them. @param spans at least one */
export function hull(spans: readonly Span[]): Span {
  const from = Math.min(...spans.map((span) => span.from)) as Instant;
  const open = spans.some((span) => span.until === null);
  return { from, until: open ? null : (Math.max(...spans.map((span) => span.until ?? 0)) as Instant) };
}

/** What is left of a span without others. */
export function spanWithout(span: Span, others: readonly Span[]): Span[] {
  let left: Span[] = [span];
  for (const other of others) {
    left = left.flatMap((part) => {
      if (!overlaps(part, other)) return [part];
      const parts: Span[] = [];
      if (part.from < other.from) parts.push({ from: part.from, until: other.from });
      if (other.until !== null && (part.until === null || other.until < part.until)) {
        parts.push({ from: other.until, until: part.until });
      }
      return parts;
    });
  }
  return left;
}

/** The stretches between any two neighbouring bounds of the spans; the last is open where one of them is. */
export function elementary(spans: readonly Span[]): Span[] {
  const bounds = [...new Set(spans.flatMap(({ from, until }) => (until === null ? [from] : [from, until])))].sort(
    (a, b) => a - b,
  );
  const open = spans.some((span) => span.until === null);
  return bounds.flatMap((from, i) => {
    const until = bounds[i + 1] ?? null;
    return until === null && !open ? [] : [{ from, until }];
  });
}

/** A stretch over which one seat, or one position, stays as it is; open towards where nothing was ever recorded. */
export type Stretch = { readonly from: Instant | null; readonly until: Instant | null };

/** The span around the instant over which nothing of what was looked at changes. */
export function commonSpan(stretches: readonly Stretch[], instant: Instant): Span {
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const stretch of stretches) {
    from = Math.max(from, stretch.from ?? Number.NEGATIVE_INFINITY);
    until = Math.min(until, stretch.until ?? Number.POSITIVE_INFINITY);
  }
  // Every configuration has a VIRUS placement, which has a start; the instant itself only keeps the type honest.
  return {
    from: (from === Number.NEGATIVE_INFINITY ? instant : from) as Instant,
    until: until === Number.POSITIVE_INFINITY ? null : (until as Instant),
  };
}

/** A span as it is written in JSON: instants in RFC 3339, UTC; null for an open end. */
export type SpanJson = { readonly from: string; readonly until: string | null };

/** The span for JSON. */
export function spanJson({ from, until }: Span): SpanJson {
  return { from: instantText(from), until: instantTextOrNull(until) };
}

/** Reads what `spanJson` wrote. Throws a RangeError on anything else. */
export function spanOfJson({ from, until }: SpanJson): Span {
  return { from: instantOf(from), until: instantOfOrNull(until) };
}
