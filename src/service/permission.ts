import { FplaneError } from "../domain/errors.ts";
import { type Identity, mayActAs, type Role } from "../domain/role.ts";

/**
 * Reading is public, unless the server's setting says otherwise; then any user may.
 *
 * @throws FplaneError `no-key` when nobody has said who they are, and what `identify` throws
 */
export async function demandReader(publicRead: boolean, identify: () => Promise<Identity | null>): Promise<void> {
  if (publicRead || (await identify()) !== null) return;
  throw new FplaneError("no-key", 'Reading needs a key here: send "Authorization: FPS_API APIKEY=<key>"');
}

/**
 * @throws FplaneError `no-key` when nobody has said who they are, `forbidden` when the role does not suffice
 */
export function demandRole(identity: Identity | null, needed: Role, what: string): Identity {
  if (identity === null)
    throw new FplaneError("no-key", `${what} needs a key: send "Authorization: FPS_API APIKEY=<key>"`);
  if (mayActAs(identity, needed)) return identity;
  throw new FplaneError("forbidden", `${what} needs the role ${needed}; ${identity.username} is ${identity.role}`);
}
