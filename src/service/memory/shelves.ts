import { contains, type Instant, type Span } from "../../domain/time/instant.ts";
import type { KnownConfiguration } from "../configuration.ts";

type Shelf = { readonly rev: number; readonly actualPositions: boolean; entries: KnownConfiguration[] };

/** How many configurations that a newer revision says something about are remembered, for each variant. */
const FORMER = 100;

/**
 * Known configurations by revision and variant, each shelf sorted by time; the oldest are dropped.
 *
 * @param most how many are kept
 */
export function createShelves(most: number) {
  const shelves = new Map<string, Shelf>();
  const overtaken: Record<"nominal" | "actual", KnownConfiguration[]> = { nominal: [], actual: [] };
  const overtakenOf = (actualPositions: boolean) => overtaken[actualPositions ? "actual" : "nominal"];
  const keyOf = (rev: number, actualPositions: boolean) => `${rev} ${actualPositions}`;
  const size = () => [...shelves.values()].reduce((sum, shelf) => sum + shelf.entries.length, 0);
  return {
    size,
    find: (instant: Instant, rev: number, actualPositions: boolean): KnownConfiguration | null => {
      const shelf = shelves.get(keyOf(rev, actualPositions));
      const entry = shelf?.entries[lastNotAfter(shelf.entries, instant)];
      return entry !== undefined && contains(entry.interval, instant) ? entry : null;
    },
    put: (rev: number, actualPositions: boolean, known: KnownConfiguration): void => {
      const key = keyOf(rev, actualPositions);
      const shelf = shelves.get(key) ?? { rev, actualPositions, entries: [] };
      shelves.delete(key);
      shelves.set(key, shelf); // the shelf that was last added to is the last to go
      const index = lastNotAfter(shelf.entries, known.interval.from);
      const same = shelf.entries[index]?.interval.from === known.interval.from;
      shelf.entries.splice(same ? index : index + 1, same ? 1 : 0, known);
      while (size() > most) {
        const [oldest, first] = shelves.entries().next().value ?? [];
        if (oldest === undefined || first === undefined) break;
        first.entries.shift();
        if (first.entries.length === 0) shelves.delete(oldest);
      }
    },
    forget: () => {
      shelves.clear();
      for (const former of Object.values(overtaken)) former.length = 0;
    },
    /** What the newest revision that knew it said of an instant about which a newer one says something. */
    former: (instant: Instant, actualPositions: boolean): KnownConfiguration | null =>
      overtakenOf(actualPositions).findLast((entry) => contains(entry.interval, instant)) ?? null,
    /** What a newer revision says nothing about is as true of it. */
    carryOver: (from: number, to: number, spans: readonly Span[] | null): void => {
      for (const actualPositions of [false, true]) {
        const shelf = shelves.get(keyOf(from, actualPositions));
        if (shelf === undefined) continue;
        const isTouched = (entry: KnownConfiguration) =>
          spans === null || spans.some((span) => touches(entry.interval, span));
        const former = overtakenOf(actualPositions);
        former.push(...shelf.entries.filter(isTouched));
        former.splice(0, former.length - Math.min(most, FORMER));
        if (spans === null) continue;
        const entries = shelf.entries.filter((entry) => !isTouched(entry)).map((entry) => ({ ...entry, rev: to }));
        shelves.delete(keyOf(from, actualPositions));
        if (entries.length > 0) shelves.set(keyOf(to, actualPositions), { rev: to, actualPositions, entries });
      }
    },
  };
}

/** Index of the last entry that begins at or before the instant; -1 for none. */
function lastNotAfter(entries: readonly KnownConfiguration[], instant: Instant): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && entry.interval.from <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Overlaps, or ends where the other begins: then both may be joined to one interval. */
function touches(a: Span, b: Span): boolean {
  return (b.until === null || a.from <= b.until) && (a.until === null || b.from <= a.until);
}
