import type { Revision } from "../domain/record/revision.ts";
import type { Deps } from "./deps.ts";

/**
 * The newest revision, at once and whenever there is a newer one, wherever it was made, until the signal ends it. Whoever
 * is slow to listen hears of the last one only: nothing is piled up.
 *
 * @throws FplaneError `unavailable` when the database is away and nothing is known
 */
export async function* newestRevisions(
  { answers }: Pick<Deps, "answers">,
  ended: AbortSignal,
): AsyncGenerator<Revision> {
  let told: string | null = null;
  let call = Promise.withResolvers<void>();
  const wake = () => call.resolve();
  const unwatch = answers.watch(wake);
  ended.addEventListener("abort", wake);
  try {
    while (!ended.aborted) {
      const newest = await answers.newest();
      if (newest !== null && newest.hash !== told) {
        told = newest.hash;
        yield newest;
      } else {
        await call.promise;
        call = Promise.withResolvers();
      }
    }
  } finally {
    unwatch();
    ended.removeEventListener("abort", wake);
  }
}
