import { trpcServer } from "@hono/trpc-server";
import type { TRPCError } from "@trpc/server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { appRouter } from "../../router/app-router.ts";
import { fplaneErrorOf } from "../../router/procedures.ts";
import { ERRORS, FplaneError } from "../domain/errors.ts";
import type { Deps } from "../service/deps.ts";
import { disclosed } from "../service/disclosed.ts";
import { limitBody } from "./body-limit.ts";
import { fplaneRoutes } from "./fplane-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { identityOf } from "./identity.ts";
import type { Logger } from "./log.ts";
import { errorHeaders, problemResponse } from "./problem.ts";
import { recordRoutes } from "./record-routes.ts";
import { scriptRoutes } from "./script-routes.ts";

/** What the HTTP side works on. */
export type AppDeps = {
  readonly deps: Deps;
  readonly log: Logger;
  /** Whether reading needs no key. */
  readonly publicRead: boolean;
};

/** What is known of a request while it is answered. */
export type AppEnv = {
  Bindings: { readonly ip?: string };
  Variables: { log: Logger; requestId: string; user?: string };
};

/** The whole HTTP side: REST and tRPC over the same services. It can be asked without a port: `app.request(...)`. */
export function createApp(app: AppDeps): Hono<AppEnv> {
  const hono = new Hono<AppEnv>({ strict: false });
  hono.use(logRequests(app.log));
  hono.post("*", limitBody);
  hono.route("/", fplaneRoutes(app));
  hono.route("/", recordRoutes(app));
  hono.route("/", healthRoutes(app));
  hono.route("/", scriptRoutes());
  hono.on(["GET", "POST"], "/trpc/*", (c, next) => trpc(app, c)(c, next));
  for (const route of hono.routes.filter((route) => route.method === "GET"))
    hono.all(route.path, () => methodNotAllowed(hono, route.path));
  hono.notFound((c) => problemResponse(new FplaneError("not-found", `there is no ${c.req.path.slice(0, 100)}`)));
  hono.onError(refuse);
  return hono;
}

function refuse(error: unknown, c: Context<AppEnv>): Response {
  if (ERRORS[disclosed(error).code].http >= 500) c.var.log.error({ err: error }, "a request failed");
  return problemResponse(error);
}

/** More than any page of ours asks at once; without a bound one request could ask for any number of answers. */
const LARGEST_BATCH = 100;

function trpc(app: AppDeps, c: Context<AppEnv>): MiddlewareHandler {
  return trpcServer({
    router: appRouter,
    endpoint: "/trpc",
    maxBatchSize: LARGEST_BATCH,
    createContext: () => ({ deps: app.deps, publicRead: app.publicRead, identify: () => identityOf(app, c) }),
    onError: ({ error, path }) => {
      if (ERRORS[fplaneErrorOf(error).code].http >= 500)
        c.var.log.error({ err: error.cause ?? error, procedure: path }, "a procedure failed");
    },
    // Answers can hold keys, also those to GET: nobody may keep them.
    responseMeta: ({ errors }) => ({
      headers: { "cache-control": "no-store", ...Object.assign({}, ...errors.map(headersOfError)) },
    }),
  });
}

function headersOfError(error: TRPCError): Readonly<Record<string, string>> {
  return errorHeaders(fplaneErrorOf(error));
}

function methodNotAllowed(hono: Hono<AppEnv>, path: string): Response {
  const methods = new Set(
    hono.routes.filter((route) => route.path === path && route.method !== "ALL").map((route) => route.method),
  );
  if (methods.has("GET")) methods.add("HEAD");
  const allow = [...methods].sort().join(", ");
  return problemResponse(new FplaneError("method-not-allowed", `the methods here are ${allow}`), { allow });
}

/** One line a request, with the old server's fields (ip, method, path). The path is logged without its query. */
function logRequests(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const started = performance.now();
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    c.set("log", log.child({ requestId }));
    try {
      await next();
    } catch (thrown) {
      c.res = refuse(thrown, c); // Hono lets through what is thrown and is no Error
    }
    c.res.headers.set("x-request-id", requestId);
    log.info({
      ip: c.env?.ip ?? null,
      method: c.req.method,
      path: readable(c.req.path),
      status: c.res.status,
      durationMs: Math.round((performance.now() - started) * 1000) / 1000,
      requestId,
      user: c.get("user") ?? null,
    });
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
