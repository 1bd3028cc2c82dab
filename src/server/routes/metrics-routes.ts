import { Hono } from "hono";
import { demandReader } from "../../service/permission.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";
import type { Metrics } from "../metrics/metrics.ts";

/** `GET /metrics`, for Prometheus: for those who may read the record. */
export function metricsRoutes(app: AppDeps, metrics: Metrics): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/metrics", async (c) => {
    await demandReader(app.publicRead, c.var.caller.identify);
    const { text, contentType } = await metrics.read();
    return new Response(text, { headers: { "content-type": contentType, "cache-control": "no-store" } });
  });
  return routes;
}
