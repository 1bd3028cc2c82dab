import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { compressJson } from "../../../src/server/answers/compressed-json.ts";
import type { AppEnv } from "../../../src/server/app-env.ts";

const LARGE = JSON.stringify(Array.from({ length: 500 }, (_, i) => `seat ${i}`));

const app = new Hono<AppEnv>();
app.use(compressJson());
app.all(
  "/large",
  () => new Response(LARGE, { headers: { "content-type": "application/json", vary: "Authorization" } }),
);
app.get("/small", () => Response.json([]));
app.get("/stream", () => new Response(LARGE, { headers: { "content-type": "text/event-stream" } }));

const ask = async (path: string, headers: Record<string, string> = {}, method = "GET") => {
  const answer = await app.request(path, { method, headers: { "accept-encoding": "br, gzip", ...headers } });
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const encoding = answer.headers.get("content-encoding");
  const text = new TextDecoder().decode(encoding === "gzip" ? Bun.gunzipSync(bytes) : bytes);
  return { text, encoding, vary: answer.headers.get("vary") };
};

describe("a large answer to a query", () => {
  test("is compressed for who takes it so, and says the same", async () => {
    expect(await ask("/large")).toEqual({ text: LARGE, encoding: "gzip", vary: "Authorization, Accept-Encoding" });
  });

  for (const [what, path, headers, method] of [
    ["is not compressed for who does not take it so", "/large", { "accept-encoding": "identity" }, "GET"],
    [
      "is not compressed when a key was sent, whose secrets its size could tell",
      "/large",
      { authorization: "x" },
      "GET",
    ],
    ["is not compressed when something was done", "/large", {}, "POST"],
  ] as const) {
    test(what, async () => {
      expect(await ask(path, headers, method)).toMatchObject({ text: LARGE, encoding: null });
    });
  }

  test("is another thing than a small one, or a stream", async () => {
    expect(await ask("/small")).toMatchObject({ text: "[]", encoding: null });
    expect(await ask("/stream")).toMatchObject({ text: LARGE, encoding: null });
  });
});
