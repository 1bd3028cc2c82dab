import { trpcServer } from "@hono/trpc-server";
import type { TRPCError } from "@trpc/server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { appRouter } from "../../router/app-router.ts";
import { fplaneErrorOf } from "../../router/procedures.ts";
import { ERRORS, FplaneError } from "../domain/errors.ts";
import type { Deps } from "../service/deps.ts";
import { disclosed } from "../service/disclosed.ts";
import { clientAddress, type TrustedProxies } from "./client-address.ts";
import { fplaneRoutes } from "./fplane-routes.ts";
import { healthRoutes } from "./health-routes.ts";
import { type Caller, knowCaller } from "./identity.ts";
import { createKeyGuard, type KeyLimits } from "./key-guard.ts";
import { type Limits, limitRequests } from "./limits.ts";
import type { Logger } from "./log.ts";
import { type Build, createMetrics, type Metrics, routeOf } from "./metrics.ts";
import { metricsRoutes } from "./metrics-routes.ts";
import { errorHeaders, problemResponse } from "./problem.ts";
import { recordRoutes } from "./record-routes.ts";
import { scriptRoutes } from "./script-routes.ts";
import { securityHeaders } from "./security-headers.ts";

/** What the HTTP side works on. */
export type AppDeps = {
  readonly deps: Deps;
  readonly log: Logger;
  /** Whether reading needs no key. */
  readonly publicRead: boolean;
  readonly limits: Limits;
  readonly keyLimits: KeyLimits;
  /** Whose word about the client's address is believed. */
  readonly trusted: TrustedProxies;
  /** Whether clients speak HTTPS to it. */
  readonly secure: boolean;
  /** What the metrics tell of the program. */
  readonly build?: Build;
};

/** What is known of a request while it is answered. */
export type AppEnv = {
  Bindings: { readonly ip?: string };
  Variables: { log: Logger; requestId: string; ip: string | null; caller: Caller; user?: string };
};

/** The whole HTTP side: REST and tRPC over the same services. It can be asked without a port: `app.request(...)`. */
export function createApp(app: AppDeps): Hono<AppEnv> {
  const hono = new Hono<AppEnv>({ strict: false });
  const metrics = createMetrics(app.deps, app.build);
  hono.use(logRequests(app, metrics));
  hono.use(securityHeaders(app.secure));
  hono.use(limitRequests(app.limits));
  hono.use(knowCaller(createKeyGuard(app.deps, app.log, app.keyLimits)));
  hono.route("/", fplaneRoutes(app));
  hono.route("/", recordRoutes(app));
  hono.route("/", healthRoutes(app));
  hono.route("/", metricsRoutes(app, metrics));
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

function trpc(app: AppDeps, c: Context<AppEnv>): MiddlewareHandler {
  return trpcServer({
    router: appRouter,
    endpoint: "/trpc",
    maxBatchSize: app.limits.batchCalls,
    createContext: () => ({ deps: app.deps, publicRead: app.publicRead, ...c.var.caller }),
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

/** Counts, and logs one line a request, with the old server's fields (ip, method, path). The path is logged without its query. */
function logRequests({ log, trusted }: AppDeps, metrics: Metrics): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const ip = clientAddress(c.env?.ip, c.req.header("x-forwarded-for"), trusted);
    c.set("ip", ip);
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
    const milliseconds = performance.now() - started;
    metrics.count({ route: routeOf(c), method: c.req.method, status: c.res.status, seconds: milliseconds / 1000 });
    log.info({
      ip,
      method: c.req.method,
      path: readable(c.req.path),
      status: c.res.status,
      durationMs: Math.round(milliseconds * 1000) / 1000,
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
