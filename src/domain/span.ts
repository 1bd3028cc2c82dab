import { type Instant, overlaps, type Span } from "./instant.ts";

/** Sums with spans `[from, until)`, of which an open end is null. */

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
