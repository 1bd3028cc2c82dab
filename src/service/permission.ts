import { FplaneError } from "../domain/errors.ts";
import { type Identity, mayActAs, type Role } from "../domain/role.ts";

/** Whoever sends a request. */
export type Caller = {
  /** Null for nobody in particular. Asked once a request. @throws FplaneError `unknown-key`, `user-disabled` */
  readonly identify: () => Promise<Identity | null>;
  /** Counts a write of this caller; who sends no key is refused elsewhere. @throws FplaneError `too-many-requests` and those of `identify` */
  readonly countWrite: () => Promise<void>;
};

/**
 * Reading is public, unless the server's setting says otherwise; then any user may.
 *
 * @throws FplaneError `no-key` when nobody has said who they are, and what `identify` throws
 */
export async function demandReader(publicRead: boolean, identify: () => Promise<Identity | null>): Promise<void> {
  if (publicRead || (await identify()) !== null) return;
  throw new FplaneError("no-key", 'Reading needs a key here: send "Authorization: FPS_API APIKEY=<key>"');
}

/** Whoever changes the record by hand says why. @throws FplaneError `bad-parameter` */
export function demandReason(reason: string, what: string): void {
  if (reason.trim() !== "") return;
  throw new FplaneError("bad-parameter", `${what} needs a reason: those who come later will ask why`);
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
