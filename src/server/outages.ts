import { hasCode } from "../domain/errors.ts";
import type { Logger } from "./log/log.ts";

/**
 * What is said of a database that does not do its work: once when that begins and once when it is over, however many
 * requests it costs.
 */
export type Outages = {
  /** A request was refused. @returns whether that was for want of the database, which is told here and not with each request */
  readonly refused: (error: unknown) => boolean;
  /** A look at the database failed. */
  readonly lookFailed: (error: unknown) => void;
  /** A look found the database answering, its newest revision being this; 0 for none. */
  readonly lookSucceeded: (rev: number) => void;
};

/** What is told to operators of each kind of outage. */
const KINDS = {
  away: { begins: "the database is away: what is known is still served", ends: "the database is back" },
  unwritable: { begins: "the database records nothing: writes are refused", ends: "the database records again" },
} as const;

/** Milliseconds without a miss after which an outage is over. */
const QUIET = 4000;

/**
 * An outage in which the database cannot be asked is over when looks have found it and nothing has missed it for some
 * seconds, so that connections that are cut again and again are one outage. One in which it can be read but not written
 * (a full disk, mostly) is over when there is a newer revision.
 *
 * @param now milliseconds of a clock that nobody sets
 */
export function createOutages(log: Logger, now = () => performance.now()): Outages {
  const away = outage("away", log, now);
  const unwritable = outage("unwritable", log, now);
  let foundAt: number | null = null; // since when nothing has missed it
  let newest = 0;

  const miss = (error: unknown, requests: number) => {
    foundAt = null;
    away.met(error, requests);
  };

  return {
    refused: (error) => {
      if (!hasCode(error, "unavailable")) return false;
      const { reason } = error.details;
      if (reason === "away") miss(error, 1);
      else if (reason === "not-writable") unwritable.met(error, 1);
      else return false;
      return true;
    },
    lookFailed: (error) => miss(error, 0),
    lookSucceeded: (rev) => {
      foundAt ??= now();
      if (now() - foundAt >= QUIET) away.over(foundAt);
      if (rev !== newest) unwritable.over(now());
      newest = rev;
    },
  };
}

function outage(kind: keyof typeof KINDS, log: Logger, now: () => number) {
  let since: number | null = null;
  let refused = 0;
  return {
    met: (error: unknown, requests: number) => {
      refused += requests;
      if (since !== null) return;
      since = now();
      log.error({ err: reasonOf(error) }, KINDS[kind].begins);
    },
    over: (at: number) => {
      if (since === null) return;
      const seconds = Math.round((at - since) / 100) / 10;
      log.info(
        { seconds, refused },
        `${KINDS[kind].ends} after ${seconds} s; ${refused === 1 ? "1 request was" : `${refused} requests were`} refused`,
      );
      since = null;
      refused = 0;
    },
  };
}

/** What the driver or the disk said, which a client is not told; without the statement, which may be long. */
function reasonOf(error: unknown): unknown {
  const known = hasCode(error, "unavailable");
  const said = known ? (error.cause ?? error) : error;
  return said instanceof Error && said.cause instanceof Error ? said.cause : said;
}
