import { FplaneError } from "../src/domain/errors.ts";

/** What goes wrong with a database, told as the services know it. */

type Question = (...args: never[]) => Promise<unknown>;

/** How often a question is asked again on another connection when the one that it was asked on has been cut. */
const REPETITIONS = 3;

/** Of questions that only read: a database that is there answers them, though a connection is cut. */
export function askingAgain<T extends object>(questions: T): T {
  return each(questions, (question) => async (...args) => {
    for (let left = REPETITIONS; ; left -= 1) {
      try {
        return await question(...args);
      } catch (error) {
        if (left === 0 || !CUT.test(codeOf(error))) throw error;
      }
    }
  });
}

/** The failures of each question are explained. */
export function explaining<T extends object>(questions: T): T {
  return each(questions, (question) => async (...args) => {
    try {
      return await question(...args);
    } catch (error) {
      throw explanationOf(error);
    }
  });
}

function each<T extends object>(questions: T, other: (question: Question) => Question): T {
  return Object.fromEntries(
    Object.entries(questions).map(([name, question]) => [name, other(question as Question)]),
  ) as T;
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

/** An FplaneError for what the services have a word for; else the error itself. */
export function explanationOf(error: unknown): unknown {
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
