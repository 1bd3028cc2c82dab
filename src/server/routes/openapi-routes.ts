import { Hono } from "hono";
import type { AppDeps, AppEnv } from "../app-env.ts";

/** `GET /openapi.json`: every route, as OpenAPI 3.1. */
export function openapiRoutes({ build }: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  let text: Promise<string> | undefined; // made when it is first asked for: a server starts without it
  routes.get("/openapi.json", async () => {
    text ??= import("../openapi/openapi.ts").then(({ openapiDocument }) =>
      JSON.stringify(openapiDocument(build?.version ?? "0.0.0")),
    );
    return new Response(await text, { headers: { "content-type": "application/json", "cache-control": "no-cache" } });
  });
  return routes;
}
