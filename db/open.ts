import { FplaneError } from "../src/domain/errors.ts";
import type { Store } from "../src/service/store.ts";
import { APP_ROLE, type Connection, type DatabaseLocation, schemaOf } from "./connection.ts";
import type { Journal } from "./embedded/journal.ts";
import type { Notice, Replay } from "./embedded/reconcile.ts";
import { migrate, schemaState } from "./migrate.ts";
import { createStore } from "./store.ts";

/** What opening an embedded database needs beside its place. */
export type OpenOptions = {
  /** Makes the rows of journaled revisions again. */
  readonly replay: Replay;
  /** Told of every repair. */
  readonly notice: Notice;
};

// Each engine takes as long to load as the rest of the database's code: only the one that is wanted is.
const postgres = () => import("./postgres/connect.ts");
const embedded = () => import("./embedded/open.ts");

/**
 * Opens a project's store. A database without the schema gets it; the embedded one is also brought up to date, while an
 * older schema on PostgreSQL, which other servers may be using, waits for `fplane migrate`.
 *
 * @throws FplaneError `unavailable` when the database cannot be reached, is another process's, or its schema is newer or older
 */
export async function openStore(location: DatabaseLocation, project: string, options: OpenOptions): Promise<Store> {
  const { connection, journal } = await openAsApplication(location, project, options);
  return createStore(connection, journal);
}

/** The connection behind a store: the program's own role, which can add rows and change none. */
export async function openAsApplication(
  location: DatabaseLocation,
  project: string,
  { replay, notice }: OpenOptions,
): Promise<{ readonly connection: Connection; readonly journal: Journal | null }> {
  const schema = schemaOf(project);
  if (location.engine === "embedded") {
    const { openEmbedded } = await embedded();
    return await openEmbedded(location.directory, schema, replay, notice);
  }
  const { connectPostgres } = await postgres();
  await prepare(location, schema);
  return { connection: await connectPostgres(location, schema, APP_ROLE), journal: null };
}

/**
 * A store on a PostgreSQL that is away, for a server that has something to serve meanwhile: its first question after the
 * return is answered as usual.
 */
export async function openStoreAway(
  location: Extract<DatabaseLocation, { engine: "postgres" }>,
  project: string,
): Promise<Store> {
  const { connectPostgres } = await postgres();
  return createStore(await connectPostgres(location, schemaOf(project), APP_ROLE, true), null);
}

async function prepare(location: Extract<DatabaseLocation, { engine: "postgres" }>, schema: string): Promise<void> {
  const { connectPostgres } = await postgres();
  const login = await connectPostgres(location, schema);
  try {
    const found = await schemaState(login);
    if (found.state === "absent") await migrate(login);
    if (found.state === "older") {
      throw new FplaneError(
        "unavailable",
        `the database's schema is older than this program (it lacks ${found.pending.join(", ")}): run \`fplane migrate\``,
      );
    }
  } finally {
    await login.close();
  }
}

/** What `fplane migrate` does. @returns the names of the migrations that were applied */
export async function migrateProject(location: DatabaseLocation, project: string): Promise<string[]> {
  const schema = schemaOf(project);
  if (location.engine === "embedded") {
    const { migrateEmbedded } = await embedded();
    return await migrateEmbedded(location.directory, schema);
  }
  const { connectPostgres } = await postgres();
  const connection = await connectPostgres(location, schema);
  try {
    return await migrate(connection);
  } finally {
    await connection.close();
  }
}
