import { Hono } from "hono";
import { instantText } from "../../domain/time/instant.ts";
import type { AppDeps, AppEnv } from "../app-env.ts";

/** `GET /healthz`: the process answers, and says its version. `GET /readyz`: it can also write; 503 while the database is away. */
export function healthRoutes({ deps, build }: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  const headers = { "cache-control": "no-store" };
  routes.get("/healthz", () => Response.json({ status: "ok", version: build?.version ?? null }, { headers }));
  routes.get("/readyz", async () => {
    await deps.answers.refresh().catch(() => {});
    const staleSince = deps.answers.staleSince();
    if (staleSince === null) return Response.json({ status: "ok", stale: false }, { headers });
    const body = { status: "stale", stale: true, staleSince: instantText(staleSince) };
    return Response.json(body, { status: 503, headers: { ...headers, "retry-after": "5" } });
  });
  return routes;
}
