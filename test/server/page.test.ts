import { describe, expect, test } from "bun:test";
import { brotliDecompressSync } from "node:zlib";
import { PAGE_POLICY } from "../../src/server/routes/page-routes.ts";
import { knowingStore } from "../support/knowing-store.ts";
import { observatory, testApp } from "../support/observatory.ts";
import { problemOf } from "../support/site.ts";

const { app } = testApp(observatory(knowingStore("admin")), false);

/** The parts of the page that its document names. */
async function parts(): Promise<string[]> {
  const html = await (await app.request("/")).text();
  return [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path))];
}

describe("the page", () => {
  test("is a document that a browser may run nothing in but what this server gives it", async () => {
    const answer = await app.request("/?date=20190328&as_of=4");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(answer.headers.get("cache-control")).toBe("no-cache");
    expect(answer.headers.get("content-security-policy")).toBe(PAGE_POLICY);
    expect(PAGE_POLICY).not.toContain("unsafe");
    const html = await answer.text();
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|https?:\/\//);
  });

  test("names a script, a style and a picture, each for ever under a name of its own", async () => {
    const paths = await parts();
    expect(paths.map((path) => path.replace(/-[a-z0-9]+\./, "-*.")).toSorted()).toEqual([
      "/assets/icon-*.svg",
      "/assets/main-*.js",
      "/assets/page-*.css",
    ]);
    const types = { js: "text/javascript", css: "text/css", svg: "image/svg+xml" };
    for (const path of paths) {
      const answer = await app.request(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      const ending = path.split(".").at(-1) as keyof typeof types;
      expect(answer.headers.get("content-type")).toStartWith(types[ending]);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("loads nothing of the server's side, and nothing from elsewhere", async () => {
    for (const path of await parts()) {
      const text = await (await app.request(path)).text();
      expect(text).not.toMatch(/drizzle|pglite|node:|createHash|@import|cdn\./);
      const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
      const known = ["http://www.w3.org", "https://github.com"]; // a namespace, and what tRPC says of its errors
      expect(addresses.filter((address) => !known.includes(address))).toEqual([]);
    }
  });

  test("is sent as small as the browser can read it, and not at all to who has it", async () => {
    for (const path of ["/", ...(await parts())]) {
      const plain = await app.request(path);
      const text = await plain.text();
      const br = await app.request(path, { headers: { "accept-encoding": "gzip, br" } });
      expect(br.headers.get("content-encoding")).toBe("br");
      expect(br.headers.get("vary")).toBe("Accept-Encoding");
      expect(brotliDecompressSync(await br.arrayBuffer()).toString()).toBe(text);
      const gzip = await app.request(path, { headers: { "accept-encoding": "gzip" } });
      expect(new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await gzip.arrayBuffer())))).toBe(text);
      const etags = [plain, br, gzip].map((answer) => answer.headers.get("etag") ?? "");
      expect(new Set(etags).size).toBe(3);
      const again = await app.request(path, {
        headers: { "accept-encoding": "gzip", "if-none-match": etags[2] ?? "" },
      });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      // A policy for answers that show nothing would take the place of the page's own in the browser's memory.
      expect(again.headers.get("content-security-policy")).toBeNull();
    }
  });

  test("is small: it comes within a second over a slow line", async () => {
    const sizes = await Promise.all(
      (await parts()).map(async (path) => {
        const answer = await app.request(path, { headers: { "accept-encoding": "br" } });
        return (await answer.arrayBuffer()).byteLength;
      }),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(60_000);
  });

  test("has no other parts", async () => {
    for (const path of ["/assets/main.ts", "/assets/", "/assets/__proto__", "/assets/constructor"]) {
      expect(await problemOf(await app.request(path))).toMatchObject({ status: 404, code: "not-found" });
    }
  });
});
