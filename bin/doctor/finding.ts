import type { ErrorCode } from "../../src/domain/errors.ts";

/** What one look at one thing found. */
export type Finding = {
  readonly about: string;
  readonly state: "ok" | "warn" | "fail";
  readonly message: string;
  /** What to do about it. */
  readonly next?: string | undefined;
  /** Of a failure: its exit code is the command's. */
  readonly code?: ErrorCode | undefined;
};

export function ok(about: string, message: string): Finding {
  return { about, state: "ok", message };
}

export function warn(about: string, message: string, next?: string): Finding {
  return { about, state: "warn", message, next };
}

export function fail(about: string, code: ErrorCode, message: string, next?: string): Finding {
  return { about, state: "fail", message, next, code };
}
