import { ERRORS, type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { instantText } from "../../src/domain/time/instant.ts";
import { type Client, connectTo, type ServerArgs, serverUrl } from "../client/client.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { wholeNumberIn } from "../command-line/whole-number.ts";
import { type Flushed, flushQueue, settleOwn } from "./flush-queue.ts";
import { entryName, type QueuedStatus } from "./queue-entry.ts";
import { lockQueue } from "./queue-lock.ts";
import { logRun, summaryOf, tellSent } from "./queue-report.ts";
import { type Sending, sendPatiently } from "./send-status.ts";
import { keepStatus, prepareQueue, queueDirectoryOf, removeTorn, waitingIn } from "./update-queue.ts";

const WAIT = 60;

export const QUEUE_ARGS = {
  "queue-dir": {
    type: "string",
    valueHint: "DIR",
    description: "where statuses wait; else FPLANE_QUEUE_DIR, else ~/.local/state/fplane/queue",
  },
  wait: { type: "string", valueHint: "SECONDS", description: `how long to wait for another run to end; else ${WAIT}` },
  "any-server": { type: "boolean", description: "send also what is kept for a server of another address" },
  log: { type: "string", valueHint: "FILE", description: "append the line that each run says to a file" },
} as const;

export type QueueArgs = ServerArgs & {
  readonly "queue-dir"?: string | undefined;
  readonly wait?: string | undefined;
  readonly "any-server"?: boolean | undefined;
  readonly log?: string | undefined;
  readonly json?: boolean | undefined;
};

/** Seconds that a run waits for another one to end. @throws FplaneError `bad-parameter` */
export function secondsToWait({ wait }: QueueArgs): number {
  return wholeNumberIn(wait, "--wait") ?? WAIT;
}

/** The run's own status: whether it is on the disk, and whether it was there before. */
type Own = {
  readonly status: QueuedStatus;
  readonly hasWaited: boolean;
  /** Its file's name; null where it could not be kept, for this reason. */
  readonly name: string | null;
  readonly fault: FplaneError | null;
};

const NOTHING_SENT: Flushed = { sent: [], refused: [], own: null, stopped: null };

/**
 * Keeps a status, sends all that waits and then the status itself. What cannot be sent now stays and is sent next time.
 *
 * @param status what this run has taken; null to send only what waits
 * @returns the exit code when something else was refused for good
 * @throws FplaneError `unavailable` when anything has to wait; what the server refused of the status
 */
export async function sendQueue(
  args: QueueArgs,
  status: QueuedStatus | null,
  terminal: Terminal,
): Promise<number | undefined> {
  const seconds = secondsToWait(args);
  const queue = usableQueue(args, terminal);
  if (status === null && queue.fault !== null) throw queue.fault;
  let own = status === null ? null : await keepOwn(queue, status);
  let flushed = NOTHING_SENT;
  try {
    const client = await connectTo(args, terminal);
    const release = queue.fault === null ? await lockUnlessUseless(queue.directory, seconds, own, terminal) : null;
    try {
      if (release !== null) {
        await removeTorn(queue.directory);
        flushed = await flushQueue(queue.directory, {
          ...{ client, terminal, server: serverUrl(args, terminal), anyServer: args["any-server"] ?? false },
          own: own?.name == null ? null : { id: own.status.id, hasWaited: own.hasWaited },
        });
      }
      if (own !== null && flushed.own === null && flushed.stopped === null) {
        if (own.name === null) own = await keepOwn(queue, own.status); // there may be room now
        flushed = { ...flushed, own: await sendOwn(queue.directory, own, { client, flushed, terminal }) };
      }
    } finally {
      release?.();
    }
  } catch (error) {
    if (error instanceof FplaneError) flushed = { ...flushed, stopped: error };
    else throw error;
  }
  return await tellEnd(queue, own, flushed, args, terminal);
}

type Queue = { readonly directory: string; readonly fault: FplaneError | null };

/** A queue that cannot be used must not keep a status from a server that is there. */
function usableQueue(args: QueueArgs, terminal: Terminal): Queue {
  let directory = "";
  try {
    directory = queueDirectoryOf(args["queue-dir"], terminal.env);
    prepareQueue(directory);
    return { directory, fault: null };
  } catch (error) {
    if (error instanceof FplaneError) return { directory, fault: error };
    throw error;
  }
}

async function keepOwn(queue: Queue, status: QueuedStatus): Promise<Own> {
  if (queue.fault !== null) return { status, hasWaited: false, name: null, fault: queue.fault };
  try {
    const name = await keepStatus(queue.directory, status);
    return { status, hasWaited: name !== entryName(status), name, fault: null };
  } catch (error) {
    if (error instanceof FplaneError) return { status, hasWaited: false, name: null, fault: error };
    throw error;
  }
}

/** A queue into which nothing can be written cannot be locked either: then only the run's own status is sent. */
async function lockUnlessUseless(
  directory: string,
  seconds: number,
  own: Own | null,
  { interrupted }: Terminal,
): Promise<(() => void) | null> {
  try {
    return await lockQueue(directory, seconds, interrupted);
  } catch (error) {
    if (error instanceof FplaneError && own !== null && own.name === null) return null;
    throw error;
  }
}

type Sender = { readonly client: Client; readonly flushed: Flushed; readonly terminal: Terminal };

/** Of a status that is no longer there another run has sent it: the server says what it did. */
async function sendOwn(directory: string, own: Own, { client, flushed, terminal }: Sender): Promise<Sending> {
  const isThere = own.name !== null && waitingIn(directory).includes(own.name);
  const isFirst = own.name === null || (isThere && !own.hasWaited);
  const sending = await sendPatiently(own.status, { client, terminal, isFirst, isBusy: flushed.sent.length > 0 });
  if (own.name !== null && isThere) await settleOwn(directory, own.name, sending, terminal);
  return sending;
}

async function tellEnd(
  { directory, fault }: Queue,
  own: Own | null,
  flushed: Flushed,
  args: QueueArgs,
  terminal: Terminal,
): Promise<number | undefined> {
  const waiting = fault === null ? waitingIn(directory).length : 0;
  const report = flushed.own !== null && "report" in flushed.own ? flushed.own.report : null;
  const isQuiet = own !== null || !args.json;
  await tellSent(flushed, report, { asJson: args.json ?? false, isQuiet, waiting, terminal });
  if (own?.fault && report !== null) {
    terminal.err(`warning: had the server been away, the status would be lost: ${own.fault.message}`);
  }
  const error = errorOf(directory, own, flushed, waiting);
  const summary = summaryOf(flushed, report, waiting);
  if (error === null) {
    logRun(summary, args.log, terminal);
    const [first] = flushed.refused;
    return first === undefined ? undefined : ERRORS[first.error.code].exit;
  }
  if (args.log !== undefined) logRun(`${error.message} (${error.code}); ${summary}`, args.log, terminal);
  throw error;
}

/** What the client has to put right before anything can be sent. */
const OURS: ReadonlySet<ErrorCode> = new Set(["no-key", "unknown-key", "user-disabled", "bad-parameter"]);

/** The refusal of the run's own status, with the number by which a curator asks for one that waits. */
function refusalOf(refused: FplaneError): FplaneError {
  const { upload } = refused.details;
  if (refused.code !== "quarantined" || upload === undefined) return refused;
  const message = `${refused.message}; it is upload ${upload} of \`fplane quarantine list\``;
  return new FplaneError(refused.code, message, refused.details);
}

/** Why a run has not done all that it was to do, on one line: cron mails it. */
function errorOf(directory: string, own: Own | null, flushed: Flushed, waiting: number): FplaneError | null {
  const { own: sending, stopped: stop } = flushed;
  if (sending !== null && "refused" in sending) return refusalOf(sending.refused);
  const stopped = stop ?? (sending !== null && "later" in sending ? sending.later : null);
  if (stopped === null) return null;
  const code = OURS.has(stopped.code) ? stopped.code : "unavailable";
  const isSent = sending !== null && "report" in sending;
  if (own === null || isSent) {
    const wait = waiting === 1 ? "1 status waits" : `${waiting} statuses wait`;
    return new FplaneError(code, `${stopped.message}; ${wait} in ${directory} and will be sent next time`);
  }
  const taken = `the status taken at ${instantText(own.status.takenAt)}`;
  if (own.fault !== null) {
    return new FplaneError(code, `${stopped.message}; ${taken} is NOT kept: ${own.fault.message}`);
  }
  const more = waiting > 1 ? `, with ${waiting - 1} more` : "";
  return new FplaneError(
    code,
    `${stopped.message}; ${taken} is kept in ${directory} and will be sent next time${more}`,
  );
}
