import type { Deps } from "../service/deps.ts";
import type { Outages } from "./outages.ts";

/** Milliseconds from a new revision until what is valid now is asked for: once after many of them, and in nobody's way. */
const SETTLING = 200;

/**
 * Keeps the answers in memory as new as the record: other servers' revisions are heard of at once, and a look every few
 * seconds heals a message that was lost. What is valid now is asked for soon after a revision, so that it is known when
 * the database goes.
 *
 * @param seconds between two looks
 * @returns what ends it
 */
export function keepFresh(deps: Deps, outages: Outages, seconds: number): () => Promise<void> {
  let watching: (() => Promise<void>) | null = null;
  let ended = false;
  let looking = false;
  let again = false;
  let learned = 0;
  let settling: Timer | null = null;

  const learnNow = async () => {
    settling = null;
    const rev = (await deps.answers.newest())?.rev ?? 0;
    for (const actualPositions of [false, true]) {
      await deps.answers.at(deps.clock(), rev, actualPositions).catch(() => {}); // nothing may be recorded for now
    }
    learned = rev;
  };

  const look = async () => {
    try {
      await deps.answers.refresh();
      watching ??= await deps.store.watch(() => void wake());
      const rev = (await deps.answers.newest())?.rev ?? 0;
      if (!ended) outages.lookSucceeded(rev);
      if (rev === learned || ended) return;
      if (learned === 0) await learnNow();
      else settling ??= setTimeout(() => void learnNow().catch(() => {}), SETTLING); // else at the next look
    } catch (error) {
      if (!ended) outages.lookFailed(error);
    }
  };

  /** A look at a time; whoever calls meanwhile is served by one more after it. */
  const wake = async () => {
    again = true;
    if (looking) return;
    looking = true;
    while (again && !ended) {
      again = false;
      await look();
    }
    looking = false;
  };

  const timer = setInterval(() => void wake(), seconds * 1000);
  void wake();
  return async () => {
    ended = true;
    clearInterval(timer);
    if (settling !== null) clearTimeout(settling);
    await watching?.().catch(() => {});
  };
}
