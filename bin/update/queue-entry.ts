import { sha256 } from "../../src/domain/digest.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { parseJson } from "../../src/domain/json-text.ts";
import { type Instant, instantOf, instantText, toTemporal } from "../../src/domain/time/instant.ts";

/** A hardware status that waits to be sent: all that is needed to send it as it was taken. */
export type QueuedStatus = {
  /** When it was taken at the telescope, UTC, by this machine's clock. */
  readonly takenAt: Instant;
  /** The same each time that this status is sent, so that the server takes it once. */
  readonly id: string;
  readonly datestr: string | undefined;
  readonly force: boolean;
  /** Of the server that it is meant for: what is kept for one is never sent to another. */
  readonly server: string;
  readonly config: unknown;
};

/** Names a status by what it says, so that the same one, taken twice from a file, waits once. */
export function queuedStatus(status: Omit<QueuedStatus, "id">): QueuedStatus {
  const { server, datestr, force, config } = status;
  return { ...status, id: sha256(JSON.stringify({ server, datestr, force, config })).slice(0, 32) };
}

/** The file's name: names sort by the time at which their status was taken. */
export function entryName({ takenAt, id }: QueuedStatus): string {
  const at = toTemporal(takenAt).toString({ fractionalSecondDigits: 6 }).replaceAll(/[-:]/g, "");
  return `${at}-${fileWord(id)}.json`;
}

/** How the names of all files end that keep the status with this id. */
export function entryEnding(id: string): string {
  return `-${fileWord(id)}.json`;
}

/** Ids that another program wrote may hold anything printable. */
function fileWord(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9._-]/g, "_");
}

/** The content of the file. */
export function entryText({ takenAt, id, datestr, force, server, config }: QueuedStatus): string {
  const entry = { takenAt: instantText(takenAt), id, datestr: datestr ?? null, force, server, config };
  return `${JSON.stringify(entry)}\n`;
}

/** @throws FplaneError `bad-json` saying what in the file is not as `entryText` writes it */
export function readEntry(text: string): QueuedStatus {
  const entry = parseJson(text, "the file");
  if (typeof entry !== "object" || entry === null) throw notAsWritten("it is no object");
  const { takenAt, id, datestr = null, force = false, server, config } = entry as Readonly<Record<string, unknown>>;
  if (typeof id !== "string") throw notAsWritten("it has no id");
  if (typeof server !== "string") throw notAsWritten("it names no server");
  if (datestr !== null && typeof datestr !== "string") throw notAsWritten("its datestr is no text");
  if (typeof force !== "boolean") throw notAsWritten("its force is neither true nor false");
  if (config === undefined) throw notAsWritten("it holds no config");
  return { takenAt: readInstant(takenAt), id, datestr: datestr ?? undefined, force, server, config };
}

function readInstant(takenAt: unknown): Instant {
  try {
    if (typeof takenAt === "string") return instantOf(takenAt);
  } catch {
    // No instant, as any other value that is none.
  }
  throw notAsWritten("its takenAt is no instant");
}

function notAsWritten(what: string): FplaneError {
  const wanted = '{"takenAt": "2020-07-01T22:30:00Z", "id", "datestr", "force", "server", "config"}';
  return new FplaneError("bad-json", `the file is not what was written into the queue: ${what}; it holds ${wanted}`);
}
