/** What a user may do, each role including the ones before it: the nightly update; the curator's verbs; the users. */
export const ROLES = ["updater", "curator", "admin"] as const;

export type Role = (typeof ROLES)[number];

/** Who is asking: the name goes into the revisions, the role decides what may be written. */
export type Identity = { readonly username: string; readonly role: Role };

/** Who signs what the program itself records. */
export const PROGRAM: Identity = { username: "fplane", role: "admin" };

/** Whether the identity has the role, or one that includes it. */
export function mayActAs(identity: Identity, needed: Role): boolean {
  return ROLES.indexOf(identity.role) >= ROLES.indexOf(needed);
}
