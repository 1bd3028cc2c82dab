import { trpcServer } from "@hono/trpc-server";
import type { TRPCError } from "@trpc/server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { appRouter } from "../../router/app-router.ts";
import { fplaneErrorOf } from "../../router/procedures.ts";
import { ERRORS, FplaneError } from "../domain/errors.ts";
import { disclosed } from "../service/reports/disclosed.ts";
import { answeredRequests } from "./answers/answered-requests.ts";
import { compressJson } from "./answers/compressed-json.ts";
import type { AppDeps, AppEnv } from "./app-env.ts";
import { knowCaller } from "./guards/caller.ts";
import { createKeyGuard } from "./guards/key-guard.ts";
import { limitRequests } from "./guards/limits.ts";
import { securityHeaders } from "./guards/security-headers.ts";
import { createMetrics } from "./metrics/metrics.ts";
import { createOutages, type Outages } from "./outages.ts";
import { errorHeaders, problemResponse } from "./problem.ts";
import { docsRoutes } from "./routes/docs-routes.ts";
import { fplaneRoutes } from "./routes/fplane-routes.ts";
import { fplanesRoutes } from "./routes/fplanes-routes.ts";
import { healthRoutes } from "./routes/health-routes.ts";
import { metricsRoutes } from "./routes/metrics-routes.ts";
import { openapiRoutes } from "./routes/openapi-routes.ts";
import { pageRoutes } from "./routes/page-routes.ts";
import { recordRoutes } from "./routes/record-routes.ts";
import { scriptRoutes } from "./routes/script-routes.ts";
import { createSubscriptions, type Subscription } from "./subscriptions.ts";

/** The whole HTTP side: REST and tRPC over the same services. It can be asked without a port: `app.request(...)`. */
export function createApp(app: AppDeps): Hono<AppEnv> {
  const hono = new Hono<AppEnv>({ strict: false });
  const metrics = createMetrics(app.deps, app.build);
  const outages = app.outages ?? createOutages(app.log);
  const refuse = (error: unknown, c: Context<AppEnv>) => refusal(outages, error, c);
  const answered = answeredRequests(app, metrics, refuse);
  hono.use(answered.around);
  hono.use(securityHeaders(app.secure));
  hono.use(limitRequests(app.limits));
  hono.use(knowCaller(createKeyGuard(app.deps, app.log, app.keyLimits)));
  hono.route("/", fplaneRoutes(app));
  hono.route("/", fplanesRoutes(app));
  hono.route("/", recordRoutes(app));
  hono.route("/", healthRoutes(app));
  hono.route("/", metricsRoutes(app, metrics));
  hono.route("/", openapiRoutes(app));
  hono.route("/", scriptRoutes(app));
  hono.route("/", pageRoutes());
  hono.route("/", docsRoutes());
  const subscribe = createSubscriptions(app.limits.liveClients, app.closing ?? new AbortController().signal);
  hono.use("/trpc/*", compressJson());
  hono.on(["GET", "POST"], "/trpc/*", async (c, next) => {
    const answer = await trpc(app, outages, c, subscribe)(c, next);
    if (answer !== undefined && c.get("isLasting")) c.set("lasting", await answer.clone().bytes());
    if (answer?.headers.has("content-type") === false) answer.headers.set("content-type", "application/json"); // what it refuses at once
    return answer;
  });
  for (const route of hono.routes.filter((route) => route.method === "GET"))
    hono.all(route.path, () => methodNotAllowed(hono, route.path));
  hono.notFound((c) => problemResponse(new FplaneError("not-found", `there is no ${c.req.path.slice(0, 100)}`)));
  hono.onError(refuse);
  hono.fetch = answered.before(hono.fetch);
  return hono;
}

/** What the server could not do is logged: an outage of the database once, anything else with each request. */
function refusal(outages: Outages, error: unknown, c: Context<AppEnv>): Response {
  const isOurs = ERRORS[disclosed(error).code].http >= 500;
  if (isOurs && !outages.refused(error)) c.var.log.error({ err: error }, "a request failed");
  return problemResponse(error);
}

function trpc(app: AppDeps, outages: Outages, c: Context<AppEnv>, subscribe: () => Subscription): MiddlewareHandler {
  return trpcServer({
    router: appRouter,
    endpoint: "/trpc",
    maxBatchSize: app.limits.batchCalls,
    allowMethodOverride: true, // a list of dates may be longer than an address
    createContext: ({ info }) => {
      let passing = info.calls.length;
      return {
        deps: app.deps,
        publicRead: app.publicRead,
        mostDates: app.limits.dates,
        subscribe,
        remark: (rev: number | null, warning: string) => c.var.log.warn({ rev }, warning),
        lasts: () => {
          passing -= 1;
          if (passing === 0 && app.publicRead) c.set("isLasting", true);
        },
        ...c.var.caller,
      };
    },
    onError: ({ error, path }) => {
      const told = fplaneErrorOf(error);
      if (ERRORS[told.code].http >= 500 && !outages.refused(told))
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
