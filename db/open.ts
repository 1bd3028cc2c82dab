import { FplaneError } from "../src/domain/errors.ts";
import type { Store } from "../src/service/store.ts";
import {
  APP_ROLE,
  type Connection,
  connectEmbedded,
  connectPostgres,
  type DatabaseLocation,
  schemaOf,
} from "./connection.ts";
import { migrate, schemaState } from "./migrate.ts";
import { createStore } from "./store.ts";

/**
 * Opens a project's store. A database without the schema gets it; the embedded one is also brought up to date, while an
 * older schema on PostgreSQL, which other servers may be using, waits for `fplane migrate`.
 *
 * @throws FplaneError `unavailable` when the database cannot be reached, or its schema is newer or older
 */
export async function openStore(location: DatabaseLocation, project: string): Promise<Store> {
  return createStore(await openAsApplication(location, project));
}

/** The connection behind a store: the program's own role, which can add rows and change none. */
export async function openAsApplication(location: DatabaseLocation, project: string): Promise<Connection> {
  const schema = schemaOf(project);
  if (location.engine === "embedded") {
    const connection = await connectEmbedded(location.directory, schema);
    try {
      await migrate(connection);
      await connection.script(`SET ROLE ${APP_ROLE}`);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }
  await prepare(location, schema);
  return await connectPostgres(location, schema, APP_ROLE);
}

async function prepare(location: Extract<DatabaseLocation, { engine: "postgres" }>, schema: string): Promise<void> {
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
  const connection =
    location.engine === "embedded"
      ? await connectEmbedded(location.directory, schema)
      : await connectPostgres(location, schema);
  try {
    return await migrate(connection);
  } finally {
    await connection.close();
  }
}
