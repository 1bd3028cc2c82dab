import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";
import { takesCoding } from "./content-coding.ts";

/** Below this many bytes it is not worth the while. */
const LEAST = 2000;

/** Compresses larger answers of tRPC to queries. Not where a key was sent: its owner's secrets could be told by the size. */
export function compressJson(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    const { res, req } = c;
    const isJson = res.headers.get("content-type")?.startsWith("application/json") ?? false;
    const isTaken = takesCoding(req.header("accept-encoding"), "gzip");
    if (req.method !== "GET" || !isJson || !isTaken || req.header("authorization") !== undefined) return;
    const bytes = new Uint8Array(await res.arrayBuffer());
    const headers = new Headers(res.headers);
    headers.append("vary", "Accept-Encoding");
    const isLarge = bytes.length >= LEAST;
    if (isLarge) headers.set("content-encoding", "gzip");
    headers.delete("content-length");
    const sent = isLarge ? Bun.gzipSync(bytes) : bytes;
    if (c.get("lasting") !== undefined) c.set("lasting", sent); // what is kept has the headers of what is sent
    c.res = undefined;
    c.res = new Response(sent, { status: res.status, headers });
  };
}
