import type { MiddlewareHandler } from "hono";
import { FplaneError } from "../../domain/errors.ts";
import type { AppEnv } from "../app-env.ts";

/** What one request may be at most; each is a setting. */
export type Limits = {
  /** Bytes. All nights of eight years in one import are a third of the default. */
  readonly bodyBytes: number;
  /** Seconds from the first byte of a body to its last. */
  readonly bodySeconds: number;
  /** Characters of the address, with its query. */
  readonly urlCharacters: number;
  /** Characters of all headers together. */
  readonly headerCharacters: number;
  /** Calls in one tRPC batch: without a bound one request could ask for any number of answers. */
  readonly batchCalls: number;
  /** Dates, or nights, in one request for many. */
  readonly dates: number;
  /** Clients that may be told of new revisions at the same time. */
  readonly liveClients: number;
};

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 32 * 1024 * 1024,
  bodySeconds: 30,
  urlCharacters: 8192,
  headerCharacters: 12_288,
  batchCalls: 100,
  dates: 10_000,
  liveClients: 500,
};

/**
 * Bounds what is read of a request: `uri-too-long`, `headers-too-large`, and, for whoever reads on in a body, `too-large`
 * and `too-slow`. Here and not in Bun, whose own refusals tell no code; a body that nobody reads costs nothing.
 */
export function limitRequests(limits: Limits): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { body, headers, url } = c.req.raw;
    if (url.length > limits.urlCharacters) {
      throw new FplaneError(
        "uri-too-long",
        `the address has ${url.length} characters; at most ${limits.urlCharacters} are taken`,
      );
    }
    let characters = 0;
    headers.forEach((value, name) => {
      characters += name.length + value.length;
    });
    if (characters > limits.headerCharacters) {
      throw new FplaneError(
        "headers-too-large",
        `the headers have ${characters} characters; at most ${limits.headerCharacters} are taken`,
      );
    }
    if (body !== null)
      c.req.raw = new Request(c.req.raw, { body: limited(body, headers.get("content-length"), limits) });
    await next();
  };
}

function limited(
  body: ReadableStream<Uint8Array>,
  announced: string | null,
  limits: Limits,
): ReadableStream<Uint8Array> {
  if (announced !== null && Number(announced) > limits.bodyBytes) {
    return new ReadableStream({ pull: (controller) => controller.error(tooLarge(limits)) });
  }
  const reader = body.getReader();
  const deadline = performance.now() + limits.bodySeconds * 1000;
  let bytes = 0;
  return new ReadableStream({
    pull: async (controller) => {
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(tooSlow(limits)), Math.max(0, deadline - performance.now()));
      try {
        const { done, value } = await Promise.race([reader.read(), late.promise]);
        if (done) return controller.close();
        bytes += value.byteLength;
        if (bytes > limits.bodyBytes) throw tooLarge(limits);
        controller.enqueue(value);
      } catch (error) {
        controller.error(isHungUp(error) ? hungUp() : error);
        void reader.cancel().catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function tooLarge({ bodyBytes }: Limits): FplaneError {
  return new FplaneError("too-large", `the body is larger than ${bodyBytes / 1024 / 1024} MiB: send it in parts`);
}

/** What Bun throws from a body whose client went away. */
function isHungUp(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** Nobody is there to be told; it keeps the log and the metrics from telling of a fault of the server. */
function hungUp(): FplaneError {
  return new FplaneError("too-slow", "the client closed the connection before the body had arrived");
}

function tooSlow({ bodySeconds }: Limits): FplaneError {
  return new FplaneError("too-slow", `the body did not arrive within ${bodySeconds} s`);
}
