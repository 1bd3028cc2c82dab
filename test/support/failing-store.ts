import type { Store } from "../../src/service/store.ts";

/** A database of which everything fails with this error. */
export function failingStore(error: unknown): Store {
  const fail = () => Promise.reject(error);
  return new Proxy({} as Store, { get: () => fail });
}
