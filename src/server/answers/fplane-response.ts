import type { RenderedAnswer } from "../../domain/answer/answer.ts";
import { FORMATS, type Format, renderAnswer } from "../../domain/formats/format.ts";
import type { Pointing } from "../../domain/plane/sky.ts";
import { instantText, toTemporal } from "../../domain/time/instant.ts";
import type { FplaneAnswer } from "../../service/get-fplane.ts";
import { cacheControl, matches, staleHeaders, withoutBody } from "./caching.ts";
import { takesCoding } from "./content-coding.ts";
import { encodedBody } from "./encoded-body.ts";

/** What of the request decides how an answer is sent. */
export type Sending = {
  readonly format: Format;
  /** For regions in the sky. */
  readonly pointing: Pointing | null;
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
  const text = renderAnswer(answer, sending.format, sending.pointing);
  const { bytes, encoding, etag, reprDigest } = encodedBody(text, takesCoding(sending.acceptEncoding, "gzip"));
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
    return { response: new Response(null, { status: 304, headers: withoutBody(headers) }), bytes };
  }
  return { response: new Response(bytes, { headers }), bytes };
}

/** When, until when and by which revision the answer holds: in headers, since the file itself must stay as it ever was. */
export function provenanceHeaders(
  answer: RenderedAnswer & Partial<Pick<FplaneAnswer, "lastModified" | "staleSince">>,
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
