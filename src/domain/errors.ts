/**
 * Every way in which fplane says no, and how each is told over HTTP, over tRPC and as the exit code of the command line.
 * The codes are the public contract: programs branch on them, so a code is never renamed.
 */
export const ERRORS = {
  "bad-date": { http: 400, trpc: "BAD_REQUEST", exit: 2, title: "The date was not understood" },
  "bad-parameter": { http: 400, trpc: "BAD_REQUEST", exit: 2, title: "A parameter was not understood" },
  "bad-json": { http: 400, trpc: "PARSE_ERROR", exit: 2, title: "The body is not the JSON that is wanted here" },
  "bad-fplane": { http: 400, trpc: "BAD_REQUEST", exit: 2, title: "The focal-plane file was not understood" },
  "bad-status": { http: 400, trpc: "BAD_REQUEST", exit: 2, title: "The hardware status was not understood" },
  "no-key": { http: 401, trpc: "UNAUTHORIZED", exit: 4, title: "This needs a key" },
  "unknown-key": { http: 401, trpc: "UNAUTHORIZED", exit: 4, title: "The key is not known" },
  forbidden: { http: 403, trpc: "FORBIDDEN", exit: 4, title: "The role does not allow this" },
  "user-disabled": { http: 403, trpc: "FORBIDDEN", exit: 4, title: "The user is disabled" },
  "no-configuration": { http: 404, trpc: "NOT_FOUND", exit: 3, title: "No configuration is recorded for this instant" },
  "not-found": { http: 404, trpc: "NOT_FOUND", exit: 3, title: "There is no such thing" },
  "method-not-allowed": { http: 405, trpc: "METHOD_NOT_SUPPORTED", exit: 2, title: "The method is not allowed here" },
  "not-acceptable": { http: 406, trpc: "BAD_REQUEST", exit: 2, title: "None of the accepted media types can be given" },
  "too-slow": { http: 408, trpc: "TIMEOUT", exit: 6, title: "The request arrived too slowly" },
  conflict: { http: 409, trpc: "CONFLICT", exit: 5, title: "The focal plane would contradict itself" },
  held: { http: 409, trpc: "CONFLICT", exit: 5, title: "The span is held" },
  quarantined: { http: 409, trpc: "CONFLICT", exit: 5, title: "The hardware status is in quarantine" },
  "already-exists": { http: 409, trpc: "CONFLICT", exit: 5, title: "It exists already" },
  "too-large": { http: 413, trpc: "PAYLOAD_TOO_LARGE", exit: 2, title: "The request is too large" },
  "uri-too-long": { http: 414, trpc: "BAD_REQUEST", exit: 2, title: "The address is too long" },
  "stale-status": { http: 422, trpc: "UNPROCESSABLE_CONTENT", exit: 5, title: "The hardware status is too old" },
  "future-status": {
    http: 422,
    trpc: "UNPROCESSABLE_CONTENT",
    exit: 5,
    title: "The hardware status lies in the future",
  },
  unconfirmed: { http: 422, trpc: "UNPROCESSABLE_CONTENT", exit: 5, title: "No hardware status confirms this answer" },
  "beyond-horizon": {
    http: 422,
    trpc: "UNPROCESSABLE_CONTENT",
    exit: 5,
    title: "The date lies beyond the tag's horizon",
  },
  "too-many-requests": { http: 429, trpc: "TOO_MANY_REQUESTS", exit: 6, title: "Too many requests" },
  "headers-too-large": { http: 431, trpc: "BAD_REQUEST", exit: 2, title: "The headers are too large" },
  internal: { http: 500, trpc: "INTERNAL_SERVER_ERROR", exit: 1, title: "An error inside the server" },
  unavailable: { http: 503, trpc: "SERVICE_UNAVAILABLE", exit: 6, title: "The server cannot do this now" },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** What a reader of an error may want to know beyond its sentence: the line, the seats concerned, the seconds to wait. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * An error that is part of the contract: its message is written for the person who sent the request and says what was
 * wrong, where, and what would be right. Anything thrown that is not an FplaneError is masked before it leaves the server.
 */
export class FplaneError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = "FplaneError";
    this.code = code;
    this.details = details;
  }
}

/** Whether what was thrown is the error with this code. */
export function hasCode(thrown: unknown, code: ErrorCode): thrown is FplaneError {
  return thrown instanceof FplaneError && thrown.code === code;
}
