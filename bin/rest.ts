import { ERRORS, type ErrorCode, FplaneError } from "../src/domain/errors.ts";
import { messageOf } from "../src/domain/thrown.ts";
import { keyHeaders, type ServerArgs, serverUrl, unreachable } from "./client.ts";
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
  const headers = { accept: "*/*", ...(await keyHeaders(args, terminal)) };
  const method = body === undefined ? {} : { method: "POST", body };
  const url = `${serverUrl(args, terminal)}${path}`;
  let response: Response;
  try {
    response = await fetch(url, { ...method, headers, signal: terminal.interrupted });
  } catch (error) {
    throw unreachable(messageOf(error));
  }
  if (response.ok && response.body !== null) return response as Response & { body: ReadableStream<Uint8Array> };
  throw await refusalOf(response);
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
