import type { FplaneError } from "../../domain/errors.ts";
import { contains, type Instant } from "../../domain/time/instant.ts";
import { absence } from "../configuration.ts";
import type { Gap, Reads } from "../store.ts";

/** The stretches of which revisions know nothing, each looked up once, however many instants in it are asked for. */
export type Absences = {
  /** Why the revision knows nothing of the instant; null where that has not been looked up, or it knows something. */
  readonly known: (instant: Instant, rev: number) => FplaneError | null;
  /** The stretch around the instant; null where the revision knows something. @throws FplaneError `unavailable` */
  readonly gapAt: (instant: Instant, rev: number) => Promise<Gap | null>;
  /** The record is another one. */
  readonly forget: () => void;
};

/** What is known of one revision: a revision never changes. */
type OfRevision = { readonly first: Instant | null; readonly gaps: Gap[] };

/** @param most of how many revisions it is kept */
export function createAbsences(reads: Pick<Reads, "firstPlacement" | "gapAt">, most: number): Absences {
  let byRevision = new Map<number, OfRevision>();
  const gapKnown = (instant: Instant, rev: number): Gap | undefined =>
    byRevision.get(rev)?.gaps.find((gap) => isWithin(gap, instant));
  return {
    known: (instant, rev) => {
      const gap = gapKnown(instant, rev);
      if (gap === undefined) return null;
      const retracted = gap.retracted.some((span) => contains(span, instant));
      return absence(instant, { retracted, first: byRevision.get(rev)?.first ?? null });
    },
    gapAt: async (instant, rev) => {
      const known = gapKnown(instant, rev);
      if (known !== undefined) return known;
      const kept = byRevision; // whoever forgets meanwhile begins a new one
      const [first, gap] = await Promise.all([
        kept.get(rev)?.first ?? reads.firstPlacement(rev),
        reads.gapAt(instant, rev),
      ]);
      if (gap === null) return null;
      const ofRevision = kept.get(rev) ?? { first, gaps: [] };
      ofRevision.gaps.push(gap);
      kept.delete(rev);
      kept.set(rev, ofRevision); // the revision that was last added to is the last to go
      for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - most))) kept.delete(oldest);
      return gap;
    },
    forget: () => {
      byRevision = new Map();
    },
  };
}

function isWithin({ from, until }: Gap, instant: Instant): boolean {
  return (from === null || from <= instant) && (until === null || instant < until);
}
