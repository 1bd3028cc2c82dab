import { FplaneError } from "../domain/errors.ts";
import type { Identity } from "../domain/role.ts";
import { type Instant, instantText } from "../domain/time/instant.ts";
import type { Reads, User } from "./store.ts";
import { keyDigest, sameDigest } from "./users/keys.ts";

/** `FPS_API APIKEY=<key>`, scheme and word in any case, and `Bearer <key>`. */
const AUTHORIZATION = /^\s*(?:FPS_API\s+APIKEY\s*=|Bearer\s)\s*"?([^\s"]+)"?\s*$/i;

/** Somebody, and the digest of the key by which it is known. */
export type IdentifiedUser = { readonly identity: Identity; readonly keySha256: string };

/**
 * Who sends this Authorization header: null without one. The database is asked each time, so a user that was disabled
 * on any server is refused from then on.
 *
 * @throws FplaneError `unknown-key` for a header that is not understood, a key that nobody has, and one that has expired
 * or was replaced; `user-disabled`
 */
export async function identifyUser(
  reads: Reads,
  now: Instant,
  authorization: string | null | undefined,
): Promise<IdentifiedUser | null> {
  if (authorization === null || authorization === undefined || authorization === "") return null;
  const key = AUTHORIZATION.exec(authorization)?.[1];
  if (key === undefined) {
    throw new FplaneError("unknown-key", 'the Authorization header was not understood: send "FPS_API APIKEY=<key>"');
  }
  const keySha256 = keyDigest(key);
  const user = await reads.userWithKey(keySha256);
  if (user === null) throw new FplaneError("unknown-key", "nobody has this key");
  demandValid(user, keySha256, now);
  if (!user.enabled) throw new FplaneError("user-disabled", `the user ${user.username} is disabled`);
  return { identity: { username: user.username, role: user.role }, keySha256 };
}

/** @throws FplaneError `unknown-key` */
function demandValid(user: User, keySha256: string, now: Instant): void {
  const { username, keyExpiresAt, previousKeySha256, previousKeyUntil } = user;
  if (sameDigest(user.keySha256, keySha256)) {
    if (keyExpiresAt === null || now < keyExpiresAt) return;
    const remedy = `an administrator gives a new one (fplane user rotate ${username})`;
    throw new FplaneError("unknown-key", `this key of ${username} expired at ${instantText(keyExpiresAt)}: ${remedy}`);
  }
  if (previousKeySha256 === null || previousKeyUntil === null || !sameDigest(previousKeySha256, keySha256))
    throw new FplaneError("unknown-key", "nobody has this key");
  if (now < previousKeyUntil) return;
  const ended = `was replaced by a new one, and was valid until ${instantText(previousKeyUntil)}`;
  throw new FplaneError("unknown-key", `this key of ${username} ${ended}`);
}
