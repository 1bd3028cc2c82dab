import { trpcServer } from "@hono/trpc-server";
import { Hono, type MiddlewareHandler } from "hono";
import { appRouter } from "../../router/app-router.ts";
import { FplaneError } from "../domain/errors.ts";
import type { Deps } from "../service/deps.ts";
import { identifyUser } from "../service/identify-user.ts";
import { fplaneRoutes } from "./fplane-routes.ts";
import type { Logger } from "./log.ts";
import { disclosed, problemResponse } from "./problem.ts";
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
  hono.route("/", fplaneRoutes(app));
  hono.route("/", scriptRoutes());
  hono.use(
    "/trpc/*",
    trpcServer({
      router: appRouter,
      endpoint: "/trpc",
      createContext: (_options, c) => ({
        deps: app.deps,
        publicRead: app.publicRead,
        identify: () => identifyUser(app.deps.store, c.req.header("authorization")),
      }),
      onError: ({ error, path }) => {
        if (error.code === "INTERNAL_SERVER_ERROR")
          app.log.error({ err: error.cause ?? error, procedure: path }, "a procedure failed");
      },
    }),
  );
  for (const route of hono.routes.filter((route) => route.method === "GET"))
    hono.all(route.path, () => methodNotAllowed(hono, route.path));
  hono.notFound((c) => problemResponse(new FplaneError("not-found", `there is no ${c.req.path}`)));
  hono.onError((error, c) => {
    if (!(error instanceof FplaneError)) c.var.log.error({ err: error }, "a request failed");
    return problemResponse(disclosed(error));
  });
  return hono;
}

function methodNotAllowed(hono: Hono<AppEnv>, path: string): Response {
  const methods = new Set(
    hono.routes.filter((route) => route.path === path && route.method !== "ALL").map((route) => route.method),
  );
  if (methods.has("GET")) methods.add("HEAD");
  const allow = [...methods].sort().join(", ");
  return problemResponse(new FplaneError("method-not-allowed", `the methods here are ${allow}`), { allow });
}

/** One line a request, with the old server's fields (ip, method, path). The path is logged without its query's values. */
function logRequests(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const started = performance.now();
    const requestId = crypto.randomUUID();
    c.set("requestId", requestId);
    c.set("log", log.child({ requestId }));
    c.header("x-request-id", requestId);
    await next();
    log.info({
      ip: c.env?.ip ?? null,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      durationMs: Math.round((performance.now() - started) * 1000) / 1000,
      requestId,
      user: c.get("user") ?? null,
    });
  };
}
