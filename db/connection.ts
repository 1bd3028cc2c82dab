import type { SQL } from "drizzle-orm";
import type { PgDatabase, PgQueryResultHKT, PgTransaction } from "drizzle-orm/pg-core";
import { FplaneError } from "../src/domain/errors.ts";
import { schemaName } from "../src/domain/project.ts";

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
export const SESSION = {
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

/** The rows of a statement, each as an object of the columns' texts and numbers as the drivers give them. */
export async function rowsOf<Row extends Record<string, unknown>>(executor: Executor, statement: SQL): Promise<Row[]> {
  const result: unknown = await executor.execute(statement);
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[];
}
