import { FplaneError } from "../domain/errors.ts";
import type { Instant, Span } from "../domain/instant.ts";
import type { Revision } from "../domain/revision.ts";
import { readBody } from "../domain/revision-body.ts";
import { type Absences, createAbsences } from "./absences.ts";
import { configurationAt, confirmedUntil } from "./configuration.ts";
import { createShelves, type Known } from "./shelves.ts";
import type { Reads } from "./store.ts";

/**
 * What has been answered, kept in memory: reads do not wait for the database. What is known of the newest revision stays
 * true until a later revision says something about that time; what is known of an older one stays true for ever.
 */
export type Answers = {
  /** The newest revision that is known of here. @throws FplaneError `unavailable` before anything is known */
  readonly newest: () => Promise<Revision | null>;
  /**
   * The configuration at an instant as a revision knows it.
   *
   * @param orFormer whether, while the database is away, what was known before this revision will do
   * @throws FplaneError `no-configuration`, `unavailable`
   */
  readonly at: (instant: Instant, rev: number, actualPositions: boolean, orFormer?: boolean) => Promise<Known>;
  /** The stretch around an instant of which a revision knows nothing; null where it knows something. @throws FplaneError `unavailable` */
  readonly gapAt: Absences["gapAt"];
  /** Asks the database for newer revisions and forgets what they changed. @throws FplaneError `unavailable` */
  readonly refresh: () => Promise<void>;
  /** Takes in revisions that were made here, in their order. What others have made since is asked for. @throws FplaneError `unavailable` */
  readonly learn: (made: readonly Made[]) => Promise<void>;
  /** Since when the database has not answered; null while it does. What is answered meanwhile may have been overtaken. */
  readonly staleSince: () => Instant | null;
  readonly size: () => number;
  /** Calls back with each newest revision that is noticed, wherever it was made. @returns what ends it */
  readonly watch: (listener: (newest: Revision) => void) => () => void;
};

/** A revision that was made, and the spans of all that it says something about or changed a row of. */
export type Made = { readonly revision: Revision; readonly spans: readonly Span[] };

/** What was known before, from a disk, for when the database is gone. It never throws. */
export type Spool = {
  readonly newest: () => Revision | null;
  readonly keepNewest: (revision: Revision) => void;
  readonly find: (instant: Instant, rev: number, actualPositions: boolean) => Known | null;
  readonly keep: (rev: number, actualPositions: boolean, known: Known) => void;
  /** What the revisions between say nothing about is as true of the newer one. Null: nothing that was kept can be trusted. */
  readonly carryOver: (from: number, to: number, spans: readonly Span[] | null) => void;
};

export type AnswersOptions = {
  readonly clock: () => Instant;
  /** How many configurations are kept. */
  readonly most: number;
  readonly spool?: Spool | undefined;
};

/** More revisions than this since the last look, and everything is forgotten rather than each looked into. */
const LOOKED_INTO = 64;

/** Of how many revisions it is kept where they know nothing. */
const REVISIONS_WITH_GAPS = 100;

export function createAnswers(reads: Reads, { clock, most, spool }: AnswersOptions): Answers {
  let newest: Revision | null | undefined;
  let staleSince: Instant | null = null;
  let generation = 0; // what is loaded while a newer revision is noticed is not kept
  const shelves = createShelves(most);
  const absences = createAbsences(reads, REVISIONS_WITH_GAPS);
  /** What is being read of each revision and variant: who comes meanwhile waits, since it mostly is what he wants to know. */
  const underWay = new Map<string, Promise<Known>>();
  const listeners = new Set<(newest: Revision) => void>();

  const asked = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      const answer = await question();
      staleSince = null;
      return answer;
    } catch (error) {
      if (error instanceof FplaneError && error.code === "unavailable") staleSince ??= clock();
      throw error;
    }
  };

  /** @param spans what the revisions between say something about; null: nothing that is kept can be trusted */
  const moveOn = (from: Revision, to: Revision | null, spans: readonly Span[] | null) => {
    generation += 1;
    shelves.carryOver(from.rev, to?.rev ?? 0, spans);
    spool?.carryOver(from.rev, to?.rev ?? 0, spans);
  };

  const take = (found: Revision | null) => {
    const known = newest;
    newest = found;
    if (found === null || found.hash === known?.hash) return;
    if (found.rev !== known?.rev) spool?.keepNewest(found);
    for (const listener of listeners) listener(found);
  };

  const refresh = async () => {
    newest ??= spool?.newest() ?? undefined; // what is in the spool may have been overtaken while this server was down
    const known = newest;
    const found = await asked(() => reads.newestRevision());
    if (newest !== known) return; // another look was quicker, and may have seen more
    if (known != null && found?.hash !== known.hash) {
      const [older, saidAbout] = await asked(() =>
        Promise.all([reads.revisionNumbered(known.rev), spansSaidAbout(reads, known.rev, found?.rev ?? 0)]),
      );
      if (newest !== known) return;
      const isSameRecord = older?.hash === known.hash;
      moveOn(known, found, isSameRecord ? saidAbout : null);
      if (!isSameRecord) {
        shelves.forget(); // the database was restored or replaced
        absences.forget();
      }
    }
    take(found);
  };

  const learn = async (made: readonly Made[]) => {
    const [known, first, last] = [newest, made[0]?.revision, made.at(-1)?.revision];
    if (known == null || first === undefined || last === undefined || first.prevHash !== known.hash)
      return await refresh();
    staleSince = null;
    moveOn(known, last, made.length > LOOKED_INTO ? null : made.flatMap(({ spans }) => spans));
    take(last);
  };

  const load = async (instant: Instant, rev: number, actualPositions: boolean, orFormer: boolean): Promise<Known> => {
    const asOf = generation;
    try {
      const known = await asked(() => knownAt(reads, instant, rev, actualPositions));
      if (asOf === generation || rev !== newest?.rev) {
        shelves.put(rev, actualPositions, known);
        spool?.keep(rev, actualPositions, known);
      }
      return known;
    } catch (error) {
      if (error instanceof FplaneError && error.code === "no-configuration") {
        await absences.gapAt(instant, rev).catch(() => {}); // the next one in it is answered from memory
        throw error;
      }
      const former = () => (orFormer ? shelves.former(instant, actualPositions) : null);
      const known = staleSince === null ? null : (spool?.find(instant, rev, actualPositions) ?? former());
      if (known === null) throw error;
      return known;
    }
  };

  /**
   * While the database is away a stretch of which nothing was known may have been filled: that cannot be marked as stale.
   *
   * @throws FplaneError `no-configuration` where it is known that nothing is known
   */
  const inMemory = (instant: Instant, rev: number, actualPositions: boolean): Known | null => {
    const known = shelves.find(instant, rev, actualPositions);
    const absent = known === null && staleSince === null ? absences.known(instant, rev) : null;
    if (absent !== null) throw absent;
    return known;
  };

  return {
    newest: async () => {
      if (newest === undefined) {
        try {
          await refresh();
        } catch (error) {
          newest = spool?.newest() ?? undefined;
          if (newest === undefined) throw error;
        }
      }
      return newest ?? null;
    },
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
    gapAt: (instant, rev) => asked(() => absences.gapAt(instant, rev)),
    refresh,
    learn,
    staleSince: () => staleSince,
    size: shelves.size,
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

async function knownAt(reads: Reads, instant: Instant, rev: number, actualPositions: boolean): Promise<Known> {
  const configuration = await configurationAt(reads, instant, rev, actualPositions);
  const changedBy = await reads.revisionNumbered(configuration.changedBy);
  return {
    ...configuration,
    rev,
    confirmedUntil: await confirmedUntil(reads, configuration.interval, rev),
    lastModified: changedBy?.recordedAt ?? instant,
  };
}

/**
 * The spans of all rows that the revisions after `known` changed, also where they only split one: what is told of a
 * configuration (when it was last changed) is the same whether it was kept or is asked for anew. Null: too many to look into.
 */
async function spansSaidAbout(reads: Reads, known: number, newest: number): Promise<Span[] | null> {
  if (newest - known > LOOKED_INTO) return null;
  const revs = Array.from({ length: newest - known }, (_, i) => known + 1 + i);
  const [spans, ...bodies] = await Promise.all([
    reads.spansChanged(known, newest),
    ...revs.map((rev) => reads.bodyOf(rev)),
  ]);
  for (const body of bodies) {
    if (body === null) return null;
    spans.push(...readBody(body).facts.confirmations.map((fact) => fact.span));
  }
  return spans;
}
