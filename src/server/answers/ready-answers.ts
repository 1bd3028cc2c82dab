import type { Answers } from "../../service/memory/answers.ts";
import { matches, withoutBody } from "./caching.ts";
import { takesCoding } from "./content-coding.ts";

/** What is done about an answer that goes out as it is. @param milliseconds that it took */
type AccountFor = (request: Request, requestId: string, milliseconds: number, peer: string | undefined) => void;

/** An answer as it went out, ready to go out again. */
type ReadyAnswer = {
  /** Counts it and logs it, by its status. */
  readonly accountFor: Readonly<Record<200 | 304, AccountFor>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
};

type FoundAnswer = { readonly response: Response; readonly accountFor: AccountFor };

type Kept = ReadyAnswer & {
  readonly etag: string | null;
  /** The headers of a 304. */
  readonly unsent: Headers;
};

/**
 * Answers that were given and stay true until a newer revision is known, by the address that was asked for and how it was
 * negotiated. Most of a survey's requests are for the same few thousand dates: what is ready needs no routing, no date,
 * no look-up and no rendering.
 */
export type ReadyAnswers = {
  /** The answer to a request; null when it has to be made. */
  readonly find: (request: Request, requestId: string) => FoundAnswer | null;
  /** Keeps an answer, unless a newer revision was noticed since `asOf`. */
  readonly keep: (request: Request, answer: ReadyAnswer, asOf: number) => void;
  /** Counts the revisions that were noticed; taken before an answer is made. */
  readonly generation: () => number;
};

const MOST = 5000;
const MOST_BYTES = 64 * 1024 * 1024; // of bodies, though those of files are shared and cost nothing here

export function createReadyAnswers(answers: Answers): ReadyAnswers {
  const ready = new Map<string, Kept>();
  let generation = 0;
  let bytesKept = 0;
  answers.watch(() => {
    generation += 1;
    ready.clear();
    bytesKept = 0;
  });
  const drop = (key: string) => {
    bytesKept -= ready.get(key)?.bytes.byteLength ?? 0;
    ready.delete(key);
  };
  return {
    find: (request, requestId) => {
      const { headers, method } = request;
      if (method !== "GET" || headers.has("authorization") || answers.staleSince() !== null) return null;
      const kept = ready.get(keyOf(request));
      if (kept === undefined) return null;
      const { accountFor, etag, bytes } = kept;
      const isKnown = etag !== null && matches(headers.get("if-none-match") ?? undefined, etag);
      // A response copies its headers: set here and not in the copy, an id costs a tenth.
      const sent = isKnown ? kept.unsent : kept.headers;
      sent.set("x-request-id", requestId);
      return isKnown
        ? { accountFor: accountFor[304], response: new Response(null, { status: 304, headers: sent }) }
        : { accountFor: accountFor[200], response: new Response(bytes, { headers: sent }) };
    },
    keep: (request, answer, asOf) => {
      if (asOf !== generation || request.method !== "GET" || request.headers.has("authorization")) return;
      if (answer.bytes.byteLength > MOST_BYTES / 16) return;
      const key = keyOf(request);
      drop(key);
      bytesKept += answer.bytes.byteLength;
      for (const oldest of ready.keys()) {
        if (ready.size < MOST && bytesKept <= MOST_BYTES) break;
        drop(oldest);
      }
      ready.set(key, { ...answer, unsent: withoutBody(answer.headers), etag: answer.headers.get("etag") });
    },
    generation: () => generation,
  };
}

/** The address and how it is negotiated: of what a client takes only what an answer depends on, so that all share it. */
function keyOf({ url, headers }: Request): string {
  const accept = headers.get("accept") ?? "";
  const isGzipped = takesGzip(headers.get("accept-encoding") ?? "");
  const batched = url.includes("/trpc/") ? (headers.get("trpc-accept") ?? "") : ""; // the calls of a batch one by one, or all at once
  return `${url} ${isGzipped ? "gzip" : ""} ${accept === "*/*" ? "" : accept} ${batched}`;
}

/** What the few programs that ask say of codings, read once: with each request it would cost as much as all the rest. */
const codingsRead = new Map<string, boolean>();
const MOST_CODINGS = 100;

function takesGzip(acceptEncoding: string): boolean {
  const known = codingsRead.get(acceptEncoding);
  if (known !== undefined) return known;
  if (codingsRead.size >= MOST_CODINGS) codingsRead.clear();
  const isTaken = takesCoding(acceptEncoding, "gzip");
  codingsRead.set(acceptEncoding, isTaken);
  return isTaken;
}
