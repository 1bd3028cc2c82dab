import { type Context, Hono } from "hono";
import fplanePy from "../../public/fplane.py" with { type: "text" };
import getFplaneScript from "../../public/get_fplane.sh" with { type: "text" };
import type { AppEnv } from "./app.ts";

/** A host as it may stand in a script: the Host header is the client's, and could hold anything. */
const PLAIN_ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;

/** The address that stands in the scripts, and that their servers put their own into. */
const ADDRESS = "http://localhost:5000";

/** The clients without dependencies that the server hands out: they ask the server that they were fetched from. */
export function scriptRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/get_fplane.sh", (c) => handedOut(c, getFplaneScript, "text/x-shellscript"));
  routes.get("/fplane.py", (c) => handedOut(c, fplanePy, "text/x-python"));
  return routes;
}

function handedOut(c: Context<AppEnv>, script: string, type: string): Response {
  const { origin } = new URL(c.req.url);
  return new Response(PLAIN_ORIGIN.test(origin) ? script.replaceAll(ADDRESS, origin) : script, {
    headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" },
  });
}
