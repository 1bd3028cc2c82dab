import { FplaneError } from "../domain/errors.ts";
import type { Identity, Role } from "../domain/role.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import { expiryOf, sealed } from "./user-keys.ts";
import type { KeyUse } from "./users/key-uses.ts";
import { keyDigest, newKey } from "./users/keys.ts";
import { sealingKeyInUse } from "./users/sealing.ts";
import { changeUser, recordUser, summary, USERNAME, type UserSummary } from "./users/user-record.ts";

export type NewUser = {
  readonly username: string;
  readonly role: Role;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  /** When its key expires: a datestr, or `never`, which is the default. */
  readonly expires?: string | undefined;
};

/** A user in the list: also when its key was last used. */
export type ListedUser = UserSummary & { readonly lastUse: Omit<KeyUse, "keySha256"> | null };

/** The database takes no null byte, and a line break or an escape would play tricks on whoever lists the users. */
const PLAIN_TEXT = /^\P{Cc}{0,200}$/u;

/** @throws FplaneError `no-key`, `forbidden` */
export async function listUsers(deps: Deps, identity: Identity | null): Promise<ListedUser[]> {
  demandRole(identity, "admin", "Listing the users");
  const uses = new Map((await deps.store.keyUses.all()).map((use) => [use.keySha256, use]));
  return (await deps.store.users()).map((user) => {
    const [last] = [uses.get(user.keySha256) ?? [], uses.get(user.previousKeySha256 ?? "") ?? []]
      .flat()
      .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
    const lastUse = last === undefined ? null : { lastUsedAt: last.lastUsedAt, address: last.address };
    return { ...summary(user, deps.clock()), lastUse };
  });
}

/**
 * Adds a user. @returns its new key, or the one that it brings along from an old server
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `already-exists`
 */
export async function addUser(
  deps: Deps,
  identity: Identity | null,
  { expires = "never", ...user }: NewUser,
  key = newKey(),
): Promise<{ key: string }> {
  const who = demandRole(identity, "admin", "Adding a user");
  const keyExpiresAt = expiryOf(deps, expires);
  if (!USERNAME.test(user.username)) {
    const wanted = "up to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit";
    const given = JSON.stringify(user.username.slice(0, 80));
    throw new FplaneError("bad-parameter", `${given} is no username: it has ${wanted}`);
  }
  for (const name of ["firstName", "lastName", "email"] as const) {
    if (PLAIN_TEXT.test(user[name])) continue;
    throw new FplaneError("bad-parameter", `${name} takes up to 200 characters, none of them a control character`);
  }
  await deps.store.write(async (tx) => {
    if ((await tx.userNamed(user.username)) !== null) {
      throw new FplaneError("already-exists", `there is already a user ${user.username}`);
    }
    const owner = await tx.userWithKey(keyDigest(key));
    if (owner !== null) {
      // Nobody could tell any more which of the two a request comes from.
      throw new FplaneError(
        "already-exists",
        `the key that ${user.username} brings along is that of ${owner.username}`,
      );
    }
    const sealingKey = sealingKeyInUse(await tx.users(), deps.sealingKeys());
    await recordUser(deps, tx, who, "add", {
      ...user,
      ...sealed(key, user.username, sealingKey),
      ...{ enabled: true, keyExpiresAt, previousKeySha256: null, previousKeyUntil: null },
    });
    return { keep: true, value: null };
  });
  return { key };
}

/** @throws FplaneError `no-key`, `forbidden`, `not-found`, `conflict` for the last administrator */
export async function setUserEnabled(
  deps: Deps,
  identity: Identity | null,
  username: string,
  enabled: boolean,
): Promise<UserSummary> {
  const who = demandRole(identity, "admin", enabled ? "Enabling a user" : "Disabling a user");
  return await changeUser(deps, who, username, enabled ? "enable" : "disable", () => ({ enabled }));
}

/** @throws FplaneError `no-key`, `forbidden`, `not-found`, `conflict` for the last administrator */
export async function setUserRole(
  deps: Deps,
  identity: Identity | null,
  username: string,
  role: Role,
): Promise<UserSummary> {
  const who = demandRole(identity, "admin", "Changing a role");
  return await changeUser(deps, who, username, "role", () => ({ role }));
}
