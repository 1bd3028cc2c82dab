import {
  type PlanePosition,
  type SeatedIfu,
  samePosition,
  sameUnit,
  seatedIfuKey,
  type Unit,
} from "../../domain/plane/placement.ts";
import type { Fact } from "../../domain/record/fact.ts";
import { type Recorded, recordOnTimeline } from "../../domain/record/timeline.ts";
import { contains, type Instant, type Span } from "../../domain/time/instant.ts";
import type { Reads } from "../store.ts";

/** What is recorded at an instant, null for nothing, and until when that stays so; null: for ever. */
export type Stretch<V> = { readonly value: V | null; readonly until: Instant | null };

/**
 * What is recorded of several keys, seats say, over some stretch of time, read once and then asked in memory: an import of
 * many files would otherwise ask the database for each seat of each.
 */
export type Excerpt<V> = {
  /** As they were read, whatever has been recorded since. */
  readonly rows: readonly ExcerptRow<V>[];
  /** @param instant within the stretch, and not after the last one that was told */
  readonly at: (key: string, instant: Instant) => Stretch<V>;
  /** Takes in what is recorded now. */
  readonly record: (key: string, fact: Fact<V>) => void;
};

export type ExcerptRow<V> = {
  readonly key: string;
  readonly span: Span;
  readonly value: V;
  /** The revision that asserted it. */
  readonly rev: number;
};

/** Over which stretch of time the record is read, and the last instant in it that will be asked for. */
type Excerpted = { readonly span: Span; readonly last: Instant };

/** What stands in seats, by IFUSLOT. */
export async function seatExcerpt(
  reads: Reads,
  ifuslots: readonly string[],
  { span, last }: Excerpted,
  rev: number,
): Promise<Excerpt<Unit>> {
  const [rows, seats] = await Promise.all([
    reads.placementsOver(ifuslots, span, rev),
    reads.seatsAt(ifuslots, last, rev),
  ]);
  return excerpt(
    rows.map(({ ifuslot, unit, ...row }) => ({ ...row, key: ifuslot, value: unit })),
    new Map(seats.map(({ ifuslot, until }) => [ifuslot, until])),
    sameUnit,
  );
}

/** Where IFUs in seats are (arcsec), by `seatedIfuKey`. */
export async function positionExcerpt(
  reads: Reads,
  ifus: readonly SeatedIfu[],
  { span, last }: Excerpted,
  rev: number,
): Promise<Excerpt<PlanePosition>> {
  const ifuslots = [...new Set(ifus.map((ifu) => ifu.ifuslot))];
  const [rows, found] = await Promise.all([
    reads.positionsOver(ifuslots, span, rev),
    reads.positionsAt(ifus, last, rev),
  ]);
  return excerpt(
    rows.map(({ position, ...row }) => ({ ...row, key: seatedIfuKey(row), value: position })),
    new Map(found.map((record) => [seatedIfuKey(record), record.until])),
    samePosition,
  );
}

/** @param untils by key: until when what is there at the last instant stays so */
function excerpt<V>(
  rows: readonly ExcerptRow<V>[],
  untils: ReadonlyMap<string, Instant | null>,
  same: (a: V, b: V) => boolean,
): Excerpt<V> {
  const recorded = new Map<string, Recorded<V>[]>();
  let id = 0;
  const named = (span: Span, value: V): Recorded<V> => {
    id += 1;
    return { id, span, value };
  };
  for (const [key, group] of Map.groupBy(rows, (row) => row.key)) {
    const ofKey = group.map(({ span, value }) => named(span, value));
    recorded.set(key, ofKey.sort(byStart));
  }
  return {
    rows,
    at: (key, instant) => {
      const ofKey = recorded.get(key) ?? [];
      const standing = ofKey.find((row) => contains(row.span, instant));
      if (standing !== undefined) return { value: standing.value, until: standing.span.until };
      const next = ofKey.find((row) => row.span.from > instant);
      return { value: null, until: next?.span.from ?? untils.get(key) ?? null };
    },
    record: (key, fact) => {
      const ofKey = recorded.get(key) ?? [];
      const { superseded, added } = recordOnTimeline(ofKey, [fact], same);
      const gone = new Set(superseded);
      const after = [
        ...ofKey.filter((row) => !gone.has(row.id)),
        ...added.map(({ span, value }) => named(span, value)),
      ];
      recorded.set(key, after.sort(byStart));
    },
  };
}

function byStart<V>(a: Recorded<V>, b: Recorded<V>): number {
  return a.span.from - b.span.from;
}
