import { FplaneError } from "../../domain/errors.ts";
import { askedBy, type Store } from "../store.ts";

const RETRY_AFTER = 5;

/**
 * A store whose questions are given up when they take too long: a database that hangs, or to which the line is dead, is
 * as good as away, but nothing ever says so.
 *
 * @param seconds 0: for ever
 */
export function impatient(store: Store, seconds: number): Store {
  if (seconds === 0) return store;
  const questions = askedBy(store, (question) => answerWithin(seconds, question()));
  return { ...store, ...questions }; // what becomes of a write is for the database to say
}

/** @throws FplaneError `unavailable` when the answer is not there in time */
async function answerWithin<T>(seconds: number, answer: Promise<T>): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `the database has not answered for ${seconds} s; try again`;
      reject(new FplaneError("unavailable", message, { reason: "away", retryAfter: RETRY_AFTER }));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
