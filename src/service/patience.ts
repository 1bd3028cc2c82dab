import { FplaneError } from "../domain/errors.ts";
import type { Reads, Store } from "./store.ts";

/** They change something, or are the store's own affair: what becomes of them is for the database to say. */
const NOT_READS: readonly string[] = ["outbox", "keyUses", "write", "watch", "close"];

const RETRY_AFTER = 5;

/**
 * A store whose questions are given up when they take too long: a database that hangs, or to which the line is dead, is
 * as good as away, but nothing ever says so.
 *
 * @param seconds 0: for ever
 */
export function impatient(store: Store, seconds: number): Store {
  if (seconds === 0) return store;
  const reads = Object.entries(store)
    .filter(([name]) => !NOT_READS.includes(name))
    .map(([name, question]) => [name, (...args: never[]) => answerWithin(seconds, question(...args))]);
  return { ...store, ...(Object.fromEntries(reads) as Reads) };
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
