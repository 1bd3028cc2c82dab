import { FplaneError } from "../src/domain/errors.ts";
import type { Store, Writes } from "../src/service/store.ts";
import type { Connection, Executor } from "./connection.ts";
import { readsOn } from "./reads.ts";
import { lockRevisions, writesOn } from "./writes.ts";

/** The store of the services on a database whose schema is up to date, as the application's role. */
export function createStore(connection: Connection): Store {
  return {
    ...readsOn(connection.drizzle),
    write: (act) => write(connection, act),
    close: () => connection.close(),
  };
}

/** Thrown inside a transaction to undo it, carrying what the dry run found. */
class Undone extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super("undone");
    this.value = value;
  }
}

async function write<T>(
  connection: Connection,
  act: (tx: Writes) => Promise<{ readonly keep: boolean; readonly value: T }>,
): Promise<T> {
  try {
    return await connection.drizzle.transaction(async (tx: Executor) => {
      await lockRevisions(tx, connection.schema);
      const { keep, value } = await act(writesOn(tx));
      if (!keep) throw new Undone(value);
      return value;
    });
  } catch (error) {
    if (error instanceof Undone) return error.value as T;
    throw explained(error);
  }
}

const EXCLUSION_VIOLATION = "23P01";

/** The services look for contradictions themselves and name them; this is for what only the database saw. */
function explained(error: unknown): unknown {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && cause.code === EXCLUSION_VIOLATION) {
    return new FplaneError("conflict", "two seats would hold the same IFU or spectrograph at the same time");
  }
  return error;
}
