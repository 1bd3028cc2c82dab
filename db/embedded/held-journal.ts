import { existsSync } from "node:fs";
import { FplaneError } from "../../src/domain/errors.ts";
import { readRecordLine } from "../../src/domain/record/record-line.ts";
import { journalLines } from "./journal.ts";
import { isLocked } from "./lock.ts";
import { embeddedPaths } from "./open.ts";

/**
 * The journal of an embedded database that another process has: everything that was acknowledged is in it, so the record
 * can be read while it is served. Each line is checked; one that is just being written is left out.
 *
 * @returns null when no process has the database, which then can be opened
 * @throws FplaneError `bad-parameter` in the course of reading, naming a line that is damaged
 */
export function heldJournal(directory: string): AsyncGenerator<string> | null {
  return existsSync(directory) && isLocked(directory) ? checkedLines(embeddedPaths(directory).journal) : null;
}

async function* checkedLines(path: string): AsyncGenerator<string> {
  let line = 0;
  for await (const { text } of journalLines(path)) {
    line += 1;
    try {
      readRecordLine(text, line);
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      throw new FplaneError(error.code, `${path}: ${error.message}`, error.details);
    }
    yield text;
  }
}
