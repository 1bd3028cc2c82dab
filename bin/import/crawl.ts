import { type Cure, judgeNight, type NightAnswers, VARIANTS } from "../../src/domain/answer/night-answers.ts";
import type { JudgedNight } from "../../src/domain/record/fold-nights.ts";
import type { CrawlDirectory } from "./crawl-directory.ts";
import { fetchNight, type OldServer } from "./old-server.ts";

const AT_ONCE = 4;

export type CrawlProgress = { readonly done: number; readonly all: number };

/**
 * Asks the old server for every night that the directory does not hold yet, four nights at a time. What was answered is
 * kept at once: a crawl that stops, for whatever reason, goes on where it was.
 *
 * @returns the nights that the server has no answer for today, each with what it said; they are not kept
 * @throws FplaneError `unavailable`, `no-key`
 */
export async function fetchMissing(
  server: OldServer,
  directory: CrawlDirectory,
  nights: readonly string[],
  progress: (progress: CrawlProgress) => void,
): Promise<ReadonlyMap<string, string>> {
  const missing = nights.filter((night) => VARIANTS.some((variant) => !directory.isKept(night, variant)));
  const faults = new Map<string, string>();
  const queue = missing.values();
  let done = 0;
  let isStopped = false;
  const worker = async () => {
    for (const night of queue) {
      if (isStopped) return;
      const fault = await fetchVariants(server, directory, night);
      if (fault !== null) faults.set(night, fault);
      done += 1;
      progress({ done, all: missing.length });
    }
  };
  // All workers end before an error is told: none writes on behind the caller's back.
  const ends = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, () =>
      worker().catch((error) => {
        isStopped = true;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return faults;
}

/** @returns what the server said instead of an answer, when it may say something else the next time */
async function fetchVariants(server: OldServer, directory: CrawlDirectory, night: string): Promise<string | null> {
  for (const variant of VARIANTS) {
    if (directory.isKept(night, variant)) continue;
    const { answer, final } = await fetchNight(server, night, variant);
    if (final) await directory.keep(night, variant, answer);
    else return "refusal" in answer ? answer.refusal : null;
  }
  return null;
}

/** Judges the crawled nights in order, one at a time: years of them need not fit into memory. */
export async function* judgedNights(
  directory: CrawlDirectory,
  nights: readonly string[],
  faults: ReadonlyMap<string, string>,
  cures: readonly Cure[],
): AsyncGenerator<JudgedNight> {
  for (const night of nights) {
    const fault = faults.get(night);
    const answers = fault === undefined ? await directory.read(night) : allRefused(fault);
    yield { night, verdict: judgeNight(answers, cures) };
  }
}

function allRefused(refusal: string): NightAnswers {
  return Object.fromEntries(VARIANTS.map((variant) => [variant, { refusal }])) as NightAnswers;
}
