import { expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { impatient } from "../../../src/service/store/patience.ts";
import type { Store } from "../../../src/service/store.ts";

const MOMENT = 0.02;

/** A database that answers these, in whatever way. */
function storeOf(answers: Partial<Store>): Store {
  return answers as Store;
}

test("what is answered in time is passed on, also a refusal", async () => {
  const refusal = new FplaneError("conflict", "no");
  const store = impatient(
    storeOf({ bodyOf: async (rev) => `body ${rev}`, tagNamed: () => Promise.reject(refusal) }),
    60,
  );
  expect(await store.bodyOf(7)).toBe("body 7");
  await expect(store.tagNamed("x")).rejects.toBe(refusal);
});

test("a question that is not answered in time is given up, as if the database were away", async () => {
  const store = impatient(storeOf({ newestRevision: () => new Promise(() => {}) }), MOMENT);
  await expect(store.newestRevision()).rejects.toMatchObject({
    code: "unavailable",
    message: "the database has not answered for 0.02 s; try again",
    details: { reason: "away", retryAfter: 5 },
  });
});

test("a write may take longer: what becomes of it is for the database to say", async () => {
  const done = Promise.withResolvers<unknown>();
  const store = impatient(
    storeOf({ newestRevision: () => new Promise(() => {}), write: () => done.promise as Promise<never> }),
    MOMENT,
  );
  const written = store.write(async () => ({ keep: true, value: "kept" }));
  await expect(store.newestRevision()).rejects.toMatchObject({ code: "unavailable" }); // so long it has waited, too
  done.resolve("kept");
  expect((await written) as unknown).toBe("kept");
});

test("without a limit the store is the one that was given", () => {
  const store = storeOf({});
  expect(impatient(store, 0)).toBe(store);
});
