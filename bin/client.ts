import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../router/app-router.ts";
import { ERRORS, type ErrorCode, FplaneError } from "../src/domain/errors.ts";
import { readText, type Terminal } from "./terminal.ts";

export type Client = ReturnType<typeof createTRPCClient<AppRouter>>;

/** The flags that every command which talks to a server has. */
export const SERVER_ARGS = {
  server: {
    type: "string",
    description: "address of the server; else FPLANE_SERVER, else http://localhost:5000",
    valueHint: "URL",
  },
  "key-file": {
    type: "string",
    description: "file that holds the key; else FPLANE_APIKEY_FILE, or the key itself in FPLANE_APIKEY",
    valueHint: "FILE",
  },
} as const;

export type ServerArgs = { readonly server?: string | undefined; readonly "key-file"?: string | undefined };

/** The address of the server that the flags and the environment name. @throws FplaneError `bad-parameter` */
export function serverUrl(args: ServerArgs, terminal: Terminal): string {
  return httpAddress(args.server ?? terminal.env["FPLANE_SERVER"] ?? "http://localhost:5000");
}

/**
 * The address of a server, with a scheme and without a slash at the end.
 * @throws FplaneError `bad-parameter` for one that is none, and for one with a password: other users of the machine could read it
 */
export function httpAddress(given: string): string {
  const url = URL.parse(/^https?:\/\//.test(given) ? given : `http://${given}`);
  if (url === null || url.search !== "" || url.hash !== "") {
    const shown = JSON.stringify(given.replace(/\/\/[^/]*@/, "//"));
    throw new FplaneError("bad-parameter", `${shown} is no address of a server, such as http://localhost:5000`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new FplaneError(
      "bad-parameter",
      `the address of ${url.host} holds a name or a password; put the key into a file and name it with --key-file`,
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** Where the key comes from: never from an argument, since other users of the machine could read it there. */
export function keySource(
  args: ServerArgs,
  { env }: Terminal,
): { readonly key: string } | { readonly file: string } | null {
  const key = env["FPLANE_APIKEY"]?.trim();
  if (args["key-file"] === undefined && key) return { key };
  const file = args["key-file"] ?? env["FPLANE_APIKEY_FILE"];
  return file === undefined ? null : { file };
}

/** What a request proves with who sends it; nothing without a key. @throws FplaneError `bad-parameter` when its file cannot be read */
export async function keyHeaders(args: ServerArgs, terminal: Terminal): Promise<Readonly<Record<string, string>>> {
  const source = keySource(args, terminal);
  if (source === null) return {};
  const key = "key" in source ? source.key : (await readText(source.file, terminal)).trim();
  return { authorization: `FPS_API APIKEY=${key}` };
}

/** The typed client of the server that the flags and the environment name. */
export async function connectTo(args: ServerArgs, terminal: Terminal): Promise<Client> {
  const headers = await keyHeaders(args, terminal);
  const url = `${serverUrl(args, terminal)}/trpc`;
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url,
        headers,
        fetch: (input, init) => fetchFrom(input as RequestInfo, init as RequestInit, terminal),
      }),
    ],
  });
}

/** @throws FplaneError for an error that something in front of the server answers, which says it in no words of ours */
async function fetchFrom(input: RequestInfo, init: RequestInit, { interrupted }: Terminal): Promise<Response> {
  const signal = init.signal ? AbortSignal.any([init.signal, interrupted]) : interrupted;
  const response = await fetch(input, { ...init, signal });
  if (response.ok || /\bjson\b/.test(response.headers.get("content-type") ?? "")) return response;
  await response.body?.cancel();
  const code = response.status === 413 ? "too-large" : "unavailable";
  throw new FplaneError(code, `it answers HTTP ${response.status}`);
}

/**
 * Calls the server and turns what it refuses back into the contract's errors.
 *
 * @throws FplaneError what the server said, or `unavailable` when it cannot be reached
 */
export async function ask<T>(client: Client, call: (client: Client) => Promise<T>): Promise<T> {
  try {
    return await call(client);
  } catch (error) {
    if (!(error instanceof TRPCClientError)) throw error;
    const told: unknown = error.data?.fplane;
    if (isTold(told)) throw new FplaneError(told.code, told.message, told.details);
    const code = error.cause instanceof FplaneError ? error.cause.code : "unavailable";
    throw unreachable(error.message, code);
  }
}

/** The connection broke, or something on the way does not know the server. */
export function unreachable(why: string, code: ErrorCode = "unavailable"): FplaneError {
  return new FplaneError(code, `the server cannot be reached, or is no fplane server: ${why}`);
}

function isTold(value: unknown): value is { code: ErrorCode; message: string; details: Record<string, unknown> } {
  return typeof value === "object" && value !== null && "code" in value && Object.hasOwn(ERRORS, String(value.code));
}
