import { randomBytes } from "node:crypto";
import { sha256 } from "../domain/digest.ts";
import { FplaneError } from "../domain/errors.ts";
import { NO_FACTS } from "../domain/fact.ts";
import type { Identity, Role } from "../domain/role.ts";
import type { Deps } from "./deps.ts";
import { keyDigest, newKey, openKey, sealKey } from "./keys.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";
import type { Reads, User, Writes } from "./store.ts";

/** A user as administrators see it; keys are shown by `userKey` only. */
export type UserSummary = Pick<User, "username" | "role" | "enabled" | "firstName" | "lastName" | "email">;

export type NewUser = {
  readonly username: string;
  readonly role: Role;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
};

/** The database takes no null byte, and a line break or an escape would play tricks on whoever lists the users. */
const PLAIN_TEXT = /^\P{Cc}{0,200}$/u;

const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** @throws FplaneError `no-key`, `forbidden` */
export async function listUsers(deps: Deps, identity: Identity | null): Promise<UserSummary[]> {
  demandRole(identity, "admin", "Listing the users");
  return (await deps.store.users()).map(summary);
}

/**
 * Adds a user. @returns its new key, or the one that it brings along from an old server
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `already-exists`
 */
export async function addUser(
  deps: Deps,
  identity: Identity | null,
  user: NewUser,
  key = newKey(),
): Promise<{ key: string }> {
  const who = demandRole(identity, "admin", "Adding a user");
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
    await recordUser(deps, tx, who, "add", { ...user, enabled: true, ...sealed(deps, user.username, key) });
    return { keep: true, value: null };
  });
  return { key };
}

/**
 * The user's key, in clear. Administrators see every key, everybody their own.
 * @throws FplaneError `no-key`, `forbidden`, `not-found`
 */
export async function userKey(deps: Deps, identity: Identity | null, username: string): Promise<{ key: string }> {
  if (identity?.username !== username) demandRole(identity, "admin", "Showing another user's key");
  const user = await existingUser(deps.store, username);
  return { key: openKey(user.keySealed, username, deps.sealingKey) };
}

/** Gives the user a new key; the old one is refused from then on. @throws FplaneError `no-key`, `forbidden`, `not-found` */
export async function rotateKey(deps: Deps, identity: Identity | null, username: string): Promise<{ key: string }> {
  if (identity?.username !== username) demandRole(identity, "admin", "Changing another user's key");
  const key = newKey();
  await changeUser(deps, identity, username, "rotate", () => sealed(deps, username, key));
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

async function changeUser(
  deps: Deps,
  identity: Identity | null,
  username: string,
  action: string,
  change: () => Partial<User>,
): Promise<UserSummary> {
  const who = demandRole(identity, "updater", "Changing a user");
  return await deps.store.write(async (tx) => {
    const user = await existingUser(tx, username);
    const changed = { ...user, ...change() };
    await keepAnAdministrator(tx, changed);
    await recordUser(deps, tx, who, action, changed);
    return { keep: true, value: summary(changed) };
  });
}

/** Without an enabled administrator nobody could ever add or enable one again. */
async function keepAnAdministrator(tx: Writes, changed: User): Promise<void> {
  if (changed.enabled && changed.role === "admin") return;
  const others = (await tx.users()).filter((user) => user.username !== changed.username);
  if (others.some((user) => user.enabled && user.role === "admin")) return;
  throw new FplaneError("conflict", `${changed.username} is the last administrator: make another user admin first`);
}

/** The hashed body tells name, role and a salted digest of what is private, so that it can be shown and the rest cannot be guessed. */
async function recordUser(
  deps: Deps,
  tx: Writes,
  who: Identity,
  action: string,
  user: Omit<User, "rev" | "salt">,
): Promise<void> {
  const salt = randomBytes(16).toString("hex");
  const { username, role, enabled, firstName, lastName, email, keySha256, keySealed } = user;
  const digest = sha256(JSON.stringify([salt, firstName, lastName, email, keySha256, keySealed]));
  const body = { facts: NO_FACTS, user: { action, username, role, enabled, digest }, source: {} };
  const userSecrets = { firstName, lastName, email, keySha256, keySealed, salt };
  await recordAct(tx, deps.clock, { kind: "user", actor: who.username, reason: "", body, userSecrets });
}

function sealed(deps: Deps, username: string, key: string): Pick<User, "keySha256" | "keySealed"> {
  return { keySha256: keyDigest(key), keySealed: sealKey(key, username, deps.sealingKey) };
}

async function existingUser(reads: Reads, username: string): Promise<User> {
  const user = USERNAME.test(username) ? await reads.userNamed(username) : null;
  if (user !== null) return user;
  throw new FplaneError("not-found", `there is no user ${JSON.stringify(username).slice(0, 80)}`);
}

function summary({ username, role, enabled, firstName, lastName, email }: User): UserSummary {
  return { username, role, enabled, firstName, lastName, email };
}
