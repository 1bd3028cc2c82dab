import { type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { DAY, instantText, SECOND } from "../../src/domain/time/instant.ts";
import { ask, type Client } from "../client/client.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import type { QueuedStatus } from "./queue-entry.ts";
import type { UpdateReport } from "./update-report.ts";

/** What became of a status: taken, refused for good, or to be sent again later. */
export type Sending =
  | { readonly report: UpdateReport }
  | { readonly refused: FplaneError }
  | { readonly later: FplaneError };

/** Refusals that are about the status itself: sent again it would be refused again. */
const FOR_GOOD: ReadonlySet<ErrorCode> = new Set([
  ...(["bad-date", "bad-parameter", "bad-json", "bad-status", "too-large", "forbidden"] as const),
  ...(["conflict", "held", "quarantined", "already-exists", "stale-status", "future-status"] as const),
]);

/** Milliseconds that one attempt may take: a server that hangs shall not hold up the next run. */
const LONGEST_ATTEMPT = 120_000;

/** A status that has waited longer for others that were sent before it is told as one that has waited. */
const FRESH_FOR = 600 * SECOND;

/** After this the server would refuse the status as stale, were it not for its own fault. */
const LONGEST_WAIT = 7 * DAY;

/** How often in a row a server that says "too many requests" is asked again, by a run that has gone too fast for it. */
const MOST_PAUSES = 5;
const LONGEST_PAUSE_SECONDS = 60;

type Patience = {
  readonly client: Client;
  readonly terminal: Terminal;
  /** Whether no other attempt can have been made: the server then counts the status's age from now, by its own clock. */
  readonly isFirst: boolean;
  /** Whether this run has sent others before: then it may have been too fast. */
  readonly isBusy: boolean;
};

/**
 * Sends a status; a run that has gone too fast for the server waits for as long as that says.
 *
 * @throws whatever interrupted it
 */
export async function sendPatiently(status: QueuedStatus, patience: Patience): Promise<Sending> {
  for (let pauses = 0; ; pauses += 1) {
    const sending = await sendStatus(status, patience);
    const tooFast = "later" in sending && sending.later.code === "too-many-requests" ? sending.later : null;
    if (tooFast === null || !patience.isBusy || pauses === MOST_PAUSES) return sending;
    const seconds = Number(tooFast.details["retryAfter"] ?? 5);
    if (!(seconds <= LONGEST_PAUSE_SECONDS)) return sending;
    await pause(seconds * 1000, patience.terminal.interrupted);
  }
}

/** @throws whatever the signal was aborted with */
async function pause(milliseconds: number, interrupted: AbortSignal): Promise<void> {
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    interrupted.throwIfAborted();
    await Bun.sleep(Math.min(100, until - Date.now()));
  }
}

/** One attempt. */
async function sendStatus(status: QueuedStatus, { client, terminal, isFirst }: Patience): Promise<Sending> {
  const { config, datestr, force, takenAt, id } = status;
  const queued = isFirst && ageOf(status) < FRESH_FOR ? undefined : { takenAt: instantText(takenAt), id };
  const signal = AbortSignal.timeout(LONGEST_ATTEMPT);
  try {
    const update = { config, datestr, force, commit: true, queued };
    return { report: await ask(client, (server) => server.updateConfig.mutate(update, { signal })) };
  } catch (error) {
    if (terminal.interrupted.aborted || !(error instanceof FplaneError)) throw error;
    return FOR_GOOD.has(error.code) || isHopeless(error, status) ? { refused: error } : { later: error };
  }
}

/** A status at which the server itself fails, each time, must not hold up those behind it for ever. */
function isHopeless({ code }: FplaneError, status: QueuedStatus): boolean {
  return code === "internal" && ageOf(status) > LONGEST_WAIT;
}

function ageOf({ takenAt }: QueuedStatus): number {
  return systemClock() - takenAt;
}
