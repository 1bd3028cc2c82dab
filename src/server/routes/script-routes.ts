import { type Context, Hono } from "hono";
import fplanePy from "../../../public/fplane.py" with { type: "text" };
import getFplaneScript from "../../../public/get_fplane.sh" with { type: "text" };
import type { AppDeps, AppEnv } from "../app-env.ts";
import { isForwardedHttps } from "../guards/client-address.ts";

/** A host as it may stand in a script: the Host header is the client's, and could hold anything. */
const PLAIN_ORIGIN = /^https?:\/\/[A-Za-z0-9.:[\]-]+$/;

/** The address that stands in the scripts, and that their servers put their own into. */
const ADDRESS = "http://localhost:5000";

/** The clients without dependencies that the server hands out: they ask the server that they were fetched from. */
export function scriptRoutes({ trusted }: Pick<AppDeps, "trusted">): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  const handOut = (c: Context<AppEnv>, script: string, type: string) => {
    const isHttps = isForwardedHttps(c.env?.ip, c.req.header("x-forwarded-proto"), trusted);
    return handedOut(isHttps ? c.req.url.replace(/^http:/, "https:") : c.req.url, script, type);
  };
  routes.get("/get_fplane.sh", (c) => handOut(c, getFplaneScript, "text/x-shellscript"));
  routes.get("/fplane.py", (c) => handOut(c, fplanePy, "text/x-python"));
  return routes;
}

/** @param url at which it was asked for: with http where the client spoke https, a key would be sent in the clear */
function handedOut(url: string, script: string, type: string): Response {
  const origin = URL.parse(url)?.origin ?? ""; // the host may be none
  return new Response(PLAIN_ORIGIN.test(origin) ? script.replaceAll(ADDRESS, origin) : script, {
    headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache" },
  });
}
