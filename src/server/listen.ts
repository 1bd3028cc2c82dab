import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import type { Server } from "bun";
import type { Hono } from "hono";
import { FplaneError } from "../domain/errors.ts";
import { messageOf } from "../domain/thrown.ts";
import type { AppEnv } from "./app-env.ts";
import { DEFAULT_LIMITS } from "./guards/limits.ts";
import { problemResponse } from "./problem.ts";
import type { Settings } from "./settings/settings.ts";

export type Listening = {
  /** The address, `http://localhost:5000`. */
  readonly url: string;
  /** Takes the certificate and key as their files are now; no request that was taken is lost. Throws when they do not fit: the old ones stay. */
  readonly renewCertificate: () => Promise<void>;
  /** Finishes the requests under way and takes no new ones. */
  readonly stop: () => Promise<void>;
};

export type ListenSettings = Pick<Settings, "SERVER_URL"> &
  Partial<Pick<Settings, "TLS_CERT_FILE" | "TLS_KEY_FILE" | "SLOWEST_BODY_SECONDS">>;

/** Seconds: the most that Bun takes. */
const LONGEST_IDLE = 255;

type Tls = { readonly cert: string; readonly key: string };

/**
 * Listens on `SERVER_URL`, with HTTPS when a certificate and its key are set.
 *
 * @throws FplaneError `unavailable` when the port is taken, or the certificate cannot be used
 */
export function listen(app: Hono<AppEnv>, settings: ListenSettings): Listening {
  const { SERVER_URL, TLS_CERT_FILE, TLS_KEY_FILE } = settings;
  const secure = TLS_CERT_FILE !== undefined && TLS_KEY_FILE !== undefined;
  const host = SERVER_URL.host.includes(":") ? `[${SERVER_URL.host}]` : SERVER_URL.host;
  const readTls = () => (secure ? readCertificate(TLS_CERT_FILE, TLS_KEY_FILE) : null);
  try {
    let server = start(app, settings, SERVER_URL.port, readTls());
    return {
      url: `${secure ? "https" : "http"}://${host}:${server.port}`,
      renewCertificate: async () => {
        const renewed = start(app, settings, server.port ?? 0, readTls(), true);
        const old = server;
        server = renewed;
        await old.stop(); // what it has taken it answers; a connection that it had not taken yet is reset
      },
      stop: () => server.stop(),
    };
  } catch (error) {
    const files = secure ? ` with ${TLS_CERT_FILE} and ${TLS_KEY_FILE}` : "";
    const why = messageOf(error);
    throw new FplaneError("unavailable", `the server cannot listen on ${host}:${SERVER_URL.port}${files}: ${why}`);
  }
}

function start(
  app: Hono<AppEnv>,
  { SERVER_URL, SLOWEST_BODY_SECONDS = DEFAULT_LIMITS.bodySeconds }: ListenSettings,
  port: number,
  tls: Tls | null,
  isRenewal = false,
): Server<unknown> {
  const idleSeconds = Math.min(LONGEST_IDLE, SLOWEST_BODY_SECONDS + 5);
  const serve = (onPort: number, reusePort: boolean) =>
    Bun.serve({
      hostname: SERVER_URL.host,
      port: onPort,
      maxRequestBodySize: Number.MAX_SAFE_INTEGER, // the app bounds bodies itself, and says so with a code
      idleTimeout: idleSeconds, // the app is quicker, and says so with a code
      development: false, // its page of an error shows the stack
      reusePort,
      error: (error) => problemResponse(error),
      fetch: (request, self) => {
        const ip = self.requestIP(request)?.address;
        const answer = app.fetch(addressed(request, self), ip === undefined ? {} : { ip });
        if (answer instanceof Response) return answer; // it was ready
        self.timeout(request, LONGEST_IDLE); // an answer that is long in the making is no idle connection
        const made = answer.finally(() => self.timeout(request, idleSeconds));
        return request.method === "HEAD" ? made.then(ofUnknownLength) : made;
      },
      ...(tls === null ? {} : { tls }),
    });
  if (tls === null) return serve(port, false);
  if (isRenewal) return serve(port, true);
  // To be renewed, a port must be shared. But with another server it would be shared without a word: so look first.
  const probe = serve(port, false);
  const free = probe.port ?? port;
  void probe.stop(true);
  return serve(free, true);
}

/** Load balancers look by HTTP/1.0 whether a server lives, and name no host: then Bun gives the path alone. */
function addressed(request: Request, server: Server<unknown>): Request {
  return request.url.startsWith("/") ? new Request(`${server.url.origin}${request.url}`, request) : request;
}

/** An answer to HEAD that does not say how long the body would be: of one that has none Bun would say 0. */
function ofUnknownLength(answer: Response): Response {
  const { status, headers } = answer;
  if (headers.has("content-length") || status === 204 || status === 304) return answer;
  const unsent = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(new Uint8Array(1)); // an empty one has the length 0 too
      controller.close();
    },
  });
  return new Response(unsent, { status, headers });
}

function readCertificate(certFile: string, keyFile: string): Tls {
  const tls = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
  createSecureContext(tls); // throws when the key is not the certificate's
  return tls;
}
