import type { MiddlewareHandler } from "hono";
import { FplaneError } from "../domain/errors.ts";

/** Bytes. All nights of eight years in one import are a third of it. */
export const LARGEST_BODY = 32 * 1024 * 1024;

/**
 * Bounds what is read of a body: whoever reads on gets `too-large`. Here and not in Bun, whose own refusal tells no code;
 * a body that nobody reads costs nothing.
 */
export const limitBody: MiddlewareHandler = async (c, next) => {
  const { body, headers } = c.req.raw;
  const announced = headers.get("content-length");
  if (body !== null && (announced === null || Number(announced) > LARGEST_BODY)) {
    const limited = announced === null ? body.pipeThrough(counted()) : refused();
    c.req.raw = new Request(c.req.raw, { body: limited });
  }
  await next();
};

function counted(): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  return new TransformStream({
    transform: (chunk, controller) => {
      bytes += chunk.byteLength;
      if (bytes > LARGEST_BODY) controller.error(tooLarge());
      else controller.enqueue(chunk);
    },
  });
}

function refused(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(tooLarge()) });
}

function tooLarge(): FplaneError {
  return new FplaneError("too-large", `the body is larger than ${LARGEST_BODY / 1024 / 1024} MiB: send it in parts`);
}
