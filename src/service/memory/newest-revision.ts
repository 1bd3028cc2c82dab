import { hasCode } from "../../domain/errors.ts";
import type { Revision } from "../../domain/record/revision.ts";
import { readBody } from "../../domain/record/revision-body.ts";
import type { Clock, Instant, Span } from "../../domain/time/instant.ts";
import type { Reads } from "../store.ts";

/** A revision that was made, and the spans of all that it says something about or changed a row of. */
export type Made = { readonly revision: Revision; readonly spans: readonly Span[] };

/** Which revision is the newest, as far as is known here, and whether the database can still be asked. */
export type NewestRevision = {
  /** The newest revision that is known of here. @throws FplaneError `unavailable` before anything is known */
  readonly newest: () => Promise<Revision | null>;
  /** Asks the database for newer revisions. @throws FplaneError `unavailable` */
  readonly refresh: () => Promise<void>;
  /** Takes in revisions that were made here, in their order. What others have made since is asked for. @throws FplaneError `unavailable` */
  readonly learn: (made: readonly Made[]) => Promise<void>;
  /** Calls back with each newest revision that is noticed, wherever it was made. @returns what ends it */
  readonly watch: (listener: (newest: Revision) => void) => () => void;
  /** Since when the database has not answered; null while it does. What is answered meanwhile may have been overtaken. */
  readonly staleSince: () => Instant | null;
};

/** What hears of newer revisions, before anybody is answered by them. */
export type Follower = {
  /** @param spans what the revisions between say something about; null: nothing that is kept can be trusted */
  readonly moveOn: (from: Revision, to: Revision | null, spans: readonly Span[] | null) => void;
  /** The database holds another record: it was restored or replaced. */
  readonly forget: () => void;
};

export type NewestOptions = {
  readonly clock: Clock;
  /** What was the newest before, from a disk. It never throws. */
  readonly spool?:
    | { readonly newest: () => Revision | null; readonly keepNewest: (revision: Revision) => void }
    | undefined;
};

/** More revisions than this since the last look, and everything is forgotten rather than each looked into. */
const LOOKED_INTO = 64;

/**
 * Follows the newest revision.
 *
 * @returns also `ask`, which puts a question to the database and notices whether it answers, and `isNewest`
 */
export function followNewest(reads: Reads, { moveOn, forget }: Follower, { clock, spool }: NewestOptions) {
  let newest: Revision | null | undefined;
  let staleSince: Instant | null = null;
  const listeners = new Set<(newest: Revision) => void>();

  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    try {
      const answer = await question();
      staleSince = null;
      return answer;
    } catch (error) {
      if (hasCode(error, "unavailable")) staleSince ??= clock();
      throw error;
    }
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
    const found = await ask(() => reads.newestRevision());
    if (newest !== known) return; // another look was quicker, and may have seen more
    if (known != null && found?.hash !== known.hash) {
      const [older, saidAbout] = await ask(() =>
        Promise.all([reads.revisionNumbered(known.rev), spansSaidAbout(reads, known.rev, found?.rev ?? 0)]),
      );
      if (newest !== known) return;
      const isSameRecord = older?.hash === known.hash;
      moveOn(known, found, isSameRecord ? saidAbout : null);
      if (!isSameRecord) forget();
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

  const followed: NewestRevision = {
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
    refresh,
    learn,
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    staleSince: () => staleSince,
  };
  return { ...followed, ask, isNewest: (rev: number) => rev === newest?.rev };
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
