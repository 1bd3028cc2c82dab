import type { Terminal } from "../command-line/terminal.ts";
import { keyHeaders, type ServerArgs, serverUrl } from "./client.ts";
import { send } from "./send.ts";
import { foreignAnswer, problemIn } from "./server-answer.ts";

type Bytes = ReadableStream<Uint8Array>;

/** Whether it is in the form in which a fplane server sends what is long: any other is some other web server's. */
function isOfLines({ headers }: Response): boolean {
  return headers.get("content-type")?.startsWith("application/x-ndjson") === true;
}

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
  const response = await send(server, `${server}${path}`, { ...method, headers, signal: terminal.interrupted });
  if (response.ok && response.body !== null && isOfLines(response))
    return response as typeof response & { body: Bytes };
  throw problemIn(await response.json().catch(() => null)) ?? foreignAnswer(server, response);
}
