import type { AnswerEntry } from "../../src/domain/answer/answer-entry.ts";
import type { Bundle } from "../../src/domain/answer/bundle.ts";
import { datesInBundle, type ManyFromBundle } from "../../src/domain/answer/bundle-entries.ts";
import { readBundle } from "../../src/domain/answer/read-bundle.ts";
import { type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { meansNow } from "../../src/domain/time/datestr.ts";
import { instantOf } from "../../src/domain/time/instant.ts";
import { systemClock } from "../command-line/system-clock.ts";
import { readText, type Terminal } from "../command-line/terminal.ts";
import type { AnswerCache } from "./answer-cache.ts";
import type { Question } from "./question.ts";
import { type Got, gotFrom } from "./receipt.ts";

/** Answers without the server, and says how sure they are. */
export type Offline = {
  /** @throws FplaneError why there is no answer; `unavailable` where there may be one that is not known here */
  readonly get: (datestr: string) => Got;
  /** What all of it is taken from, where that is a bundle. */
  readonly bundle: Bundle | null;
  /** Whether that is what was asked for, and not only what was known at some time. */
  readonly isSure: boolean;
};

/** A bundle that somebody names is taken at its word: it says what its revision knew. @throws FplaneError `bad-parameter`, `not-found` */
export async function offlineFromFile(path: string, question: Question, terminal: Terminal): Promise<Offline> {
  const bundle = readBundle(await readText(path, terminal), path === "-" ? "standard input" : path);
  return { bundle, isSure: true, get: (datestr) => gotFromBundle(bundle, datestr, question, null) };
}

/**
 * The cache never answers what may have been overtaken: what is pinned it answers for ever, anything else up to the
 * instant until which it was confirmed.
 *
 * @param server whose answers these are
 */
export function offlineFromCache(cache: AnswerCache, server: string, question: Question): Offline {
  const bundle = bundleIn(cache);
  return {
    bundle,
    isSure: bundle !== null && question.asOf === String(bundle.revision),
    get: (datestr) => {
      if (meansNow(datestr)) throw unsure("what is valid now only the server knows; a date can be asked for");
      const kept = cache.find(datestr, question);
      if (kept?.receipt.pinned) return kept;
      const bundled = bundle === null ? null : fromCachedBundle(bundle, datestr, question, server);
      const newer = isNewer(bundled, kept) ? bundled : (kept ?? bundled);
      if (newer === null || newer instanceof FplaneError)
        throw newer ?? unsure(`the cache has no answer for ${datestr} that ${server} gave`);
      const { receipt } = newer;
      if (receipt.pinned || isConfirmed(receipt)) return newer;
      const until =
        receipt.confirmedUntil === null ? "never was confirmed" : `is confirmed until ${receipt.confirmedUntil}`;
      const pinned = bundle === null ? "" : `; as of revision ${bundle.revision} it can be asked for`;
      throw unsure(`what the cache has for ${datestr} ${until}, and may have been overtaken since${pinned}`);
    },
  };
}

function isNewer(bundled: Got | FplaneError | null, kept: Got | null): boolean {
  if (bundled === null || bundled instanceof FplaneError) return false;
  return kept === null || bundled.receipt.revision > kept.receipt.revision;
}

function isConfirmed({ instant, confirmedUntil }: Got["receipt"]): boolean {
  return confirmedUntil !== null && instantOf(instant) <= instantOf(confirmedUntil);
}

/** A refusal by an old bundle is no refusal by the server: it may know more by now. */
function fromCachedBundle(bundle: Bundle, datestr: string, question: Question, server: string): Got | FplaneError {
  const pinned = question.asOf === String(bundle.revision);
  try {
    const got = gotFromBundle(bundle, datestr, question, server);
    return { ...got, receipt: { ...got.receipt, pinned } };
  } catch (error) {
    if (!(error instanceof FplaneError) || error.code === "bad-date" || pinned) throw error;
    return unsure(`the cache has no answer for ${datestr}: ${error.message}`);
  }
}

function bundleIn(cache: AnswerCache): Bundle | null {
  const text = cache.findBundle();
  try {
    return text === null ? null : readBundle(text, cache.directory);
  } catch {
    return null; // a damaged one is none
  }
}

/** @throws FplaneError as the server would */
function gotFromBundle(bundle: Bundle, datestr: string, question: Question, server: string | null): Got {
  for (const { entry, body } of datesInBundle(bundle, [datestr], manyOf(question))) {
    if (body !== null) return gotFrom({ server, datestr }, question, { ...(entry as AnswerEntry), body });
    if ("error" in entry) {
      const { code, message, ...details } = entry.error;
      throw new FplaneError(code as ErrorCode, message, details);
    }
  }
  throw new FplaneError("internal", `the bundle has no entry for ${datestr}`);
}

/** The question, as bundles take it. */
export function manyOf(question: Question): ManyFromBundle {
  return { ...question, now: systemClock() };
}

function unsure(message: string): FplaneError {
  return new FplaneError("unavailable", message);
}
