import { FplaneError } from "../domain/errors.ts";
import type { Deps } from "../service/deps.ts";
import type { Logger } from "./log.ts";

/**
 * Keeps the answers in memory as new as the record: other servers' revisions are heard of at once, and a look every few
 * seconds heals a message that was lost. What happens to the database is logged once, not at every look.
 *
 * @param seconds between two looks
 * @returns what ends it
 */
export function keepFresh(deps: Deps, log: Logger, seconds: number): () => Promise<void> {
  let away = false;
  let watching: (() => Promise<void>) | null = null;
  let ended = false;

  const look = async () => {
    try {
      await deps.answers.refresh();
      watching ??= await deps.store.watch(() => void look());
      if (away) log.info("the database is back");
      away = false;
    } catch (error) {
      if (ended) return;
      const known = error instanceof FplaneError && error.code === "unavailable";
      if (!away)
        log.error(
          { err: known ? (error.cause ?? error) : error },
          "the database is away: what is known is still served",
        );
      away = true;
    }
  };

  const timer = setInterval(() => void look(), seconds * 1000);
  void look();
  return async () => {
    ended = true;
    clearInterval(timer);
    await watching?.().catch(() => {});
  };
}
