import { FORMATS, type Format, renderAnswer } from "../domain/formats/format.ts";
import { type Instant, instantText, toTemporal } from "../domain/instant.ts";
import type { FplaneAnswer } from "../service/get-fplane.ts";
import { encodedBody } from "./encoded-body.ts";

/** What of the request decides how an answer is sent. */
export type Sending = {
  readonly format: Format;
  readonly acceptEncoding: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly publicRead: boolean;
  /** The path and query under which the same bytes are had for ever. */
  readonly pinnedUrl: string;
};

/**
 * A request may ask for the same bytes as last time: 304, if it names their ETag.
 *
 * @returns beside the response the bytes of its body, to be sent again
 */
export function fplaneResponse(
  answer: FplaneAnswer,
  sending: Sending,
): { readonly response: Response; readonly bytes: Uint8Array<ArrayBuffer> } {
  const text = renderAnswer(answer, sending.format);
  const { bytes, encoding, etag, reprDigest } = encodedBody(text, acceptsGzip(sending.acceptEncoding));
  const headers = new Headers({
    ...provenanceHeaders(answer),
    "content-type": `${FORMATS[sending.format].mediaType}; charset=utf-8`,
    "content-disposition": `attachment; filename="fplane${answer.stamp}.${FORMATS[sending.format].ending}"`,
    "content-length": String(bytes.length), // else an answer to HEAD would say 0
    etag,
    "repr-digest": reprDigest,
    "cache-control": cacheControl(answer.pinned, sending.publicRead),
    vary: "Accept, Accept-Encoding, Authorization",
    link: `<${sending.pinnedUrl}>; rel="canonical"`,
    ...(encoding === null ? {} : { "content-encoding": encoding }),
  });
  if (matches(sending.ifNoneMatch, etag)) {
    for (const name of ["content-type", "content-length", "content-disposition", "content-encoding"])
      headers.delete(name);
    return { response: new Response(null, { status: 304, headers }), bytes };
  }
  return { response: new Response(bytes, { headers }), bytes };
}

/** When, until when and by which revision the answer holds: in headers, since the file itself must stay as it ever was. */
export function provenanceHeaders(
  answer: Omit<FplaneAnswer, "stamp" | "pinned" | "lastModified" | "staleSince"> & {
    lastModified?: FplaneAnswer["lastModified"];
    staleSince?: FplaneAnswer["staleSince"];
  },
): Record<string, string> {
  const { instant, interval, confirmedUntil, revision, lastModified, staleSince = null } = answer;
  return {
    "x-fplane-instant": instantText(instant),
    "x-fplane-valid-from": instantText(interval.from),
    ...(interval.until === null ? {} : { "x-fplane-valid-until": instantText(interval.until) }),
    ...(confirmedUntil === null ? {} : { "x-fplane-confirmed-until": instantText(confirmedUntil) }),
    "x-fplane-revision": String(revision),
    ...staleHeaders(staleSince),
    ...(lastModified === undefined
      ? {}
      : { "last-modified": new Date(toTemporal(lastModified).epochMilliseconds).toUTCString() }),
  };
}

/** @param staleSince since when the database has not answered; null while it does */
export function staleHeaders(staleSince: Instant | null): Record<string, string> {
  if (staleSince === null) return {};
  return {
    "x-fplane-stale": instantText(staleSince),
    warning: '110 fplane "the database is away: this may have been overtaken"',
  };
}

export function cacheControl(pinned: boolean, publicRead: boolean): string {
  if (!pinned) return publicRead ? "no-cache" : "private, no-cache";
  return `${publicRead ? "public" : "private"}, max-age=31536000, immutable`;
}

/** What is said of gzip itself goes before what `*` says of all codings. */
export function acceptsGzip(header = ""): boolean {
  const codings = header.split(",").map((coding) => coding.toLowerCase().replaceAll(/\s/g, "").split(";"));
  const said = codings.find(([name]) => name === "gzip") ?? codings.find(([name]) => name === "*");
  return said !== undefined && !said.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
}

export function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag) return true;
  return ifNoneMatch.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}
