import type { Hono } from "hono";
import { FplaneError } from "../domain/errors.ts";
import type { AppEnv } from "./app.ts";
import { problemResponse } from "./problem.ts";
import type { Settings } from "./settings.ts";

export type Listening = {
  /** The address, `http://localhost:5000`. */
  readonly url: string;
  /** Finishes the requests under way and takes no new ones. */
  readonly stop: () => Promise<void>;
};

/**
 * Listens on `SERVER_URL`, with HTTPS when a certificate and its key are set.
 *
 * @throws FplaneError `unavailable` when the port is taken, or the certificate cannot be used
 */
export function listen(
  app: Hono<AppEnv>,
  settings: Pick<Settings, "SERVER_URL" | "TLS_CERT_FILE" | "TLS_KEY_FILE">,
): Listening {
  const { SERVER_URL, TLS_CERT_FILE, TLS_KEY_FILE } = settings;
  const secure = TLS_CERT_FILE !== undefined && TLS_KEY_FILE !== undefined;
  const host = SERVER_URL.host.includes(":") ? `[${SERVER_URL.host}]` : SERVER_URL.host;
  try {
    const server = Bun.serve({
      hostname: SERVER_URL.host,
      port: SERVER_URL.port,
      maxRequestBodySize: Number.MAX_SAFE_INTEGER, // the app bounds bodies itself, and says so with a code
      development: false, // its page of an error shows the stack
      reusePort: false, // else a second server would take half of the requests, without a word
      error: (error) => problemResponse(error),
      fetch: (request, self) => {
        const ip = self.requestIP(request)?.address;
        return app.fetch(request, ip === undefined ? {} : { ip });
      },
      ...(secure ? { tls: { cert: Bun.file(TLS_CERT_FILE), key: Bun.file(TLS_KEY_FILE) } } : {}),
    });
    return { url: `${secure ? "https" : "http"}://${host}:${server.port}`, stop: () => server.stop() };
  } catch (error) {
    const files = secure ? ` with ${TLS_CERT_FILE} and ${TLS_KEY_FILE}` : "";
    const why = error instanceof Error ? error.message : String(error);
    throw new FplaneError("unavailable", `the server cannot listen on ${host}:${SERVER_URL.port}${files}: ${why}`);
  }
}
