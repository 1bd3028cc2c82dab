import { FplaneError } from "../domain/errors.ts";
import type { Identity } from "../domain/role.ts";
import { keyDigest } from "./keys.ts";
import type { Reads } from "./store.ts";

/** `FPS_API APIKEY=<key>`, scheme and word in any case, and `Bearer <key>`. */
const AUTHORIZATION = /^\s*(?:FPS_API\s+APIKEY\s*=|Bearer\s)\s*"?([^\s"]+)"?\s*$/i;

/**
 * Who sends this Authorization header: null without one.
 *
 * @throws FplaneError `unknown-key` for a header that is not understood or a key that nobody has, `user-disabled`
 */
export async function identifyUser(reads: Reads, authorization: string | null | undefined): Promise<Identity | null> {
  if (authorization === null || authorization === undefined || authorization === "") return null;
  const key = AUTHORIZATION.exec(authorization)?.[1];
  if (key === undefined) {
    throw new FplaneError("unknown-key", 'the Authorization header was not understood: send "FPS_API APIKEY=<key>"');
  }
  const user = await reads.userWithKey(keyDigest(key));
  if (user === null) throw new FplaneError("unknown-key", "nobody has this key");
  if (!user.enabled) throw new FplaneError("user-disabled", `the user ${user.username} is disabled`);
  return { username: user.username, role: user.role };
}
