import { copyFile, truncate } from "node:fs/promises";
import { sql } from "drizzle-orm";
import { FplaneError } from "../../src/domain/errors.ts";
import { type RecordedRevision, readRecordLine } from "../../src/domain/record/record-line.ts";
import type { Store } from "../../src/service/store.ts";
import { type Connection, rowsOf } from "../connection.ts";
import { logReads } from "../log-reads.ts";
import { createStore } from "../store.ts";
import { inspectJournal, type JournalState, journalLines, openJournal } from "./journal.ts";

/** What the embedded database tells of its start: repairs, each a sentence. */
export type Notice = (message: string) => void;

/** Makes the rows of revisions again; the services know how. */
export type Replay = (store: Store, revisions: AsyncIterable<RecordedRevision>) => Promise<void>;

/**
 * What the database lacks though it must have it: a revision before its newest one, or more than the one whose commit was
 * cut off. Then rows of others may be missing or left over as well.
 *
 * @throws FplaneError `unavailable` when the two hold different records
 */
export async function contradiction(connection: Connection, path: string, closed: boolean): Promise<string | null> {
  const { hashes } = await inspectJournal(path);
  const rows = await rowsOf<{ rev: unknown; hash: string }>(
    connection.drizzle,
    sql`SELECT rev, hash FROM revision ORDER BY rev`,
  );
  const known = new Map(rows.map(({ rev, hash }) => [Number(rev), hash]));
  const newest = Math.max(0, ...known.keys());
  for (let rev = 1; rev <= newest; rev += 1) {
    const [journaled, recorded] = [hashes[rev - 1], known.get(rev)];
    if (recorded === undefined) return `its revision ${rev} is missing`;
    if (journaled === undefined || journaled === recorded) continue;
    throw new FplaneError(
      "unavailable",
      `the journal ${path} and the database hold different records: their revision ${rev} differs`,
    );
  }
  const lag = hashes.length - newest;
  return closed || lag <= 1 || newest === 0 ? null : `it was cut off and lacks the last ${lag} revisions`;
}

/** After this the database and the journal end in the same revision. */
export async function reconcile(connection: Connection, path: string, replay: Replay, notice: Notice): Promise<void> {
  const recorded = (await logReads(connection.drizzle).newestRevision())?.rev ?? 0;
  const journal = await inspectJournal(path);
  if (journal.fault !== null) await mend(path, journal, recorded, notice);
  if (journal.revisions > recorded) {
    const made = `revisions ${recorded + 1} to ${journal.revisions} are made again from the journal`;
    notice(`the embedded database lags behind its journal: ${made}`);
    await replay(createStore(connection, null), revisionsFrom(path, recorded + 1, journal.revisions));
  }
  if (recorded > journal.revisions) await appendMissing(connection, path, journal.revisions, notice);
}

/**
 * Cuts off what cannot be read, and keeps a copy: a last line that is torn was never acknowledged, and what the database
 * has is written again. Lines that are whole behind a damaged one and that the database has not are never given up.
 */
async function mend(path: string, journal: JournalState, recorded: number, notice: Notice): Promise<void> {
  const onlyTheLast = journal.lines === journal.revisions + 1;
  if (!onlyTheLast && recorded < journal.lines) {
    const remedy = `the database has ${recorded} of its ${journal.lines} revisions: restore from an export`;
    throw new FplaneError("unavailable", `the journal ${path} is damaged (${journal.fault}) and ${remedy}`);
  }
  notice(`the journal's ${journal.fault}: what cannot be read is cut off, a copy is kept in ${path}.damaged`);
  await copyFile(path, `${path}.damaged`);
  await truncate(path, journal.length);
}

async function* revisionsFrom(path: string, from: number, until: number): AsyncGenerator<RecordedRevision> {
  let line = 0;
  for await (const { text } of journalLines(path)) {
    line += 1;
    if (line > until) return;
    if (line >= from) yield readRecordLine(text, line);
  }
}

async function appendMissing(connection: Connection, path: string, after: number, notice: Notice): Promise<void> {
  const reads = logReads(connection.drizzle);
  const journal = openJournal(path);
  let from = after + 1;
  try {
    for (let chunk = await reads.exported(from, 100); chunk.length > 0; chunk = await reads.exported(from, 100)) {
      journal.append(chunk);
      from += chunk.length;
    }
  } finally {
    journal.close();
  }
  notice(`the journal ended at revision ${after}: revisions up to ${from - 1} are written to it from the database`);
}
