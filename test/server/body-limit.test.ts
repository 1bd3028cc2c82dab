import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createApp } from "../../src/server/app.ts";
import { DEFAULT_LIMITS } from "../../src/server/guards/limits.ts";
import { type Listening, listen } from "../../src/server/listen.ts";
import { logOnto } from "../../src/server/log/log.ts";
import { knowingStore } from "../support/knowing-store.ts";
import { OPEN_APP, observatory } from "../support/observatory.ts";
import { problemOf } from "../support/site.ts";

const store = knowingStore("updater");
const LARGEST_BODY = DEFAULT_LIMITS.bodyBytes;
const HEADERS = { authorization: "Bearer x", "content-type": "application/json" };

describe("a body that is too large", () => {
  const log = logOnto({ write: () => {} }, "fatal");
  const app = createApp({ ...OPEN_APP, deps: observatory(store), log });
  let server: Listening;
  beforeAll(() => {
    server = listen(app, { SERVER_URL: { host: "localhost", port: 0 } });
  });
  afterAll(() => server.stop());

  const chunked = (bytes: number) => {
    let left = bytes;
    return new ReadableStream<Uint8Array>({
      pull: (controller) => {
        const size = Math.min(left, 1024 * 1024);
        left -= size;
        if (size === 0) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(32));
      },
    });
  };
  const over = async (path: string, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>) =>
    await fetch(`${server.url}${path}`, { method: "POST", body, headers: HEADERS });

  test("is 413 with the code, over a port: announced, and sent in pieces of unknown number", async () => {
    for (const body of [new Uint8Array(LARGEST_BODY + 1), chunked(LARGEST_BODY + 1), chunked(LARGEST_BODY * 3)]) {
      const problem = await problemOf(await over("/fplane", body));
      expect(problem).toMatchObject({ status: 413, code: "too-large" });
      expect(problem.message).toContain("32 MiB");
    }
  });

  test("is told to tRPC in its own form", async () => {
    for (const body of [new Uint8Array(LARGEST_BODY + 1), chunked(LARGEST_BODY + 1)]) {
      const response = await over("/trpc/updateConfig", body);
      expect(response.status).toBe(413);
      expect((await response.json()).error.data).toMatchObject({
        code: "PAYLOAD_TOO_LARGE",
        httpStatus: 413,
        fplane: { code: "too-large" },
      });
    }
  });

  test("the largest is taken: what is wrong with it is what is in it", async () => {
    for (const body of [new Uint8Array(LARGEST_BODY).fill(32), chunked(LARGEST_BODY)]) {
      expect(await problemOf(await over("/fplane", body))).toMatchObject({ status: 400, code: "bad-json" });
    }
  });

  test("is not read from someone without a key, nor by a route that wants none", async () => {
    const send = (path: string, method: string) =>
      fetch(`${server.url}${path}`, { method, body: chunked(LARGEST_BODY * 2) });
    expect(await problemOf(await send("/fplane", "POST"))).toMatchObject({ status: 401, code: "no-key" });
    expect(await problemOf(await send("/fplane", "PUT"))).toMatchObject({ status: 405 });
    expect(await problemOf(await send("/nothing", "POST"))).toMatchObject({ status: 404 });
  });

  test("is 413 without a port too", async () => {
    const body = chunked(LARGEST_BODY + 1);
    const response = await app.request("/fplane", { method: "POST", body, headers: HEADERS });
    expect(await problemOf(response)).toMatchObject({ status: 413, code: "too-large" });
  });
});
