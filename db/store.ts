import { sql } from "drizzle-orm";
import { FplaneError } from "../src/domain/errors.ts";
import type { RecordedRevision } from "../src/domain/record-line.ts";
import type { Revision } from "../src/domain/revision.ts";
import { secretsOf } from "../src/domain/user-secrets.ts";
import type { KeyUses } from "../src/service/key-uses.ts";
import type { Outbox } from "../src/service/outbox.ts";
import type { Reads, Store, Writes } from "../src/service/store.ts";
import type { Connection, Executor } from "./connection.ts";
import type { Journal } from "./embedded/journal.ts";
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
    ...explaining(readsOn(connection.drizzle), REPETITIONS),
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
      const { writes, revisions } = watched(writesOn(tx));
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

/** Collects the revisions that are written, with what the journal must know of them. Nobody else makes any meanwhile. */
function watched(writes: Writes): { writes: Writes; revisions: RecordedRevision[] } {
  const revisions: RecordedRevision[] = [];
  let newest: Promise<Revision | null> | undefined;
  return {
    revisions,
    writes: {
      ...writes,
      newestRevision: () => {
        newest ??= writes.newestRevision();
        return newest;
      },
      addRevision: async (revision) => {
        await writes.addRevision(revision);
        const { body: _, ...head } = revision;
        newest = Promise.resolve(head);
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

/** How often a question is asked again on another connection when the one that it was asked on has been cut. */
const REPETITIONS = 3;

/**
 * Questions whose failures are told as the services know them. One that only reads and whose connection is cut is asked
 * again: a database that is there answers it.
 */
function explaining<T extends Reads | Outbox | KeyUses>(questions: T, repetitions = 0): T {
  const explained = Object.entries(questions).map(([name, question]) => [
    name,
    async (...args: never[]) => {
      for (let left = repetitions; ; left -= 1) {
        try {
          return await (question as (...args: never[]) => Promise<unknown>)(...args);
        } catch (error) {
          if (left > 0 && CUT.test(codeOf(error))) continue;
          throw explanationOf(error);
        }
      }
    },
  ]);
  return Object.fromEntries(explained) as T;
}

const EXCLUSION_VIOLATION = "23P01";
const CHARACTER_NOT_IN_REPERTOIRE = "22021";

/** What the driver or PostgreSQL says when the server is away, starting or stopping, or takes no more connections. */
const AWAY =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|ENOENT|EAI_AGAIN|CONNECT\w+_\w+|CONNECT_TIMEOUT|08\w{3}|57P0[1-5]|53\w{3})$/;

/** What is said of a connection that was there: an administrator ended it, or it broke. */
const CUT = /^(CONNECTION_CLOSED|CONNECTION_DESTROYED|CONNECTION_ENDED|ECONNRESET|EPIPE|57P0[12])$/;

/** What PostgreSQL says when its disk is full or broken, or it is a replica. */
const NOT_WRITABLE = /^(53100|58\w{3}|25006)$/;

const RETRY_AFTER = 5;

function explanationOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === EXCLUSION_VIOLATION) {
    // The services look for contradictions themselves and name them; this is for what only the database saw.
    return new FplaneError("conflict", "two seats would hold the same IFU or spectrograph at the same time");
  }
  if (code === CHARACTER_NOT_IN_REPERTOIRE) {
    return new FplaneError("bad-parameter", "a text that was sent holds a null byte, which no name and no id has");
  }
  if (NOT_WRITABLE.test(code)) return unavailable("the database records nothing now; try again", "not-writable", error);
  if (AWAY.test(code)) return unavailable("the database cannot be reached now; try again", "away", error);
  return error;
}

/** The driver's or PostgreSQL's code of an error, also of one that drizzle has wrapped; empty for none. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

/** @param reason whether it cannot even be asked (away), or can be read */
function unavailable(message: string, reason: "away" | "not-writable", cause: unknown): FplaneError {
  const error = new FplaneError("unavailable", message, { reason, retryAfter: RETRY_AFTER });
  error.cause = cause;
  return error;
}
