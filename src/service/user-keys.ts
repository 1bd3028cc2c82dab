import { FplaneError } from "../domain/errors.ts";
import { type Identity, mayActAs } from "../domain/role.ts";
import { readDuration } from "../domain/time/duration.ts";
import { DAY, HOUR, type Instant, instantText, later } from "../domain/time/instant.ts";
import { resolveBound } from "../domain/time/night.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import type { Reads, User } from "./store.ts";
import { keyDigest, newKey } from "./users/keys.ts";
import { isSealedWith, openKey, sealingKeyInUse, sealKey } from "./users/sealing.ts";
import { changeUser, existingUser, recordUsers } from "./users/user-record.ts";

/** How a key is rotated. */
export type Rotation = {
  /** A datestr, or `never`; by default the new key expires when the old one would have. */
  readonly expires?: string | undefined;
  /** How long the old key stays valid beside the new one: `24h`. */
  readonly grace?: string | undefined;
};

const LONGEST_GRACE = 30 * DAY;

/**
 * The user's key, in clear. Administrators see every key, everybody their own.
 * @throws FplaneError `no-key`, `forbidden`, `not-found`, `unavailable` when it was sealed with another key file
 */
export async function userKey(deps: Deps, identity: Identity | null, username: string): Promise<{ key: string }> {
  if (identity?.username !== username) demandRole(identity, "admin", "Showing another user's key");
  const user = await existingUser(deps.store, username);
  return { key: openKey(user.keySealed, username, deps.sealingKeys()) };
}

/**
 * Gives the user a new key. The old one is refused from then on, or after the grace; never later than it would have
 * expired. Only administrators may let a key last longer than the one before.
 *
 * @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-date`, `bad-parameter`
 */
export async function rotateKey(
  deps: Deps,
  identity: Identity | null,
  username: string,
  { expires, grace }: Rotation = {},
): Promise<{ key: string }> {
  if (identity?.username !== username) demandRole(identity, "admin", "Changing another user's key");
  const who = demandRole(identity, "updater", "Changing a key");
  const given = expires === undefined ? undefined : expiryOf(deps, expires);
  const graceTime = grace === undefined ? deps.keyGraceHours * HOUR : readDuration(grace, "the grace");
  if (graceTime > LONGEST_GRACE) throw new FplaneError("bad-parameter", `the grace is ${grace}: at most 30d are taken`);
  const key = newKey();
  await changeUser(deps, who, username, "rotate", async (user, tx) => {
    const now = deps.clock();
    const sealingKey = sealingKeyInUse(await tx.users(), deps.sealingKeys());
    return {
      ...sealed(key, username, sealingKey),
      keyExpiresAt: expiryAfter(user, given, who, now),
      ...previousOf(user, now, later(now, graceTime)),
    };
  });
  return { key };
}

/** @throws FplaneError `forbidden` when it would last longer, `bad-parameter` when it would be refused at once */
function expiryAfter(user: User, given: Instant | null | undefined, who: Identity, now: Instant): Instant | null {
  const { username, keyExpiresAt: old } = user;
  if (given !== undefined) {
    const lastsLonger = old !== null && (given === null || given > old);
    if (!lastsLonger || mayActAs(who, "admin")) return given;
    const message = `the key of ${username} expires at ${instantText(old)}: only an administrator lets it last longer`;
    throw new FplaneError("forbidden", message);
  }
  if (old === null || now < old) return old;
  const message = `the key of ${username} expired at ${instantText(old)}: say when the new one expires, or never`;
  throw new FplaneError("bad-parameter", message);
}

/** One previous key is kept, and only if it is still good for something. */
function previousOf(user: User, now: Instant, end: Instant): Pick<User, "previousKeySha256" | "previousKeyUntil"> {
  const until = user.keyExpiresAt !== null && user.keyExpiresAt < end ? user.keyExpiresAt : end;
  if (until <= now) return { previousKeySha256: null, previousKeyUntil: null };
  return { previousKeySha256: user.keySha256, previousKeyUntil: until };
}

/**
 * When a key expires: a datestr (without a time, the noon at which that night begins), or `never`.
 * @throws FplaneError `bad-date`, `bad-parameter` when that is past
 */
export function expiryOf(deps: Deps, expires: string): Instant | null {
  if (expires === "never") return null;
  const dates = dateContext(deps);
  const instant = resolveBound(expires, dates);
  if (instant > dates.now) return instant;
  throw new FplaneError("bad-parameter", `the key would have expired at ${instantText(instant)} already`);
}

export function sealed(key: string, username: string, sealingKey: Uint8Array) {
  return { keySha256: keyDigest(key), keySealed: sealKey(key, username, sealingKey) };
}

/**
 * Seals every user's key anew, in one revision; the keys stay what they are.
 *
 * @returns how many were not sealed with it before
 * @throws FplaneError `unavailable` naming the users whose keys cannot be opened: then nothing was done
 */
export async function resealKeys(deps: Deps, who: Identity, sealingKey: Uint8Array): Promise<number> {
  demandRole(who, "admin", "Sealing the keys anew");
  return await deps.store.write(async (tx) => {
    const users = await tx.users();
    const others = users.filter(({ keySealed }) => !isSealedWith(keySealed, sealingKey)).length;
    const known = [...deps.sealingKeys(), sealingKey];
    demandOpenable(users, known);
    const resealed = users.map((user) => ({
      ...user,
      keySealed: sealKey(openKey(user.keySealed, user.username, known), user.username, sealingKey),
    }));
    if (others > 0) await recordUsers(deps, tx, who, "reseal", resealed);
    return { keep: true, value: others };
  });
}

/** The users whose keys none of the sealing keys opens: they are valid, but cannot be shown. @throws FplaneError `unavailable` */
export async function usersNotOpened(deps: Deps): Promise<string[]> {
  return notOpened(await deps.store.users(), deps.sealingKeys());
}

function notOpened(users: readonly User[], sealingKeys: readonly Uint8Array[]): string[] {
  return users.flatMap(({ username, keySealed }) => {
    try {
      openKey(keySealed, username, sealingKeys);
      return [];
    } catch {
      return [username];
    }
  });
}

function demandOpenable(users: readonly User[], sealingKeys: readonly Uint8Array[]): void {
  const lost = notOpened(users, sealingKeys);
  if (lost.length === 0) return;
  const remedy = "put the right file in place, or rotate these keys first (fplane user rotate)";
  throw new FplaneError("unavailable", `KEY_FILE does not open the keys of ${lost.join(", ")}: ${remedy}`);
}

/** Whether any user's key is sealed with it. */
export async function isInUse(reads: Reads, sealingKey: Uint8Array): Promise<boolean> {
  return (await reads.users()).some(({ keySealed }) => isSealedWith(keySealed, sealingKey));
}
