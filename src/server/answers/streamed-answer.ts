import type { Context } from "hono";
import type { AppDeps, AppEnv } from "../app-env.ts";
import { cacheControl, matches, staleHeaders, withoutBody } from "./caching.ts";
import { takesCoding } from "./content-coding.ts";

export type StreamedAnswer = {
  /** Whether the same request will give the same bytes for ever. */
  readonly pinned: boolean;
  /** Names these bytes, where that can be told before they are made. */
  readonly identity?: string;
  readonly headers: Readonly<Record<string, string>>;
};

/**
 * Sends pieces as they are made, but not before the first is there: until then an error is an error of its own. Afterwards
 * it breaks the answer off, which HTTP shows the client.
 */
export async function streamedAnswer(
  app: AppDeps,
  c: Context<AppEnv>,
  pieces: AsyncGenerator<string | Uint8Array, void>,
  { pinned, identity, headers: own }: StreamedAnswer,
): Promise<Response> {
  const gzip = own["content-type"] !== "application/zip" && takesCoding(c.req.header("accept-encoding"), "gzip");
  const etag = identity === undefined ? null : `"${identity.slice(0, 32)}${gzip ? "-gzip" : ""}"`;
  const headers = new Headers({
    ...own,
    "cache-control": cacheControl(pinned, app.publicRead),
    vary: "Accept, Accept-Encoding, Authorization",
    ...(etag === null ? {} : { etag }),
    ...(gzip ? { "content-encoding": "gzip" } : {}),
    ...staleHeaders(app.deps.answers.staleSince()),
  });
  if (etag !== null && matches(c.req.header("if-none-match"), etag)) {
    return new Response(null, { status: 304, headers: withoutBody(headers) });
  }
  const first = await pieces.next();
  const stream = streamOf(pieces, first, (error) => c.var.log.error({ err: error }, "an answer broke off"));
  return new Response(gzip ? stream.pipeThrough(new CompressionStream("gzip")) : stream, { headers });
}

/** About how many characters are sent at once. */
const CHUNK = 65_536;

/**
 * A stream of text in pieces of a good size, made as fast as it is taken, so that however long it is it never stands in
 * memory as a whole. An error breaks it off: the client sees an answer that is not whole.
 *
 * @param first what was made already, to know that there is an answer at all
 * @param failed told of the error that breaks it off
 */
function streamOf(
  pieces: AsyncIterator<string | Uint8Array>,
  first: IteratorResult<string | Uint8Array>,
  failed: (error: unknown) => void,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let pending: IteratorResult<string | Uint8Array> | null = first;
  let isTaken = true; // a client may go while the next piece is being made
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        try {
          const parts: Uint8Array[] = [];
          let size = 0;
          while (size < CHUNK) {
            const { done, value } = pending ?? (await pieces.next());
            pending = null;
            if (!isTaken) return;
            if (done) {
              if (size > 0) controller.enqueue(Buffer.concat(parts));
              return controller.close();
            }
            const bytes = typeof value === "string" ? encoder.encode(value) : value;
            parts.push(bytes);
            size += bytes.length;
          }
          controller.enqueue(Buffer.concat(parts));
        } catch (error) {
          failed(error);
          controller.error(error);
        }
      },
      cancel: async () => {
        isTaken = false;
        await pieces.return?.();
      },
    },
    { highWaterMark: 1 },
  );
}
