import { sql } from "drizzle-orm";
import type { RecordedRevision } from "../src/domain/record/record-line.ts";
import { secretsOf } from "../src/domain/record/user-secrets.ts";
import type { Store, Writes } from "../src/service/store.ts";
import type { Connection, Executor } from "./connection.ts";
import type { Journal } from "./embedded/journal.ts";
import { askingAgain, explaining, explanationOf } from "./failures.ts";
import { keyUsesOn } from "./key-uses.ts";
import { outboxOn } from "./outbox.ts";
import { readsOn } from "./reads.ts";
import { lockRevisions, writesOn } from "./writes.ts";

/**
 * The store of the services on a database whose schema is up to date, as the application's role. With a journal, a
 * revision is on the disk there before its transaction commits.
 */
export function createStore(connection: Connection, journal: Journal | null): Store {
  return {
    ...explaining(askingAgain(readsOn(connection.drizzle))),
    outbox: explaining(outboxOn(connection)),
    keyUses: explaining(keyUsesOn(connection.drizzle)),
    watch: (listener) =>
      connection.listen("fplane_revision", (payload) => {
        if (payload === null || payload.startsWith(`${connection.schema} `)) listener();
      }),
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
      const { writes, revisions } = collecting(writesOn(tx));
      const { keep, value } = await act(writes);
      // After this the commit has nothing left to refuse, and a dry run has been refused what a commit would be.
      if (revisions.length > 0) await tx.execute(sql`SET CONSTRAINTS ALL IMMEDIATE`);
      if (!keep) throw new Undone(value);
      if (journal !== null && revisions.length > 0) {
        journal.append(revisions);
        journaled = true;
      }
      return value;
    });
  } catch (error) {
    if (error instanceof Undone) return error.value as T;
    if (journaled) journal?.undo();
    throw explanationOf(error);
  }
}

/** The revisions that are written are collected, with what the journal must know of them. */
function collecting(writes: Writes): { writes: Writes; revisions: RecordedRevision[] } {
  const revisions: RecordedRevision[] = [];
  return {
    revisions,
    writes: {
      ...writes,
      addRevision: async (revision) => {
        await writes.addRevision(revision);
        revisions.push({ ...revision, userSecrets: [] });
      },
      addUser: async (user) => {
        await writes.addUser(user);
        const last = revisions.at(-1);
        if (last?.rev !== user.rev) throw new Error("a user is added by the revision that is being written");
        revisions[revisions.length - 1] = {
          ...last,
          userSecrets: [...last.userSecrets, secretsOf(user)],
        };
      },
    },
  };
}
