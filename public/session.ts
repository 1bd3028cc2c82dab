import type { Role } from "../src/domain/role.ts";

/** Who has signed in, for as long as this tab is open. The key is kept nowhere else. */
export type Session = {
  readonly key: () => string | null;
  readonly user: () => SignedIn | null;
  readonly signIn: (key: string, user: SignedIn) => void;
  readonly signOut: () => void;
  readonly mayActAs: (role: Role) => boolean;
  readonly onChange: (listener: () => void) => void;
};

export type SignedIn = { readonly username: string; readonly role: Role };

const KEY = "fplane.key";
const USER = "fplane.user";
const ORDER: readonly Role[] = ["updater", "curator", "admin"];

export function createSession(): Session {
  const listeners: (() => void)[] = [];
  const user = (): SignedIn | null => {
    const kept = sessionStorage.getItem(USER);
    return kept === null ? null : (JSON.parse(kept) as SignedIn);
  };
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    key: () => sessionStorage.getItem(KEY),
    user,
    signIn: (key, who) => {
      sessionStorage.setItem(KEY, key);
      sessionStorage.setItem(USER, JSON.stringify(who));
      tell();
    },
    signOut: () => {
      sessionStorage.removeItem(KEY);
      sessionStorage.removeItem(USER);
      tell();
    },
    mayActAs: (role) => {
      const signedIn = user();
      return signedIn !== null && ORDER.indexOf(signedIn.role) >= ORDER.indexOf(role);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
