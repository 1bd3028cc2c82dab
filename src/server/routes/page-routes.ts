import { brotliCompressSync } from "node:zlib";
import { type Context, Hono } from "hono";
import { FplaneError } from "../../domain/errors.ts";
import { matches, withoutBody } from "../answers/caching.ts";
import { takesCoding } from "../answers/content-coding.ts";
import type { AppEnv } from "../app-env.ts";
import { problemResponse } from "../problem.ts";
import { pageBundle } from "./page-bundle.ts";

/** The page loads only what this server gives it, and nothing in it is run or styled that stands in the document. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
};

/** `GET /`, the page for people, and `GET /assets/{file}`, what it loads. */
export function pageRoutes(): Hono<AppEnv> {
  const routes = new Hono<AppEnv>({ strict: false });
  routes.get("/", async (c) =>
    send(c, (await pageBundle()).html, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
      "content-security-policy": PAGE_POLICY,
    }),
  );
  routes.get("/assets/:file", async (c) => {
    const file = c.req.param("file");
    const text = Object.entries((await pageBundle()).assets).find(([name]) => name === file)?.[1];
    if (text === undefined) return problemResponse(new FplaneError("not-found", "the page has no such part"));
    return send(c, text, {
      "content-type": MEDIA_TYPES[file.slice(file.lastIndexOf(".") + 1)] ?? "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
    });
  });
  return routes;
}

type Encoded = { readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string };

/** Each part of the page is compressed once. */
const encoded = new Map<string, Encoded>();

function encode(text: string, coding: "br" | "gzip" | "identity" = "identity"): Encoded {
  const key = `${coding} ${text}`;
  const known = encoded.get(key);
  if (known !== undefined) return known;
  const plain = new TextEncoder().encode(text);
  const bytes =
    coding === "br" ? new Uint8Array(brotliCompressSync(plain)) : coding === "gzip" ? Bun.gzipSync(plain) : plain;
  const made = { bytes, etag: `"${Bun.hash(text).toString(36)}-${coding}"` };
  encoded.set(key, made);
  return made;
}

function send(c: Context<AppEnv>, text: string, headers: Record<string, string>): Response {
  const coding = (["br", "gzip"] as const).find((name) => takesCoding(c.req.header("accept-encoding"), name));
  const { bytes, etag } = encode(text, coding);
  const all = new Headers({
    ...headers,
    etag,
    vary: "Accept-Encoding",
    "content-length": String(bytes.length),
    ...(coding === undefined ? {} : { "content-encoding": coding }),
  });
  if (matches(c.req.header("if-none-match"), etag))
    return new Response(null, { status: 304, headers: withoutBody(all) });
  return new Response(bytes, { headers: all });
}
