import { ERRORS, type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";

/** What may come instead of an answer, as errors that name the server's address. */

const UNKNOWN_AUTHORITY: readonly unknown[] = [
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
];

/** Whether a connection was refused by this side, since it does not know who vouches for the certificate. */
export function isOfUnknownAuthority(error: unknown): boolean {
  return error instanceof Error && "code" in error && UNKNOWN_AUTHORITY.includes(error.code);
}

/** Why nothing answers at an address. */
export function whyUnreachable(error: unknown): string {
  if (!isOfUnknownAuthority(error)) return messageOf(error);
  return `${messageOf(error)}; NODE_EXTRA_CA_CERTS=FILE names the certificate of an authority to trust`;
}

/** Nothing answers at an address. */
export function unreachable(server: string, error: unknown): FplaneError {
  return new FplaneError("unavailable", `the server ${server} cannot be reached: ${whyUnreachable(error)}`);
}

/** The connection broke while the answer came. */
export function brokenOff(server: string, why: string): FplaneError {
  return new FplaneError("unavailable", `the answer of ${server} broke off: ${why}`);
}

/** Something answers that is no fplane server: a proxy whose server is away, or another program at that address. */
export function foreignAnswer(server: string, { status, headers }: Response): FplaneError {
  if (status >= 500) return new FplaneError("unavailable", `${server} answers HTTP ${status}`);
  const type = (headers.get("content-type") ?? "no content type").replace(/;.*/s, "").trim();
  const message = `${server} answers HTTP ${status} with ${type}, which no fplane server does; see --server and FPLANE_SERVER`;
  return new FplaneError(status === 413 ? "too-large" : "unavailable", message);
}

/** The refusal that a problem document tells; null where it is none of a fplane server's. */
export function problemIn(document: unknown): FplaneError | null {
  if (!isRefusal(document)) return null;
  const { code, message, type: _type, title: _title, status: _status, detail: _detail, ...details } = document;
  return refusal(code, message, details);
}

/** What the server refuses, in words for this program: it sends the header itself, if it is given a key. */
export function refusal(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>>): FplaneError {
  const told = code === "no-key" ? message.replace(/: send "Authorization.*$/, `: ${GIVE_A_KEY}`) : message;
  return new FplaneError(code, told, details);
}

/** How this program is given one. */
export const GIVE_A_KEY = "set FPLANE_APIKEY to it, or FPLANE_APIKEY_FILE or --key-file to a file that holds it";

/** What a text says as JSON; null where it is none. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

type Refusal = Readonly<Record<string, unknown>> & { readonly code: ErrorCode; readonly message: string };

export function isRefusal(value: unknown): value is Refusal {
  if (typeof value !== "object" || value === null || !("code" in value && "message" in value)) return false;
  return Object.hasOwn(ERRORS, String(value.code)) && typeof value.message === "string";
}
