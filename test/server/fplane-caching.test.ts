import { beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, type Site, STARTING } from "../support/site.ts";

const PATH = "/fplane/20171015";
/** The headers that say how the body is to be read, and so have no place beside none. */
const OF_THE_BODY = [
  ...["content-type", "content-length", "content-encoding", "content-disposition", "repr-digest", "last-modified"],
  ...["x-content-type-options", "x-frame-options", "referrer-policy", "content-security-policy"],
];

describeOnEngines("asking again", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const headersOf = (response: Response) => {
    const { "x-request-id": _, ...headers } = Object.fromEntries(response.headers);
    return headers;
  };
  const etagOf = async (path: string, headers = {}) => (await site.get(path, headers)).headers.get("etag") ?? "";

  test("HEAD has the headers of GET and no body", async () => {
    for (const accept of ["text/plain", "application/json"]) {
      const asked = await site.app.request(PATH, { method: "HEAD", headers: { accept, "accept-encoding": "gzip" } });
      expect(asked.status).toBe(200);
      expect(await asked.text()).toBe("");
      expect(headersOf(asked)).toEqual(headersOf(await site.get(PATH, { accept, "accept-encoding": "gzip" })));
    }
    expect((await site.app.request("/fplane/20170930", { method: "HEAD" })).status).toBe(404);
  });

  test("the ETag is strong and differs by what is sent: layout, positions, format, encoding", async () => {
    const variants = ["", "?full_fplane=0", "?actual_pos=1", "?all_slots=1", "?format=json", "?format=csv"];
    const etags = await Promise.all(variants.map((query) => etagOf(`${PATH}${query}`)));
    etags.push(await etagOf(PATH, { "accept-encoding": "gzip" }));
    for (const etag of etags) expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(new Set(etags).size).toBe(etags.length);
    expect(await etagOf(PATH)).toBe(etags[0] ?? "");
  });

  test.each([
    ["the ETag", (etag: string) => etag],
    ["any", () => "*"],
    ["the ETag made weak by a proxy", (etag: string) => `W/${etag}`],
    ["a list", (etag: string) => `"other", W/"another" ,${etag}`],
    ["a list with a comma in an ETag", (etag: string) => `"a,b", ${etag}`],
  ])("If-None-Match: %s is 304, with the headers and without what belongs to a body", async (_what, written) => {
    const whole = await site.get(PATH);
    const answer = await site.get(PATH, { "if-none-match": written(whole.headers.get("etag") ?? "") });
    expect(answer.status).toBe(304);
    expect(await answer.text()).toBe("");
    const expected = headersOf(whole);
    for (const name of OF_THE_BODY) delete expected[name];
    expect(headersOf(answer)).toEqual(expected);
  });

  test("HEAD with If-None-Match is 304 too", async () => {
    const headers = { "if-none-match": await etagOf(PATH) };
    expect((await site.app.request(PATH, { method: "HEAD", headers })).status).toBe(304);
  });

  test.each([
    ["another ETag", () => '"00112233445566778899aabbccddeeff"'],
    ["the ETag without quotes", (etag: string) => etag.replaceAll('"', "")],
    ["nothing", () => ""],
  ])("If-None-Match: %s is the whole file", async (_what, written) => {
    const answer = await site.get(PATH, { "if-none-match": written(await etagOf(PATH)) });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toStartWith("# $Id$\n");
  });

  test("the ETag of one encoding is not that of the other", async () => {
    const plain = await etagOf(PATH);
    const answer = await site.get(PATH, { "if-none-match": plain, "accept-encoding": "gzip" });
    expect(answer.status).toBe(200);
  });

  test("an answer that changes has another ETag, one that does not keeps it over nights", async () => {
    expect(await etagOf("/fplane/20190227")).toBe(await etagOf("/fplane/20190228"));
    expect(await etagOf("/fplane/20190228")).not.toBe(await etagOf("/fplane/20190301"));
  });

  test.each(["gzip", "GZIP", "gzip, deflate, br", "deflate, gzip;q=0.5", "*", "br;q=1, *;q=0.1", "*;q=0, gzip"])(
    "Accept-Encoding: %s is compressed, with digest and length of what is sent",
    async (encoding) => {
      const plain = await (await site.get(PATH)).text();
      const answer = await site.get(PATH, { "accept-encoding": encoding });
      const bytes = new Uint8Array(await answer.arrayBuffer());
      expect(answer.headers.get("content-encoding")).toBe("gzip");
      expect(answer.headers.get("content-length")).toBe(String(bytes.length));
      const digest = createHash("sha256").update(bytes).digest("base64");
      expect(answer.headers.get("repr-digest")).toBe(`sha-256=:${digest}:`);
      expect(new TextDecoder().decode(Bun.gunzipSync(bytes))).toBe(plain);
      expect(bytes.length).toBeLessThan(plain.length / 2);
    },
  );

  test.each(["", "identity", "br", "deflate", "gzip;q=0", "gzip; q=0.000", "gzip;q=0, *", "*;q=0", "x-gzipped"])(
    "Accept-Encoding: %s is sent as it is",
    async (encoding) => {
      const answer = await site.get(PATH, { "accept-encoding": encoding });
      expect(answer.headers.has("content-encoding")).toBe(false);
      expect(await answer.text()).toStartWith("# $Id$\n");
    },
  );
});
