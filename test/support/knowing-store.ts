import type { Role } from "../../src/domain/role.ts";
import type { Store, User } from "../../src/service/store.ts";

/** A database that knows every key, as that of a user with the role, and nothing else: for what is refused before more is asked of it. */
export function knowingStore(role: Role): Store {
  const user = { username: "cron", rev: 1, role, enabled: true, firstName: "", lastName: "", email: "", salt: "" };
  const validity = { keySealed: "", keyExpiresAt: null, previousKeySha256: null, previousKeyUntil: null };
  const userWithKey = async (keySha256: string): Promise<User> => ({ ...user, ...validity, keySha256 });
  return { userWithKey, keyUses: { all: async () => [], note: async () => {} } } as unknown as Store;
}
