import { sql } from "drizzle-orm";
import { FplaneError } from "../src/domain/errors.ts";
import type { RecordedRevision } from "../src/domain/record-line.ts";
import type { Store, Writes } from "../src/service/store.ts";
import type { Connection, Executor } from "./connection.ts";
import type { Journal } from "./embedded/journal.ts";
import { readsOn } from "./reads.ts";
import { lockRevisions, writesOn } from "./writes.ts";

/**
 * The store of the services on a database whose schema is up to date, as the application's role. With a journal, a
 * revision is on the disk there before its transaction commits.
 */
export function createStore(connection: Connection, journal: Journal | null): Store {
  return {
    ...readsOn(connection.drizzle),
    write: (act) => write(connection, journal, act),
    close: async () => {
      await connection.close();
      journal?.close();
    },
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
  journal: Journal | null,
  act: (tx: Writes) => Promise<{ readonly keep: boolean; readonly value: T }>,
): Promise<T> {
  let journaled = false;
  try {
    return await connection.drizzle.transaction(async (tx: Executor) => {
      await lockRevisions(tx, connection.schema);
      const { writes, revisions } = watched(writesOn(tx));
      const { keep, value } = await act(writes);
      if (!keep) throw new Undone(value);
      if (journal !== null && revisions.length > 0) {
        await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`); // after this the commit has nothing left to refuse
        journal.append(revisions);
        journaled = true;
      }
      return value;
    });
  } catch (error) {
    if (error instanceof Undone) return error.value as T;
    if (journaled) journal?.undo();
    throw explained(error);
  }
}

/** Collects the revisions that are written, with what the journal must know of them. */
function watched(writes: Writes): { writes: Writes; revisions: RecordedRevision[] } {
  const revisions: RecordedRevision[] = [];
  return {
    revisions,
    writes: {
      ...writes,
      addRevision: async (revision) => {
        await writes.addRevision(revision);
        revisions.push({ ...revision, userSecrets: null });
      },
      addUser: async (user) => {
        await writes.addUser(user);
        const { firstName, lastName, email, keySha256, keySealed, salt } = user;
        const last = revisions.at(-1);
        if (last?.rev !== user.rev) throw new Error("a user is added by the revision that is being written");
        revisions[revisions.length - 1] = {
          ...last,
          userSecrets: { firstName, lastName, email, keySha256, keySealed, salt },
        };
      },
    },
  };
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
