import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { FplaneError } from "../../src/domain/errors.ts";
import { APP_ROLE, type Connection, rowsOf } from "../connection.ts";
import { migrate } from "../migrate.ts";
import { settleLines } from "./announced-lines.ts";
import { connectEmbedded, type EmbeddedConnection } from "./connect.ts";
import { findDamage, noteDigests } from "./damage.ts";
import { type Journal, openJournal } from "./journal.ts";
import { lockDirectory } from "./lock.ts";
import { contradiction, type Notice, type Replay, reconcile } from "./reconcile.ts";
import { keepSnapshot, prepareSnapshot } from "./snapshot.ts";

export type EmbeddedDatabase = { readonly connection: Connection; readonly journal: Journal };

/** Where things are below `DATA_DIR`. */
export function embeddedPaths(directory: string) {
  return {
    database: join(directory, "database"),
    journal: join(directory, "journal.jsonl"),
    snapshot: join(directory, "snapshot.tgz"),
    digests: join(directory, "database.digests"),
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
  const paths = embeddedPaths(directory);
  try {
    settleLines(paths.journal);
    const opened = await openAgreeing(directory, schema, notice);
    try {
      await reconcile(opened, paths.journal, replay, notice);
      await opened.script(`SET ROLE ${APP_ROLE}`);
      const close = () => closeNoting(opened, paths).finally(unlock);
      return { connection: { ...opened, close }, journal: openJournal(paths.journal) };
    } catch (error) {
      await opened.close();
      throw error;
    }
  } catch (error) {
    unlock();
    throw error;
  }
}

async function closeNoting(opened: Connection, { database, digests }: Paths): Promise<void> {
  await opened.close();
  noteDigests(database, digests);
}

/** Brings the schema up to date and does nothing else. @returns the names of the migrations that were applied */
export async function migrateEmbedded(directory: string, schema: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const unlock = lockDirectory(directory);
  try {
    const { database, digests } = embeddedPaths(directory);
    rmSync(digests, { force: true });
    const connection = await connectEmbedded(database, schema);
    return await migrate(connection).finally(() => connection.close());
  } finally {
    unlock();
  }
}

type Opened = {
  readonly connection: Connection;
  /** Whether it was closed when it was last used, and not cut off. */
  readonly closed: boolean;
};

/** Opens the database; one that lacks what the journal has, and not because it was cut off just then, is begun anew. */
async function openAgreeing(directory: string, schema: string, notice: Notice): Promise<Connection> {
  const { connection, closed } = await openSound(directory, schema, notice);
  const fault = await contradiction(connection, embeddedPaths(directory).journal, closed).catch(asFault);
  if (fault === null) return connection;
  await connection.close().catch(() => {}); // a damaged one may not even end
  if (fault instanceof FplaneError) throw fault;
  putAside(directory, fault, notice);
  return (await openSound(directory, schema, notice)).connection;
}

/** What is wrong with a database that cannot be read; an error that a person has to look at stays one. */
function asFault(error: unknown): FplaneError | string {
  if (error instanceof FplaneError) return error;
  return error instanceof Error ? error.message : String(error);
}

/** Opens the database; one that is spoilt, does not open or cannot be read is put aside and begun anew. */
async function openSound(directory: string, schema: string, notice: Notice): Promise<Opened> {
  const { database, digests } = embeddedPaths(directory);
  const { fault, closed } = existsSync(database) ? findDamage(database, digests) : { fault: null, closed: true };
  if (fault !== null) putAside(directory, fault, notice);
  try {
    return { connection: await openChecked(directory, schema, notice), closed };
  } catch (error) {
    if (error instanceof FplaneError || !existsSync(database)) throw error;
    putAside(directory, String(asFault(error)), notice);
    return { connection: await openChecked(directory, schema, notice), closed: true };
  }
}

function putAside(directory: string, fault: string, notice: Notice): void {
  const { database } = embeddedPaths(directory);
  const aside = `${database}.damaged-${new Date().toISOString().replaceAll(":", "")}`;
  renameSync(database, aside);
  notice(`the embedded database is damaged (${fault}): it is in ${aside}, and made again from the journal`);
}

async function openChecked(directory: string, schema: string, notice: Notice): Promise<Connection> {
  const paths = embeddedPaths(directory);
  const isNew = !existsSync(paths.database);
  const connection = isNew ? await begin(paths, schema, notice) : await connectEmbedded(paths.database, schema);
  try {
    const applied = await migrate(connection);
    if (isNew && applied.length > 0) await keepSnapshot(connection, paths.snapshot);
    if (!isNew) await readEverything(connection);
    await connection.script(`ANALYZE ${TABLES.join(", ")}`); // all the rest would double the time of a start
    closeToOthers(paths.database);
    return connection;
  } catch (error) {
    await connection.close().catch(() => {}); // a damaged one may not even end
    throw error;
  }
}

type Paths = ReturnType<typeof embeddedPaths>;

/** A new database, from the snapshot; one that is spoilt is made again. */
async function begin({ database, snapshot }: Paths, schema: string, notice: Notice): Promise<EmbeddedConnection> {
  if (existsSync(snapshot)) {
    try {
      return await connectEmbedded(database, schema, snapshot);
    } catch (error) {
      notice(`the snapshot of an empty database is damaged (${asFault(error)}): it is made again`);
      rmSync(database, { recursive: true, force: true });
      rmSync(snapshot);
    }
  }
  const failure = await prepareSnapshot(snapshot, schema);
  if (failure !== null) notice(`a new database takes longer and more memory: no snapshot could be made (${failure})`);
  return await connectEmbedded(database, schema, failure === null ? snapshot : null);
}

/** The database writes its files for everybody to read, whatever the process's umask says. */
function closeToOthers(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) chmodSync(join(entry.parentPath, entry.name), 0o600);
  }
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
