import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { instantText } from "../../src/domain/time/instant.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { entryEnding, entryName, entryText, type QueuedStatus, readEntry } from "./queue-entry.ts";

/** What a queue holds at most. A full one refuses the newest status: what has been kept is never dropped. */
export type QueueLimits = { readonly files: number; readonly bytes: number };

/** More than 27 years of nights, or a gigabyte. */
const QUEUE_LIMITS: QueueLimits = { files: 10_000, bytes: 1024 ** 3 };

/** Where what the server refused for good is put, below the queue's directory. */
const REFUSED = "refused";

/**
 * Where statuses wait: `--queue-dir`, else FPLANE_QUEUE_DIR, else below XDG_STATE_HOME or ~/.local/state.
 *
 * @throws FplaneError `bad-parameter` when there is no home either
 */
export function queueDirectoryOf(given: string | undefined, env: Terminal["env"]): string {
  const named = given ?? env["FPLANE_QUEUE_DIR"];
  if (named) return resolve(named);
  const { XDG_STATE_HOME: state, HOME: home } = env;
  if (state && isAbsolute(state)) return join(state, "fplane", "queue"); // the XDG rules ignore a relative one
  if (home) return join(home, ".local", "state", "fplane", "queue");
  throw new FplaneError("bad-parameter", "there is no home directory for the queue: give --queue-dir DIR");
}

/**
 * Makes the directory where it is missing, for its owner alone.
 *
 * @throws FplaneError `unavailable` when it cannot be made, or others could put something into it
 */
export function prepareQueue(directory: string): void {
  try {
    const first = mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (first !== undefined) syncDirectories(directory, dirname(first));
    const { mode, uid } = statSync(directory);
    if (uid !== process.getuid?.()) throw new Error(`it belongs to another user (${uid})`);
    if ((mode & 0o022) !== 0) throw new Error("others can write into it: chmod 700 it, or take another");
  } catch (error) {
    throw new FplaneError("unavailable", `the queue directory ${directory} cannot be used: ${messageOf(error)}`);
  }
}

/** The names of the files that wait, the oldest status first; none where there is no directory. */
export function waitingIn(directory: string): string[] {
  return readdirOrNothing(directory)
    .filter((name) => name.endsWith(".json") && !name.startsWith("."))
    .sort();
}

/** How many were refused for good and still lie there. */
export function refusedIn(directory: string): number {
  return waitingIn(join(directory, REFUSED)).length;
}

/**
 * Keeps a status: when this returns, it survives a power cut.
 *
 * @returns its file's name: that of an earlier one when the same status already waits
 * @throws FplaneError `unavailable` when the queue is full, or cannot be written
 */
export async function keepStatus(
  directory: string,
  status: QueuedStatus,
  limits: QueueLimits = QUEUE_LIMITS,
): Promise<string> {
  prepareQueue(directory);
  const waiting = waitingIn(directory);
  const same = waiting.find((name) => name.endsWith(entryEnding(status.id)));
  if (same !== undefined) return same;
  const text = entryText(status);
  const bytes = waiting.reduce((sum, name) => sum + sizeOf(join(directory, name)), Buffer.byteLength(text));
  if (waiting.length >= limits.files || bytes > limits.bytes) {
    const most = `${limits.files} statuses or ${Math.floor(limits.bytes / 1024 ** 2)} MiB`;
    throw new FplaneError("unavailable", `the queue ${directory} is full (it takes ${most})`);
  }
  const name = entryName(status);
  try {
    await writeFileWhole(join(directory, name), text, 0o600);
    syncDirectory(directory);
  } catch (error) {
    throw new FplaneError("unavailable", messageOf(error));
  }
  return name;
}

/** @throws FplaneError `bad-json` when the file is not what was written */
export function readWaiting(directory: string, name: string): QueuedStatus {
  try {
    return readEntry(readFileSync(join(directory, name), "utf8"));
  } catch (error) {
    if (error instanceof FplaneError) throw error;
    throw new FplaneError("bad-json", `the file cannot be read: ${messageOf(error)}`);
  }
}

/** Only what the server has acknowledged may be removed. */
export async function removeWaiting(directory: string, name: string): Promise<void> {
  await rm(join(directory, name), { force: true });
}

/**
 * Puts a status aside that can never be sent, with the reason beside it.
 *
 * @returns where it is now
 */
export async function putAside(directory: string, name: string, { code, message }: FplaneError): Promise<string> {
  const refused = join(directory, REFUSED);
  mkdirSync(refused, { recursive: true, mode: 0o700 });
  const path = join(refused, name);
  const told = { refusedAt: instantText(systemClock()), code, message };
  await writeFileWhole(path.replace(/\.json$/, ".error"), `${JSON.stringify(told, null, 2)}\n`, 0o600);
  await rename(join(directory, name), path);
  syncDirectories(refused, directory);
  return path;
}

/** Removes what a run that was killed while it wrote has left: it had not said yet that the status is kept. */
export async function removeTorn(directory: string): Promise<void> {
  const torn = readdirOrNothing(directory).filter((name) => name.startsWith(".fplane-") && name.endsWith(".tmp"));
  for (const name of torn) {
    const age = Date.now() - (statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > TORN_FOR) await rm(join(directory, name), { force: true });
  }
}

/** Milliseconds: a file that is still being written is younger. */
const TORN_FOR = 3_600_000;

function readdirOrNothing(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw new FplaneError("unavailable", `the queue directory ${directory} cannot be read: ${messageOf(error)}`);
  }
}

/** Bytes; 0 for one that has been sent meanwhile. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** From a directory up to one above it: each name on the way is on the disk afterwards. */
function syncDirectories(from: string, upTo: string): void {
  for (let at = from; ; at = dirname(at)) {
    syncDirectory(at);
    if (at === upTo || at === dirname(at)) return;
  }
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
