import type { FplaneError } from "../domain/errors.ts";
import { contains, type Instant } from "../domain/instant.ts";
import { absence } from "./configuration.ts";
import type { Gap, Reads } from "./store.ts";

/** The stretches of which a revision knows nothing, each looked up once however many dates lie in it. */
export type Absences = {
  /** Why nothing is known at the instant; null where that is not known yet, or something is. */
  readonly known: (instant: Instant) => FplaneError | null;
  /** Looks it up. */
  readonly at: (instant: Instant) => Promise<Gap | null>;
};

export function createAbsences(reads: Reads, rev: number): Absences {
  const gaps: Gap[] = [];
  let first: Instant | null = null;
  const holds = ({ from, until }: Gap, instant: Instant) =>
    (from === null || from <= instant) && (until === null || instant < until);
  return {
    known: (instant) => {
      const gap = gaps.find((one) => holds(one, instant));
      if (gap === undefined) return null;
      return absence(instant, { retracted: gap.retracted.some((span) => contains(span, instant)), first });
    },
    at: async (instant) => {
      const found = gaps.find((one) => holds(one, instant));
      if (found !== undefined) return found;
      first ??= await reads.firstPlacement(rev);
      const gap = await reads.gapAt(instant, rev);
      if (gap !== null) gaps.push(gap);
      return gap;
    },
  };
}
