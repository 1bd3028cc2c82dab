import { type Instant, instantText } from "../../domain/time/instant.ts";
import { OF_SHOWING } from "../guards/security-headers.ts";

/** For how long an answer may be kept: for ever when it is pinned; else a cache asks each time, and mostly gets 304. */
export function cacheControl(pinned: boolean, publicRead: boolean): string {
  if (!pinned) return publicRead ? "no-cache" : "private, no-cache";
  return `${publicRead ? "public" : "private"}, max-age=31536000, immutable`;
}

/** Whether the client has the bytes of this ETag already. A weak tag counts too: proxies weaken those of others. */
export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

const OF_BYTES = [
  "content-type",
  "content-length",
  "content-disposition",
  "content-encoding",
  "repr-digest",
  "last-modified",
];

/**
 * The headers of an answer whose body is not sent, 304: what tells of bytes, or how they are shown, the client has with
 * them (RFC 9110, 15.4.5), and what is not sent costs nothing.
 */
export function withoutBody(headers: Headers): Headers {
  const others = new Headers(headers);
  for (const name of [...OF_BYTES, ...Object.keys(OF_SHOWING)]) others.delete(name);
  return others;
}

/** @param staleSince since when the database has not answered; null while it does */
export function staleHeaders(staleSince: Instant | null): Record<string, string> {
  if (staleSince === null) return {};
  return {
    "x-fplane-stale": instantText(staleSince),
    warning: '110 fplane "the database is away: this may have been overtaken"',
  };
}
