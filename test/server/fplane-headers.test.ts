import { beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { ON_EVERY_BODY } from "../../src/server/guards/security-headers.ts";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, type Site, STARTING } from "../support/site.ts";

const FOREVER = "public, max-age=31536000, immutable";

describeOnEngines("the headers of an answer", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test("they say where the answer comes from and how long it holds", async () => {
    const response = await site.get("/fplane/20171015");
    const bytes = new Uint8Array(await response.arrayBuffer());
    const digest = createHash("sha256").update(bytes).digest();
    const { "x-request-id": requestId, ...headers } = Object.fromEntries(response.headers);
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers).toEqual({
      ...ON_EVERY_BODY,
      "content-type": "text/plain; charset=utf-8",
      "content-disposition": 'attachment; filename="fplane20171015.txt"',
      "content-length": String(bytes.length),
      etag: `"${digest.toString("hex").slice(0, 32)}"`,
      "repr-digest": `sha-256=:${digest.toString("base64")}:`,
      "last-modified": "Wed, 01 Jul 2020 18:00:00 GMT",
      "cache-control": "no-cache",
      vary: "Accept, Accept-Encoding, Authorization",
      link: '</fplane/2017-10-16T05:00:00Z?as_of=6>; rel="canonical"',
      "x-fplane-instant": "2017-10-16T05:00:00Z",
      "x-fplane-valid-from": "2017-10-01T17:00:00Z",
      "x-fplane-valid-until": "2017-11-01T17:00:00Z",
      "x-fplane-confirmed-until": "2017-11-01T17:00:00Z",
      "x-fplane-revision": "6",
    });
  });

  test("an open end and an answer that nothing confirms have no header", async () => {
    const { headers } = await site.get("/fplane/20190301");
    expect(headers.get("x-fplane-valid-from")).toBe("2019-03-01T18:00:00Z");
    expect(headers.has("x-fplane-valid-until")).toBe(false);
    expect(headers.has("x-fplane-confirmed-until")).toBe(false);
  });

  test.each([
    ["/fplane", "fplane20200701.txt"],
    ["/fplane/", "fplane20200701.txt"],
    ["/fplane/latest", "fplane20200701.txt"],
    ["/fplane?format=json", "fplane20200701.json"],
    ["/fplane/20180715", "fplane20180715.txt"],
    ["/fplane/2018-07-15", "fplane2018-07-15.txt"],
    ["/fplane/20180715.0", "fplane20180715.0.txt"],
    ["/fplane/20180611v017", "fplane20180611v017.txt"],
    ["/fplane/2018-07-15T02:37:53.428", "fplane2018-07-15T02:37:53.428.txt"],
    ["/fplane/2018-07-15T02:37:53%2B05:00", "fplane2018-07-15T02:37:53+05:00.txt"],
    ["/fplane/MJD58314.2", "fplaneMJD58314.2.txt"],
  ])("the file of %s is named %s", async (path, name) => {
    const { headers } = await site.get(path);
    expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}"`);
  });

  test("shortly before midnight UTC the file of now has the telescope's date, not UTC's", async () => {
    site.deps.testClock.set("2020-07-05T03:00:00Z");
    const { headers } = await site.get("/fplane");
    site.deps.testClock.set("2020-07-01T18:00:00Z");
    expect(headers.get("content-disposition")).toBe('attachment; filename="fplane20200704.txt"');
  });

  test.each([
    ["/fplane/20180715?as_of=5", FOREVER],
    ["/fplane/2018-07-15T02:38:23?as_of=6&full_fplane=0&format=csv", FOREVER],
    ["/fplane/20180715", "no-cache"],
    ["/fplane/20180715?as_of=", "no-cache"],
    ["/fplane/20180715?as_of=2020-07-02T00:00:00", "no-cache"],
    ["/fplane?as_of=5", "no-cache"],
    ["/fplane/latest?as_of=5", "no-cache"],
    ["/fplane", "no-cache"],
  ])("%s may be kept: %s", async (path, cacheControl) => {
    const response = await site.get(path);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, cacheControl]);
  });

  test.each([
    "/fplane",
    "/fplane/20180715?night=ut",
    "/fplane/2018-07-15T00:00:00%2B00:00",
    "/fplane/2018-07-15T00:00:00.123456789-05:30?actual_pos=YES&full_fplane=no",
    "/fplane/MJD58314.2?all_slots=1&strict=0",
    "/fplane/JD2458314.7?format=json",
    "/fplane/20180715?format=ecsv&as_of=4",
    "/fplane/latest?format=ds9&as_of=4&actual_pos=1",
    "/fplane/20180715?format=csv&as_of=2020-07-02T00:00:00",
  ])("the Link of %s leads to the same bytes, for ever", async (path) => {
    const answer = await site.get(path);
    const [, url = ""] = /^<([\x21-\x7e]+)>; rel="canonical"$/.exec(answer.headers.get("link") ?? "") ?? [];
    site.deps.testClock.advance(1_234_567);
    const pinned = await site.get(url);
    expect(pinned.status).toBe(200);
    expect(pinned.headers.get("cache-control")).toBe(FOREVER);
    expect(pinned.headers.get("etag")).toBe(answer.headers.get("etag"));
    expect(pinned.headers.get("link")).toBe(answer.headers.get("link"));
    expect(await pinned.text()).toBe(await answer.text());
  });

  test("the Link of an Accept header names the format, so that it needs none", async () => {
    const { headers } = await site.get("/fplane/20180715", { accept: "application/json" });
    expect(headers.get("link")).toBe('</fplane/2018-07-16T05:00:00Z?format=json&as_of=6>; rel="canonical"');
  });

  test("the Link leads to the old answer after the record has changed", async () => {
    const before = await site.get("/fplane/20190715?as_of=4");
    const after = await site.get("/fplane/20190715");
    const link = before.headers.get("link")?.slice(1).split(">")[0] ?? "";
    const oldBytes = await (await site.get(link)).text();
    expect(oldBytes).toBe(await before.text());
    expect(oldBytes).not.toBe(await after.text());
  });
});
