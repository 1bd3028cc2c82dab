import type { Terminal } from "../command-line/terminal.ts";
import { keyHeaders, type ServerArgs, serverUrl } from "./client.ts";
import { foreignAnswer, problemIn, unreachable } from "./server-answer.ts";

type Bytes = ReadableStream<Uint8Array>;

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
): Promise<Response & { readonly body: Bytes }> {
  const headers = { accept: "*/*", ...(await keyHeaders(args, terminal)) };
  const method = body === undefined ? {} : { method: "POST", body };
  const server = serverUrl(args, terminal);
  let response: Response;
  try {
    response = await fetch(`${server}${path}`, { ...method, headers, signal: terminal.interrupted });
  } catch (error) {
    throw unreachable(server, error);
  }
  const isPage = response.headers.get("content-type")?.startsWith("text/html") === true; // some other web server's
  if (response.ok && response.body !== null && !isPage) return response as typeof response & { body: Bytes };
  throw problemIn(await response.json().catch(() => null)) ?? foreignAnswer(server, response);
}
