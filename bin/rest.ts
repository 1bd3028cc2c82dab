import { ERRORS, type ErrorCode, FplaneError } from "../src/domain/errors.ts";
import { keyOf, type ServerArgs, serverUrl } from "./client.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks the server's REST side, for answers that are too long to be held.
 *
 * @param path with its query: `/bundle?as_of=12`
 * @throws FplaneError what the server said, or `unavailable` when it cannot be reached
 */
export async function requestFrom(
  args: ServerArgs,
  terminal: Terminal,
  path: string,
  body?: string,
): Promise<Response & { readonly body: ReadableStream<Uint8Array> }> {
  const key = await keyOf(args, terminal);
  const headers = { accept: "*/*", ...(key === null ? {} : { authorization: `FPS_API APIKEY=${key}` }) };
  const method = body === undefined ? {} : { method: "POST", body };
  const url = `${serverUrl(args, terminal)}${path}`;
  let response: Response;
  try {
    response = await fetch(url, { ...method, headers, signal: terminal.interrupted });
  } catch (error) {
    throw unreachable(error instanceof Error ? error.message : String(error));
  }
  if (response.ok && response.body !== null) return response as Response & { body: ReadableStream<Uint8Array> };
  throw await refusalOf(response);
}

/** The connection broke, or something on the way does not know the server. */
export function unreachable(why: string): FplaneError {
  return new FplaneError("unavailable", `the server cannot be reached, or is no fplane server: ${why}`);
}

async function refusalOf(response: Response): Promise<FplaneError> {
  const told: unknown = await response.json().catch(() => null);
  if (typeof told === "object" && told !== null && "code" in told && Object.hasOwn(ERRORS, String(told.code))) {
    const {
      code,
      message,
      type: _type,
      title: _title,
      status: _status,
      detail: _detail,
      ...details
    } = told as Readonly<Record<string, unknown>>;
    return new FplaneError(code as ErrorCode, String(message), details);
  }
  const why = `it answers HTTP ${response.status}`;
  return response.status === 413 ? new FplaneError("too-large", why) : unreachable(why);
}
