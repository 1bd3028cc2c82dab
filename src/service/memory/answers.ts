import { hasCode } from "../../domain/errors.ts";
import type { Revision } from "../../domain/record/revision.ts";
import type { Clock, Instant, Span } from "../../domain/time/instant.ts";
import { type KnownConfiguration, knownConfigurationAt } from "../configuration.ts";
import type { Reads } from "../store.ts";
import { type Absences, createAbsences } from "./absences.ts";
import { followNewest, type NewestRevision } from "./newest-revision.ts";
import { createShelves } from "./shelves.ts";

/**
 * What has been answered, kept in memory: reads do not wait for the database. What is known of the newest revision stays
 * true until a later revision says something about that time; what is known of an older one stays true for ever.
 */
export type Answers = NewestRevision & {
  /**
   * The configuration at an instant as a revision knows it.
   *
   * @param orFormer whether, while the database is away, what was known before this revision will do
   * @throws FplaneError `no-configuration`, `unavailable`
   */
  readonly at: (
    instant: Instant,
    rev: number,
    actualPositions: boolean,
    orFormer?: boolean,
  ) => Promise<KnownConfiguration>;
  /** The stretch around an instant of which a revision knows nothing; null where it knows something. @throws FplaneError `unavailable` */
  readonly gapAt: Absences["gapAt"];
  readonly size: () => number;
};

/** What was known before, from a disk, for when the database is gone. It never throws. */
export type Spool = {
  readonly newest: () => Revision | null;
  readonly keepNewest: (revision: Revision) => void;
  readonly find: (instant: Instant, rev: number, actualPositions: boolean) => KnownConfiguration | null;
  readonly keep: (rev: number, actualPositions: boolean, known: KnownConfiguration) => void;
  /** What the revisions between say nothing about is as true of the newer one. Null: nothing that was kept can be trusted. */
  readonly carryOver: (from: number, to: number, spans: readonly Span[] | null) => void;
};

export type AnswersOptions = {
  readonly clock: Clock;
  /** How many configurations are kept. */
  readonly most: number;
  readonly spool?: Spool | undefined;
};

/** Of how many revisions it is kept where they know nothing. */
const REVISIONS_WITH_GAPS = 100;

export function createAnswers(reads: Reads, { clock, most, spool }: AnswersOptions): Answers {
  let generation = 0; // what is loaded while a newer revision is noticed is not kept
  const shelves = createShelves(most);
  const absences = createAbsences(reads, REVISIONS_WITH_GAPS);
  /** What is being read of each revision and variant: who comes meanwhile waits, since it mostly is what he wants to know. */
  const underWay = new Map<string, Promise<KnownConfiguration>>();

  const { ask, isNewest, ...newestRevision } = followNewest(
    reads,
    {
      moveOn: (from, to, spans) => {
        generation += 1;
        shelves.carryOver(from.rev, to?.rev ?? 0, spans);
        spool?.carryOver(from.rev, to?.rev ?? 0, spans);
      },
      forget: () => {
        shelves.forget();
        absences.forget();
      },
    },
    { clock, spool },
  );
  const { staleSince } = newestRevision;

  const load = async (
    instant: Instant,
    rev: number,
    actualPositions: boolean,
    orFormer: boolean,
  ): Promise<KnownConfiguration> => {
    const asOf = generation;
    try {
      const known = await ask(() => knownConfigurationAt(reads, instant, rev, actualPositions));
      if (asOf === generation || !isNewest(rev)) {
        shelves.put(rev, actualPositions, known);
        spool?.keep(rev, actualPositions, known);
      }
      return known;
    } catch (error) {
      if (hasCode(error, "no-configuration")) {
        await absences.gapAt(instant, rev).catch(() => {}); // the next one in it is answered from memory
        throw error;
      }
      const former = () => (orFormer ? shelves.former(instant, actualPositions) : null);
      const known = staleSince() === null ? null : (spool?.find(instant, rev, actualPositions) ?? former());
      if (known === null) throw error;
      return known;
    }
  };

  /**
   * While the database is away a stretch of which nothing was known may have been filled: that cannot be marked as stale.
   *
   * @throws FplaneError `no-configuration` where it is known that nothing is known
   */
  const inMemory = (instant: Instant, rev: number, actualPositions: boolean): KnownConfiguration | null => {
    const known = shelves.find(instant, rev, actualPositions);
    const absent = known === null && staleSince() === null ? absences.known(instant, rev) : null;
    if (absent !== null) throw absent;
    return known;
  };

  return {
    ...newestRevision,
    at: async (instant, rev, actualPositions, orFormer = false) => {
      const known = inMemory(instant, rev, actualPositions);
      if (known !== null) return known;
      const variant = `${rev} ${actualPositions}`;
      const waitedFor = underWay.get(variant);
      if (waitedFor !== undefined) {
        await waitedFor.catch(() => {});
        const found = inMemory(instant, rev, actualPositions);
        if (found !== null) return found;
      }
      const loading = load(instant, rev, actualPositions, orFormer);
      underWay.set(variant, loading);
      try {
        return await loading;
      } finally {
        if (underWay.get(variant) === loading) underWay.delete(variant);
      }
    },
    gapAt: (instant, rev) => ask(() => absences.gapAt(instant, rev)),
    size: shelves.size,
  };
}
