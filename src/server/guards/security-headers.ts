import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-env.ts";

/** How a browser is to show a body: nothing of it runs, is framed, or is sniffed. */
export const OF_SHOWING = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
} as const;

const ON_EVERY_ANSWER = { "cross-origin-resource-policy": "cross-origin" } as const;

/** What every answer with a body tells a browser. */
export const ON_EVERY_BODY = { ...OF_SHOWING, ...ON_EVERY_ANSWER } as const;

/**
 * HTTPS once is HTTPS for a year. Headers that an answer sets itself are left as they are; a 304 leaves those of the answer
 * that the client has, which may be stricter or, of the page, less so.
 */
export function securityHeaders(secure: boolean): MiddlewareHandler<AppEnv> {
  const always = { ...ON_EVERY_ANSWER, ...(secure ? { "strict-transport-security": "max-age=31536000" } : {}) };
  const [bodied, bodiless] = [Object.entries({ ...ON_EVERY_BODY, ...always }), Object.entries(always)];
  return async (c, next) => {
    await next();
    const { headers, status } = c.res;
    for (const [name, value] of status === 304 ? bodiless : bodied) if (!headers.has(name)) headers.set(name, value);
  };
}
