import { ERRORS, type ErrorCode, FplaneError } from "../domain/errors.ts";

/** RFC 9457, with the code that programs branch on and the old server's `message`. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly message: string;
};

const MASKED = "something went wrong inside the server; it has been logged";

/** What a client may know of an error: of one that is not part of the contract, nothing. */
export function disclosed(error: unknown): FplaneError {
  return error instanceof FplaneError ? error : new FplaneError("internal", MASKED);
}

export function problemOf({ code, message, details }: FplaneError): Problem {
  const { http, title } = ERRORS[code];
  return { ...details, type: `urn:fplane:error:${code}`, title, status: http, detail: message, code, message };
}

export function problemResponse(error: FplaneError, headers: Readonly<Record<string, string>> = {}): Response {
  const { http } = ERRORS[error.code];
  return new Response(`${JSON.stringify(problemOf(error))}\n`, {
    status: http,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(http === 401 ? { "www-authenticate": "FPS_API" } : {}),
      ...(http === 429 || http === 503 ? { "retry-after": String(error.details["retryAfter"] ?? 5) } : {}),
      ...headers,
    },
  });
}
