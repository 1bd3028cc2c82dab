import type { ErrorCode } from "../../src/domain/errors.ts";

/** What somebody can do who was refused by a server. The message itself says what was wrong. */
const NEXT: Partial<Record<ErrorCode, string>> = {
  "no-key": "an administrator prints a user's key with `fplane user key NAME`",
  "unknown-key": "`fplane doctor` shows which key is sent; `fplane user rotate NAME` makes a new one",
  forbidden: "`fplane doctor` shows whose key is sent; an administrator gives roles with `fplane user role`",
  "user-disabled": "an administrator lets the user in again with `fplane user enable`",
  "no-configuration": "`fplane log` lists what is recorded",
  held: "`fplane hold list` shows what is held, and by whom",
  quarantined: "a curator looks at it with `fplane quarantine list`",
  unconfirmed: "without --strict the answer is given, with what it is confirmed until",
  unavailable: "`fplane doctor` shows what is wrong",
  internal: "the server's log has the whole error; `fplane doctor` shows what else is wrong",
};

/** What to do next, as a line of its own; null where the error is the user's own and says it all. */
export function nextStep(code: ErrorCode): string | null {
  const next = NEXT[code];
  return next === undefined ? null : `  ${next}`;
}
