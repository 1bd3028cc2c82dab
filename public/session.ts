import type { Role } from "../src/domain/role.ts";
import { keptBy } from "./kept.ts";

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
  const kept = keptBy(() => sessionStorage);
  const listeners: (() => void)[] = [];
  const user = (): SignedIn | null => {
    const text = kept.getItem(USER);
    return text === null ? null : (JSON.parse(text) as SignedIn);
  };
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    key: () => kept.getItem(KEY),
    user,
    signIn: (key, who) => {
      kept.setItem(KEY, key);
      kept.setItem(USER, JSON.stringify(who));
      tell();
    },
    signOut: () => {
      kept.removeItem(KEY);
      kept.removeItem(USER);
      tell();
    },
    mayActAs: (role) => {
      const signedIn = user();
      return signedIn !== null && ORDER.indexOf(signedIn.role) >= ORDER.indexOf(role);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
