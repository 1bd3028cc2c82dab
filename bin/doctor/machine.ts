import { existsSync } from "node:fs";
import { FplaneError } from "../../src/domain/errors.ts";
import { didYouMean } from "../../src/domain/nearest.ts";
import { HOUR } from "../../src/domain/time/instant.ts";
import { ENVIRONMENT, SERVER_ENVIRONMENT } from "../command-line/environment.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { cacheDirectory } from "../get/answer-cache.ts";
import { prepareQueue, queueDirectoryOf, readWaiting, refusedIn, waitingIn } from "../update/update-queue.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import { isWritable } from "./writable.ts";

/** Statuses are told every night: one that is older has missed its turn. */
const LONGEST_WAIT = 25 * HOUR;

/** Whether answers are kept for when the server is away. */
export function checkCache(terminal: Terminal): Finding[] {
  const directory = cacheDirectory(terminal);
  if (directory === null) {
    return [
      warn("cache", "no answers are kept for when the server is away", "unset FPLANE_CACHE, or name a directory"),
    ];
  }
  if (!isWritable(directory)) {
    const next = "name another directory with FPLANE_CACHE";
    return [warn("cache", `${directory} cannot be written by this user: nothing is kept`, next)];
  }
  if (!existsSync(directory)) return [ok("cache", `${directory} is not there yet: no answer has been kept`)];
  return [ok("cache", `answers are kept in ${directory}`)];
}

/** What waits to be sent, and whether more can be kept. */
export function checkQueue(given: string | undefined, terminal: Terminal): Finding[] {
  try {
    const directory = queueDirectoryOf(given, terminal.env);
    if (!existsSync(directory) && isWritable(directory))
      return [ok("queue", `${directory} is not there: nothing has ever had to wait`)];
    prepareQueue(directory);
    return [waitingFinding(directory), ...refusedFindings(directory)];
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    return [fail("queue", error.code, error.message, "statuses that cannot be sent would be lost")];
  }
}

function waitingFinding(directory: string): Finding {
  const [oldest, ...more] = waitingIn(directory);
  if (oldest === undefined) return ok("queue", `nothing waits in ${directory}`);
  const count = more.length + 1;
  const message = `${count} ${count === 1 ? "status waits" : "statuses wait"} in ${directory}`;
  const next = "`fplane update --flush` sends them, once the server is there; `fplane update --list` lists them";
  const isOld = systemClock() - readWaiting(directory, oldest).takenAt > LONGEST_WAIT;
  return isOld
    ? fail("queue", "unavailable", `${message}, the oldest for more than a day`, next)
    : warn("queue", message, next);
}

function refusedFindings(directory: string): Finding[] {
  const refused = refusedIn(directory);
  if (refused === 0) return [];
  const message = `${refused} ${refused === 1 ? "status was" : "statuses were"} refused for good`;
  return [warn("queue", message, `look at them in ${directory}/refused, then remove them`)];
}

/** Names that look like ours and that nothing reads. */
export function checkEnvironment({ env }: Terminal): Finding[] {
  const known = [...Object.keys(ENVIRONMENT), ...SERVER_ENVIRONMENT];
  const unknown = Object.keys(env).filter((name) => /^(FPLANE|FPS)_/.test(name) && !known.includes(name));
  if (unknown.length > 0) {
    return unknown.map((name) =>
      warn("settings", `nothing reads ${name} of the environment${didYouMean(name, known)}`),
    );
  }
  const set = Object.keys(ENVIRONMENT).filter((name) => env[name]);
  return [ok("settings", set.length === 0 ? "none in the environment" : `in the environment: ${set.join(", ")}`)];
}
