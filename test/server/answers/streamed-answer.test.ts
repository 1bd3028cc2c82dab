import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { streamedAnswer } from "../../../src/server/answers/streamed-answer.ts";
import type { AppDeps, AppEnv } from "../../../src/server/app-env.ts";
import { logOf } from "../../support/observatory.ts";

const APP = { publicRead: true, deps: { answers: { staleSince: () => null } } } as unknown as AppDeps;
const A_CHUNK = "x".repeat(100_000);

/** An answer in pieces, and what was logged of it. */
function answering(pieces: () => AsyncGenerator<string, void>) {
  const lines: Record<string, unknown>[] = [];
  const routes = new Hono<AppEnv>();
  routes.get("/", async (c) => {
    c.set("log", logOf(lines));
    return await streamedAnswer(APP, c, pieces(), { pinned: false, headers: { "content-type": "text/plain" } });
  });
  return { lines, answer: async () => await routes.request("/") };
}

describe("an answer that is sent as it is made", () => {
  test("is whole, in pieces of any size", async () => {
    const { answer, lines } = answering(async function* () {
      yield "a";
      yield A_CHUNK;
      yield "z";
    });
    expect(await (await answer()).text()).toBe(`a${A_CHUNK}z`);
    expect(lines).toEqual([]);
  });

  test("that breaks off is logged, and no whole answer for the client", async () => {
    const { answer, lines } = answering(async function* () {
      yield A_CHUNK;
      throw new Error("the disk is gone");
    });
    const { body } = await answer();
    expect(new Response(body).text()).rejects.toThrow("the disk is gone");
    await Bun.sleep(0);
    expect(JSON.stringify(lines)).toContain("the disk is gone");
  });

  test("whose client goes away is made no further, and is no fault", async () => {
    let isLeft = false;
    const next = Promise.withResolvers<void>();
    const { answer, lines } = answering(async function* () {
      try {
        yield A_CHUNK;
        await next.promise;
        yield A_CHUNK;
      } finally {
        isLeft = true;
      }
    });
    const reader = (await answer()).body?.getReader();
    await reader?.read(); // and the next piece is being made
    const left = reader?.cancel();
    next.resolve();
    await left;
    await Bun.sleep(0);
    expect([isLeft, lines]).toEqual([true, []]);
  });
});
