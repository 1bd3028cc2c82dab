import { randomBytes } from "node:crypto";
import { FplaneError } from "../../domain/errors.ts";
import { NO_FACTS } from "../../domain/record/fact.ts";
import type { UserEntry } from "../../domain/record/revision-body.ts";
import { secretsDigest, secretsOf, type UserSecrets } from "../../domain/record/user-secrets.ts";
import type { Identity } from "../../domain/role.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Deps } from "../deps.ts";
import { recordAct } from "../record/record.ts";
import type { Reads, User, Writes } from "../store.ts";

/** A user as administrators see it; the key is shown by `userKey` only. */
export type UserSummary = Pick<User, "username" | "role" | "enabled" | "firstName" | "lastName" | "email"> & {
  /** From then on the key is refused; null: never. */
  readonly keyExpiresAt: Instant | null;
  /** Until when the key before it is taken too; null: no more. */
  readonly previousKeyUntil: Instant | null;
};

export const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What makes a new version of a user; the rest comes with its revision. */
export type NewVersion = Omit<User, "rev" | "salt">;

/** Changes one user, as a revision of its own. @throws FplaneError `not-found`, `conflict` for the last administrator */
export async function changeUser(
  deps: Deps,
  who: Identity,
  username: string,
  action: string,
  change: (user: User, tx: Writes) => Partial<User> | Promise<Partial<User>>,
): Promise<UserSummary> {
  return await deps.store.write(async (tx) => {
    const user = await existingUser(tx, username);
    const changed = { ...user, ...(await change(user, tx)) };
    await keepAnAdministrator(tx, user, changed);
    await recordUser(deps, tx, who, action, changed);
    return { keep: true, value: summary(changed, deps.clock()) };
  });
}

/** Without an enabled administrator nobody could ever add or enable one again. */
async function keepAnAdministrator(tx: Writes, user: User, changed: User): Promise<void> {
  const isOne = ({ enabled, role }: User) => enabled && role === "admin";
  if (isOne(changed) || !isOne(user)) return;
  const others = (await tx.users()).filter((other) => other.username !== changed.username);
  if (others.some(isOne)) return;
  throw new FplaneError("conflict", `${changed.username} is the last administrator: make another user admin first`);
}

/** The hashed body tells name, role and a salted digest of what is private, so that it can be shown and the rest cannot be guessed. */
export async function recordUser(
  deps: Deps,
  tx: Writes,
  who: Identity,
  action: string,
  user: NewVersion,
): Promise<void> {
  const { entry, secrets } = versionOf(action, user);
  const body = { facts: NO_FACTS, user: entry, source: {} };
  await recordAct(tx, deps.clock, { kind: "user", actor: who.username, reason: "", body, userSecrets: [secrets] });
}

/** The same for many users in one revision. They stand in it in the order of their names, by code unit. */
export async function recordUsers(
  deps: Deps,
  tx: Writes,
  who: Identity,
  action: string,
  users: readonly NewVersion[],
): Promise<void> {
  const versions = users.toSorted((a, b) => (a.username < b.username ? -1 : 1)).map((user) => versionOf(action, user));
  const body = { facts: NO_FACTS, users: versions.map(({ entry }) => entry), source: {} };
  const userSecrets = versions.map(({ secrets }) => secrets);
  await recordAct(tx, deps.clock, { kind: "user", actor: who.username, reason: "", body, userSecrets });
}

function versionOf(action: string, user: NewVersion): { entry: UserEntry; secrets: UserSecrets } {
  const secrets = secretsOf({ ...user, salt: randomBytes(16).toString("hex") });
  const { username, role, enabled } = user;
  return { entry: { action, username, role, enabled, digest: secretsDigest(secrets) }, secrets };
}

/** @throws FplaneError `not-found` */
export async function existingUser(reads: Reads, username: string): Promise<User> {
  const user = USERNAME.test(username) ? await reads.userNamed(username) : null;
  if (user !== null) return user;
  throw new FplaneError("not-found", `there is no user ${JSON.stringify(username).slice(0, 80)}`);
}

export function summary(user: User, now: Instant): UserSummary {
  const { username, role, enabled, firstName, lastName, email, keyExpiresAt, previousKeyUntil } = user;
  const until = previousKeyUntil !== null && now < previousKeyUntil ? previousKeyUntil : null;
  return { username, role, enabled, firstName, lastName, email, keyExpiresAt, previousKeyUntil: until };
}
