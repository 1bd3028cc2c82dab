import { ERRORS, type ErrorCode, type FplaneError } from "../domain/errors.ts";
import { disclosed } from "../service/reports/disclosed.ts";

/** RFC 9457, with the code that programs branch on and the old server's `message`. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly message: string;
};

export function problemOf({ code, message, details }: FplaneError): Problem {
  const { http, title } = ERRORS[code];
  return { ...details, type: `urn:fplane:error:${code}`, title, status: http, detail: message, code, message };
}

/** Whatever is thrown, as a client may know it. */
export function problemResponse(thrown: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const error = disclosed(thrown);
  return new Response(`${JSON.stringify(problemOf(error))}\n`, {
    status: ERRORS[error.code].http,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...errorHeaders(error),
      ...headers,
    },
  });
}

/** What the status of an error wants said beside it: how to prove who one is, when to come again. */
export function errorHeaders({ code, details }: FplaneError): Readonly<Record<string, string>> {
  const { http } = ERRORS[code];
  if (http === 401) return { "www-authenticate": "FPS_API" };
  if (http === 429 || http === 503) return { "retry-after": String(details["retryAfter"] ?? 5) };
  return {};
}
