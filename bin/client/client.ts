import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import type { AppRouter } from "../../router/app-router.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { readText, type Terminal } from "../command-line/terminal.ts";
import { send } from "./send.ts";
import { brokenOff, foreignAnswer, isRefusal, jsonIn, problemIn, refusal } from "./server-answer.ts";

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
  return httpAddress(args.server ?? (terminal.env["FPLANE_SERVER"] || "http://localhost:5000"));
}

/**
 * The address of a server, with a scheme and without a slash at the end.
 * @throws FplaneError `bad-parameter` for one that is none, and for one with a password: other users of the machine could read it
 */
export function httpAddress(given: string): string {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "") {
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
  const file = args["key-file"] ?? (env["FPLANE_APIKEY_FILE"] || undefined);
  return file === undefined ? null : { file };
}

/** What a request proves with who sends it; nothing without a key. @throws FplaneError `bad-parameter` when its file cannot be read, or holds none */
export async function keyHeaders(args: ServerArgs, terminal: Terminal): Promise<Readonly<Record<string, string>>> {
  const source = keySource(args, terminal);
  if (source === null) return {};
  const key = "key" in source ? source.key : (await readText(source.file, terminal)).trim();
  if (!/^[!-~]+$/.test(key)) {
    const from = "key" in source ? "FPLANE_APIKEY" : source.file;
    throw new FplaneError("bad-parameter", `${from} holds no key: that is one word, as \`fplane user key\` prints it`);
  }
  return { authorization: `FPS_API APIKEY=${key}` };
}

/** The typed client of the server that the flags and the environment name. */
export async function connectTo(args: ServerArgs, terminal: Terminal): Promise<Client> {
  const headers = await keyHeaders(args, terminal);
  const server = serverUrl(args, terminal);
  const { interrupted } = terminal;
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${server}/trpc`,
        headers,
        fetch: (url, init) => {
          const signal = init?.signal ? AbortSignal.any([init.signal, interrupted]) : interrupted;
          return fetchFrom(server, String(url), { ...(init as RequestInit), signal });
        },
      }),
    ],
  });
}

/**
 * What tRPC reads of an answer, made sure that it is one.
 *
 * @throws FplaneError `unavailable` when there is none, or something else's; what a problem document says
 */
async function fetchFrom(server: string, url: string, init: RequestInit) {
  const response = await send(server, url, init);
  const text = await response.text().catch((error) => {
    throw brokenOff(server, messageOf(error));
  });
  const answer = jsonIn(text);
  if (!isOfTrpc(answer)) throw problemIn(answer) ?? foreignAnswer(server, response);
  return { ok: response.ok, body: null, json: async () => answer };
}

function isOfTrpc(answer: unknown): boolean {
  const { result, error } = Object(answer);
  return Object.hasOwn(Object(result), "data") || typeof error === "object";
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
    if (error.cause instanceof FplaneError) throw error.cause;
    const told: unknown = error.data?.fplane;
    if (isRefusal(told)) throw refusal(told.code, told.message, Object(told["details"]));
    throw new FplaneError("unavailable", `the server's answer was not understood: ${error.message}`);
  }
}
