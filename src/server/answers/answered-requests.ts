import type { Context, Hono, MiddlewareHandler } from "hono";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { clientAddress } from "../guards/client-address.ts";
import { createRequestLog } from "../log/request-log.ts";
import { type Metrics, routeOf } from "../metrics/metrics.ts";
import { createReadyAnswers } from "./ready-answers.ts";

/** Every request that is answered is counted and logged, whether its answer was ready or has to be made. */
export type AnsweredRequests = {
  /** Goes around all that makes an answer. */
  readonly around: MiddlewareHandler<AppEnv>;
  /** Goes before it: gives answers that are ready. */
  readonly before: (dispatch: Hono<AppEnv>["fetch"]) => Hono<AppEnv>["fetch"];
};

export function answeredRequests(
  { deps, log, trusted }: AppDeps,
  metrics: Metrics,
  refuse: (error: unknown, c: Context<AppEnv>) => Response,
): AnsweredRequests {
  const requestLog = createRequestLog(log);
  const ready = createReadyAnswers(deps.answers);

  /** Looks up once what counts an answer of a kind, and what its lines of the log have in common. */
  const accounting = (path: string, route: string, status: 200 | 304) => {
    const count = metrics.counting(route, "GET", status);
    const write = requestLog.ready(path, status);
    return ({ headers }: Request, requestId: string, milliseconds: number, peer: string | undefined) => {
      count(milliseconds / 1000);
      write(clientAddress(peer, headers.get("x-forwarded-for") ?? undefined, trusted), milliseconds, requestId);
    };
  };

  return {
    around: async (c, next) => {
      const started = performance.now();
      const [requestId, asOf] = [crypto.randomUUID(), ready.generation()];
      const ip = clientAddress(c.env?.ip, c.req.header("x-forwarded-for"), trusted);
      c.set("ip", ip);
      c.set("requestId", requestId);
      c.set("log", log.child({ requestId }));
      try {
        await next();
      } catch (thrown) {
        c.res = refuse(thrown, c); // Hono lets through what is thrown and is no Error
      }
      const [path, route] = [readable(c.req.path), routeOf(c)];
      const { status, headers } = c.res;
      const lasting = c.get("lasting");
      if (lasting !== undefined && status === 200) {
        const accountFor = { 200: accounting(path, route, 200), 304: accounting(path, route, 304) };
        ready.keep(c.req.raw, { accountFor, bytes: lasting, headers: new Headers(headers) }, asOf);
      }
      headers.set("x-request-id", requestId);
      const milliseconds = performance.now() - started;
      metrics.counting(route, c.req.method, status)(milliseconds / 1000);
      requestLog.write({
        ...{ ip, path, status, milliseconds, requestId },
        ...{ method: c.req.method, user: c.get("user") ?? null },
      });
    },
    before: (dispatch) => (request, env, context) => {
      const started = performance.now();
      const requestId = crypto.randomUUID();
      const found = ready.find(request, requestId);
      if (found === null) return dispatch(request, env, context);
      const peer = (env as AppEnv["Bindings"] | undefined)?.ip;
      found.accountFor(request, requestId, performance.now() - started, peer);
      return found.response;
    },
  };
}

/** Decoded, so that the log recognises a key in it however it was written. */
function readable(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
