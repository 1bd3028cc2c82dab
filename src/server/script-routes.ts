import { Hono } from "hono";
import getFplaneScript from "../../public/get_fplane.sh" with { type: "text" };
import type { AppEnv } from "./app.ts";

/** A host as it may stand in a shell script: the Host header is the client's, and could hold anything. */
const PLAIN_ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;

/** The client without dependencies that the server hands out: it asks the server that it was fetched from. */
export function scriptRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/get_fplane.sh", (c) => {
    const { origin } = new URL(c.req.url);
    const script = PLAIN_ORIGIN.test(origin)
      ? getFplaneScript.replace("http://localhost:5000", origin)
      : getFplaneScript;
    return new Response(script, {
      headers: { "content-type": "text/x-shellscript; charset=utf-8", "cache-control": "no-cache" },
    });
  });
  return routes;
}
