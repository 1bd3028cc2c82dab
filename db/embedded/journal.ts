import { closeSync, existsSync, fdatasyncSync, fstatSync, ftruncateSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";
import { type RecordedRevision, readRecordLine, recordLine } from "../../src/domain/record/record-line.ts";
import { announceLines, forgetLines } from "./announced-lines.ts";
import { syncDirectory, writeAll } from "./synced.ts";

/**
 * The journal of the embedded database: a line a revision, on the disk before a revision is acknowledged. The database
 * itself never waits for the disk; what it loses is made again from here.
 */
export type Journal = {
  /** Appends the revisions, all or none, and waits for the disk. On an error nothing of them is left in the file. */
  append(revisions: readonly RecordedRevision[]): void;
  /** Takes back what the last `append` wrote: its transaction did not commit after all. */
  undo(): void;
  close(): void;
};

/** As for a database that can be read but not written. */
const REFUSED = { reason: "not-writable", retryAfter: 5 } as const;

/** Opens the journal for appending, and makes it when it is missing. */
export function openJournal(path: string): Journal {
  const isNew = !existsSync(path);
  const file = openSync(path, "a", 0o600);
  if (isNew) syncDirectory(dirname(path));
  let before = fstatSync(file).size;
  let size = before; // of what is whole in it
  let isAnnounced = false;
  const forget = () => {
    if (isAnnounced) forgetLines(path);
    isAnnounced = false;
  };
  const undo = () => {
    size = before;
    ftruncateSync(file, size);
    fdatasyncSync(file);
  };
  return {
    append: (revisions) => {
      before = size;
      try {
        forget(); // what an earlier failure could not take back, and so
        if (fstatSync(file).size !== size) ftruncateSync(file, size);
        const bytes = Buffer.from(revisions.map((revision) => `${recordLine(revision)}\n`).join(""));
        isAnnounced = revisions.length > 1;
        if (isAnnounced) announceLines(path, size, bytes);
        writeAll(file, bytes);
        fdatasyncSync(file);
        forget();
        size += bytes.length;
      } catch (error) {
        const refused = new FplaneError("unavailable", "the journal cannot be written now; try again", REFUSED);
        refused.cause = error;
        try {
          forget();
          undo();
        } catch {
          // The next one to append takes it back, and so does the next start.
        }
        throw refused;
      }
    },
    undo,
    close: () => closeSync(file),
  };
}

/** The lines of the journal as they are. It may be growing: a last line without its end is left out. */
export async function* journalLines(path: string): AsyncGenerator<{ readonly text: string; readonly end: number }> {
  if (!existsSync(path)) return;
  let rest = Buffer.alloc(0);
  let end = 0;
  const file = await open(path);
  try {
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      for (let newline = rest.indexOf(10); newline >= 0; newline = rest.indexOf(10)) {
        end += newline + 1;
        yield { text: rest.subarray(0, newline).toString("utf8"), end };
        rest = rest.subarray(newline + 1);
      }
    }
  } finally {
    await file.close();
  }
}

/** What is in the journal up to the first line that is not whole. */
export type JournalState = {
  /** How many whole lines there are from the start. */
  readonly revisions: number;
  /** Their revisions' hashes. */
  readonly hashes: readonly string[];
  /** How many lines there are, whole or not. */
  readonly lines: number;
  /** Length of the whole ones in bytes. */
  readonly length: number;
  /** Why the rest cannot be read; null when there is none. */
  readonly fault: string | null;
};

export async function inspectJournal(path: string): Promise<JournalState> {
  const hashes: string[] = [];
  let [lines, length, last] = [0, 0, 0];
  let fault: string | null = null;
  for await (const { text, end } of journalLines(path)) {
    lines += 1;
    last = end;
    if (fault !== null) continue;
    try {
      hashes.push(readRecordLine(text, lines).hash);
      length = end;
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      fault = error.message;
    }
  }
  const size = existsSync(path) ? Bun.file(path).size : 0;
  if (last < size) {
    lines += 1;
    fault ??= `line ${lines} is torn: it has no end`;
  }
  return { revisions: hashes.length, hashes, lines, length, fault };
}
