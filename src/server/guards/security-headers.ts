import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

/** What every answer tells a browser: nothing of it runs, is framed, or is sniffed. HTTPS once is HTTPS for a year. */
export const ON_EVERY_ANSWER = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "cross-origin",
} as const;

/** Headers that an answer sets itself are left as they are. */
export function securityHeaders(secure: boolean): MiddlewareHandler<AppEnv> {
  const all = Object.entries({
    ...ON_EVERY_ANSWER,
    ...(secure ? { "strict-transport-security": "max-age=31536000" } : {}),
  });
  return async (c, next) => {
    await next();
    for (const [name, value] of all) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  };
}
