import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync } from "node:fs";
import { copyFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { FplaneError } from "../../src/domain/errors.ts";
import { type RecordedRevision, readRecordLine } from "../../src/domain/record-line.ts";
import type { Store } from "../../src/service/store.ts";
import { APP_ROLE, type Connection, connectEmbedded, type EmbeddedConnection, rowsOf } from "../connection.ts";
import { logReads } from "../log-reads.ts";
import { migrate } from "../migrate.ts";
import { createStore } from "../store.ts";
import { inspectJournal, type Journal, type JournalState, journalLines, openJournal } from "./journal.ts";
import { lockDirectory } from "./lock.ts";

/** What the embedded database tells of its start: repairs, each a sentence. */
export type Notice = (message: string) => void;

/** Makes the rows of revisions again; the services know how. */
export type Replay = (store: Store, revisions: AsyncIterable<RecordedRevision>) => Promise<void>;

export type EmbeddedDatabase = { readonly connection: Connection; readonly journal: Journal };

/** Where things are below `DATA_DIR`. */
export function embeddedPaths(directory: string) {
  return {
    database: join(directory, "database"),
    journal: join(directory, "journal.jsonl"),
    snapshot: join(directory, "snapshot.tgz"),
  };
}

/**
 * Opens the embedded database in a directory that is this process's alone, and brings it in line with the journal: one
 * that lags is caught up, one that is damaged is made again.
 *
 * @throws FplaneError `unavailable` when another process has it, or when journal and database contradict each other
 */
export async function openEmbedded(
  directory: string,
  schema: string,
  replay: Replay,
  notice: Notice,
): Promise<EmbeddedDatabase> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const unlock = lockDirectory(directory);
  try {
    const paths = embeddedPaths(directory);
    const opened = await openSound(directory, schema, notice);
    const connection = { ...opened, close: () => opened.close().finally(unlock) };
    try {
      await reconcile(connection, paths.journal, replay, notice);
      await connection.script(`SET ROLE ${APP_ROLE}`);
      return { connection, journal: openJournal(paths.journal) };
    } catch (error) {
      await opened.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Brings the schema up to date and does nothing else. @returns the names of the migrations that were applied */
export async function migrateEmbedded(directory: string, schema: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(directory);
  try {
    const connection = await connectEmbedded(embeddedPaths(directory).database, schema);
    return await migrate(connection).finally(() => connection.close());
  } finally {
    unlock();
  }
}

/** Opens the database; one that does not open or cannot be read is put aside and begun anew. */
async function openSound(directory: string, schema: string, notice: Notice): Promise<Connection> {
  const { database } = embeddedPaths(directory);
  try {
    return await openChecked(directory, schema);
  } catch (error) {
    if (error instanceof FplaneError || !existsSync(database)) throw error;
    const aside = `${database}.damaged-${new Date().toISOString().replaceAll(":", "")}`;
    renameSync(database, aside);
    notice(
      `the embedded database is damaged (${error instanceof Error ? error.message : error}): it is in ${aside}, and made again from the journal`,
    );
    return await openChecked(directory, schema);
  }
}

async function openChecked(directory: string, schema: string): Promise<Connection> {
  const paths = embeddedPaths(directory);
  const isNew = !existsSync(paths.database);
  const connection = await connectEmbedded(paths.database, schema, existsSync(paths.snapshot) ? paths.snapshot : null);
  try {
    const applied = await migrate(connection);
    if (isNew && applied.length > 0) await keepSnapshot(connection, paths.snapshot);
    if (!isNew) await readEverything(connection);
    await connection.script("ANALYZE");
    closeToOthers(paths.database);
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The database writes its files for everybody to read, whatever the process's umask says. */
function closeToOthers(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600);
  }
}

/** An empty, migrated database, from which a damaged one is begun anew in a second instead of ten. */
async function keepSnapshot(connection: EmbeddedConnection, path: string): Promise<void> {
  await Bun.write(`${path}.new`, await connection.snapshot());
  renameSync(`${path}.new`, path);
}

const TABLES = [
  "revision",
  "placement",
  "position",
  "confirmation",
  "hold",
  "hardware_status",
  "upload",
  "tag",
  "user_version",
  "outbox",
  "outbox_cursor",
  "key_use",
];

/** Pages carry checksums: reading each finds what a disk has spoilt. */
async function readEverything(connection: Connection): Promise<void> {
  for (const table of TABLES) await rowsOf(connection.drizzle, sql`SELECT count(*) FROM ${sql.identifier(table)}`);
}

/** After this the database and the journal end in the same revision. */
async function reconcile(connection: Connection, path: string, replay: Replay, notice: Notice): Promise<void> {
  const recorded = (await logReads(connection.drizzle).newestRevision())?.rev ?? 0;
  const journal = await inspectJournal(path);
  if (journal.fault !== null) await mend(path, journal, recorded, notice);
  const common = Math.min(journal.revisions, recorded);
  if (common > 0) await demandSame(connection, path, common);
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

async function demandSame(connection: Connection, path: string, rev: number): Promise<void> {
  const known = await logReads(connection.drizzle).revisionNumbered(rev);
  for await (const revision of revisionsFrom(path, rev, rev)) {
    if (revision.hash === known?.hash) return;
  }
  throw new FplaneError(
    "unavailable",
    `the journal ${path} and the database hold different records: their revision ${rev} differs`,
  );
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
