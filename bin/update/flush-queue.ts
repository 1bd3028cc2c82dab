import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import type { Client } from "../client/client.ts";
import type { Terminal } from "../command-line/terminal.ts";
import type { QueuedStatus } from "./queue-entry.ts";
import { type Sending, sendPatiently } from "./send-status.ts";
import { putAside, readWaiting, removeWaiting, waitingIn } from "./update-queue.ts";
import type { UpdateReport } from "./update-report.ts";

/** What one run sends, and to whom. */
export type FlushOptions = {
  readonly client: Client;
  /** Address: what is kept for another server stays where it is. */
  readonly server: string;
  /** Sends what is kept for any server; the server may have moved. */
  readonly anyServer: boolean;
  /** The id of the status that this run has taken itself: it is told by its caller. */
  readonly own: { readonly id: string; readonly hasWaited: boolean } | null;
  readonly terminal: Terminal;
};

type SentStatus = { readonly status: QueuedStatus; readonly report: UpdateReport };
type RefusedStatus = { readonly file: string; readonly error: FplaneError };

export type Flushed = {
  readonly sent: readonly SentStatus[];
  readonly refused: readonly RefusedStatus[];
  /** What became of the run's own status; null when it did not come to that. */
  readonly own: Sending | null;
  /** Why it stopped before the end; what waits behind keeps its order. */
  readonly stopped: FplaneError | null;
};

/**
 * Sends what waits, the oldest first, each with the moment at which it was taken. A file is removed only when the server
 * has acknowledged its status, so that one that is sent twice is answered as what it did the first time.
 */
export async function flushQueue(directory: string, options: FlushOptions): Promise<Flushed> {
  const sent: SentStatus[] = [];
  const refused: RefusedStatus[] = [];
  let own: Sending | null = null;
  for (const name of waitingIn(directory)) {
    const status = readOrError(directory, name);
    if (status instanceof FplaneError) {
      refused.push(await aside(directory, name, status));
      continue;
    }
    if (status.server !== options.server && !options.anyServer) continue;
    const isOwn = status.id === options.own?.id;
    const isFirst = isOwn && !options.own.hasWaited;
    const sending = await sendPatiently(status, { ...options, isFirst, isBusy: sent.length > 0 });
    if ("later" in sending) return { sent, refused, own: isOwn ? sending : own, stopped: sending.later };
    if (isOwn) {
      await settleOwn(directory, name, sending, options.terminal);
      own = sending;
    } else if ("report" in sending) {
      await removeSent(directory, name, options.terminal);
      sent.push({ status, report: sending.report });
    } else {
      refused.push(await aside(directory, name, sending.refused));
    }
  }
  return { sent, refused, own, stopped: null };
}

/** What was refused is told to whoever sends it; it is put aside only where the server does not keep it. */
export async function settleOwn(directory: string, name: string, sending: Sending, terminal: Terminal): Promise<void> {
  if ("later" in sending) return;
  if ("refused" in sending && !("upload" in sending.refused.details)) {
    const { file } = await aside(directory, name, sending.refused);
    terminal.err(`fplane: the status is put aside as ${file}`);
  } else {
    await removeSent(directory, name, terminal);
  }
}

async function removeSent(directory: string, name: string, terminal: Terminal): Promise<void> {
  try {
    await removeWaiting(directory, name);
  } catch (error) {
    const fault = messageOf(error);
    terminal.err(`warning: it has been sent, but will be once more, to no effect: ${fault}`);
  }
}

function readOrError(directory: string, name: string): QueuedStatus | FplaneError {
  try {
    return readWaiting(directory, name);
  } catch (error) {
    if (error instanceof FplaneError) return error;
    throw error;
  }
}

/** What cannot be put aside stays in the queue and is reported again next time. */
async function aside(directory: string, name: string, error: FplaneError): Promise<RefusedStatus> {
  try {
    return { file: await putAside(directory, name, error), error };
  } catch (fault) {
    const message = `${error.message}; it stays where it is: ${messageOf(fault)}`;
    return { file: `${directory}/${name}`, error: new FplaneError(error.code, message) };
  }
}
