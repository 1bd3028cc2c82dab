import { existsSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { type SQL, sql } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { FplaneError } from "../src/domain/errors.ts";
import { schemaName } from "../src/domain/project.ts";
import { startPglite } from "./embedded/pglite-files.ts";
import { preparingEmbedded } from "./embedded/prepared.ts";
import { preparing } from "./prepared.ts";

/** Either engine, through drizzle; also a transaction on it. */
export type Executor = PgDatabase<PgQueryResultHKT> | PgTransaction<PgQueryResultHKT>;

/** An open database. All of a project's tables are in `schema`, which is first on the search path of every session. */
export type Connection = {
  readonly engine: "embedded" | "postgres";
  readonly schema: string;
  readonly drizzle: PgDatabase<PgQueryResultHKT>;
  /** Runs the statements as they stand, outside drizzle: migrations and roles. */
  script(text: string): Promise<void>;
  /** Listens to a channel, also after the connection was lost: then it calls back once, since a message may be lost too. */
  listen(channel: string, listener: (payload: string | null) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

export type DatabaseLocation =
  | { readonly engine: "embedded" /** A directory; made when it is missing. */; readonly directory: string }
  | {
      readonly engine: "postgres";
      /** `postgres://...`; without it the database is named, on the host that PGHOST and PGPORT name. */
      readonly url?: string | undefined;
      readonly database?: string | undefined;
      readonly username?: string | undefined;
      readonly password?: string | undefined;
    };

/** The roles of the tables' owner and of the program: see 0001 for what the second may do. */
export const OWNER_ROLE = "fplane_owner";
export const APP_ROLE = "fplane_app";

/**
 * Settings of every session: the columns' readers rely on the time zone and the date style; and whoever waited for the
 * lock of the revisions must see what the writer before has committed, whatever the database's default is. Every lookup
 * has its index, and most of what it reads lies in memory; a plan is made once a session, often while the tables are
 * still so small that reading them whole would be as quick, and is not made again when they have grown.
 */
const SESSION = {
  TimeZone: "UTC",
  DateStyle: "ISO, YMD",
  IntervalStyle: "postgres",
  extra_float_digits: "1",
  default_transaction_isolation: "read committed",
  enable_seqscan: "off",
  random_page_cost: "1.1",
} as const;

/** The schema of a project. @throws FplaneError `bad-parameter` for what is no project name */
export function schemaOf(project: string): string {
  const schema = schemaName(project);
  if (schema !== null) return schema;
  const wanted = "it starts with a letter and has letters, digits and _";
  throw new FplaneError("bad-parameter", `${JSON.stringify(project)} is no project name: ${wanted}`);
}

/** The embedded database, which can also be copied as it is. */
export type EmbeddedConnection = Connection & { readonly snapshot: () => Promise<Blob> };

/**
 * Opens the embedded database in a directory, as its superuser; a new one is begun from the snapshot, if there is one.
 * It neither locks the directory nor waits for the disk: see db/embedded.
 */
export async function connectEmbedded(
  directory: string,
  schema: string,
  snapshot: string | null = null,
): Promise<EmbeddedConnection> {
  // Unpacked here: a snapshot that is spoilt would leave a half-made database running in there.
  const begun = snapshot !== null && !existsSync(directory) ? Bun.gunzipSync(await Bun.file(snapshot).bytes()) : null;
  const client = await startPglite({
    dataDir: directory,
    // 128 MB of buffers and room for 100 sessions would be more memory than the whole server needs otherwise.
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=4MB", "-c", "max_connections=4"],
    ...(begun === null ? {} : { loadDataDir: new Blob([begun]) }),
  });
  for (const [name, value] of Object.entries(SESSION)) await client.exec(`SET ${name} TO '${value}'`);
  await client.exec(`SET search_path TO ${schema}, public`);
  return {
    engine: "embedded",
    schema,
    drizzle: drizzlePglite(preparingEmbedded(client)),
    script: async (text) => void (await client.exec(text)),
    listen: async () => async () => {}, // no other process can write to it
    close: () => client.close(),
    snapshot: () => client.dumpDataDir("gzip"),
  };
}

/**
 * Opens PostgreSQL: with `role`, every session takes that role; without, one session stays the login.
 *
 * @param away whether the server is known to be away: then the first question tries to reach it, not this
 * @throws FplaneError `unavailable` when the server cannot be reached or refuses the login
 */
export async function connectPostgres(
  location: Extract<DatabaseLocation, { engine: "postgres" }>,
  schema: string,
  role?: string,
  away = false,
): Promise<Connection> {
  const { database, username, password } = location;
  const { url, host } = withSocket(location.url ?? "");
  const client = postgres(url, {
    ...(host === null ? {} : { host }),
    ...(database === undefined ? {} : { database }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    max: role === undefined ? 1 : 8,
    connect_timeout: 5,
    backoff: reconnectAfter,
    onnotice: () => {},
    fetch_types: false, // arrays go in and out as text; and who asks for them at a connection's start is not told when it breaks
    connection: {
      application_name: "fplane",
      search_path: `${schema},public`,
      ...SESSION,
      ...(role === undefined ? {} : { role }),
    },
  });
  try {
    if (!away) await client`SELECT 1`;
  } catch (error) {
    await client.end({ timeout: 1 });
    throw new FplaneError(
      "unavailable",
      `the database cannot be reached: ${error instanceof Error ? error.message : error}`,
      { unreachable: true },
    );
  }
  return {
    engine: "postgres",
    schema,
    drizzle: drizzlePostgres(preparing(client)),
    script: async (text) => void (await client.unsafe(text)),
    listen: async (channel, listener) => {
      const subscription = await client.listen(channel, listener, () => listener(null));
      return subscription.unlisten;
    },
    close: () => client.end({ timeout: 5 }),
  };
}

/** Seconds until the next attempt to reach PostgreSQL, after so many: soon, but not all servers in step. */
function reconnectAfter(attempts: number): number {
  return Math.min(2, 0.1 * 2 ** attempts) * (0.5 + Math.random() / 2);
}

/** `postgres:///name?host=/run/postgresql`, as libpq writes a socket's directory; postgres.js wants it as an option. */
function withSocket(url: string): { url: string; host: string | null } {
  if (!URL.canParse(url)) return { url, host: null };
  const address = new URL(url);
  const host = address.searchParams.get("host");
  address.searchParams.delete("host");
  return { url: address.href, host };
}

/** The rows of a statement, each as an object of the columns' texts and numbers as the drivers give them. */
export async function rowsOf<Row extends Record<string, unknown>>(executor: Executor, statement: SQL): Promise<Row[]> {
  const result: unknown = await executor.execute(statement);
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}

/** A list as one parameter: drizzle would spread an array into many. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(`{${values.map((value) => `"${value.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`)}::text[]`;
}
