import { beforeAll, expect, test } from "bun:test";
import { correct } from "../../../src/service/correct.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { readExposition } from "../../support/exposition.ts";
import { CURATOR } from "../../support/observatory.ts";
import { as, openSite, type Site, STARTING } from "../../support/site.ts";

/** A call of getFplane, or a batch of them. */
function trpc(...dates: readonly string[]): string {
  const inputs = dates.map((datestr) => ({ datestr }));
  const input = encodeURIComponent(JSON.stringify(dates.length === 1 ? inputs[0] : { ...inputs }));
  return `/trpc/${dates.map(() => "getFplane").join()}?${dates.length === 1 ? "" : "batch=1&"}input=${input}`;
}

describeOnEngines("an answer that is ready", (engine) => {
  let site: Site;
  let renderings = 0;
  beforeAll(async () => {
    site = await openSite(engine);
    const { at } = site.deps.answers;
    Object.assign(site.deps.answers, {
      at: (...asked: Parameters<typeof at>) => {
        renderings += 1;
        return at(...asked);
      },
    });
  }, STARTING);

  /** What is answered, and whether it had to be made. */
  const asked = async (path: string, headers: Record<string, string> = {}) => {
    const before = renderings;
    const response = await site.get(path, headers);
    const { "x-request-id": id, ...others } = Object.fromEntries(response.headers);
    return { status: response.status, headers: others, body: await response.text(), id, isMade: renderings > before };
  };

  test.each([
    ["/fplane/20180715", {}],
    ["/fplane/20180715?actual_pos=1&full_fplane=0", {}],
    ["/fplane/2018-07-15T12:00:00Z", { "accept-encoding": "gzip" }],
    ["/fplane/20180715", { accept: "application/json" }],
    ["/fplane/20180715?as_of=4&format=ecsv", {}],
    ["/fplane/20171015?strict=1", {}],
    ["/fplane/20180715?format=ds9&ra=10&dec=20&pa=30", {}],
    ["/fplane/20180715?format=ds9&ra=10&dec=20&pa=31", {}],
    [trpc("20180715"), {}],
    [trpc("20180715", "20190715"), {}],
  ])("is what was made for %s %p, to the last header but the id", async (path, headers: Record<string, string>) => {
    const { id: firstId, isMade: firstIsMade, ...first } = await asked(path, headers);
    const { id, isMade, ...second } = await asked(path, headers);
    expect([firstIsMade, isMade]).toEqual([true, false]);
    expect(second).toEqual(first);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(id).not.toBe(firstId);

    if (path.startsWith("/trpc/")) return;
    const etag = { ...headers, "if-none-match": first.headers["etag"] ?? "" };
    const { isMade: isMadeAnew, ...notModified } = await asked(path, etag);
    expect([notModified.status, notModified.body, isMadeAnew]).toEqual([304, "", false]);
    expect(notModified.headers["etag"]).toBe(first.headers["etag"]);
    expect(notModified.headers["content-length"]).toBeUndefined();
  });

  test("of a batch in which one call speaks of now there is none", async () => {
    await asked(trpc("20180715", ""));
    expect((await asked(trpc("20180715", ""))).isMade).toBe(true);
  });

  test("of a batch is not for a client that takes its calls one by one, as they are made", async () => {
    const path = trpc("20180717", "20180718");
    const streamed = { "trpc-accept": "application/jsonl" };
    const [whole, lines] = [await asked(path), await asked(path, streamed)];
    expect(whole.body).toStartWith('[{"result":');
    expect(lines.body).toStartWith('{"0":');
    expect((await asked(path)).body).toBe(whole.body);
    expect((await asked(path, streamed)).body).toBe(lines.body);
  });

  test("is only for the same negotiation", async () => {
    const gzipped = await asked("/fplane/20180716", { "accept-encoding": "gzip" });
    const plain = await asked("/fplane/20180716");
    expect([gzipped.headers["content-encoding"], plain.headers["content-encoding"]]).toEqual(["gzip", undefined]);
    expect(plain.isMade).toBe(true);
  });

  test.each([
    [{ accept: "*/*", "accept-encoding": "br;q=1.0, gzip, deflate" }, { "accept-encoding": "gzip" }],
    [{ accept: "*/*", "accept-encoding": "gzip;q=0, br" }, {}],
    [{ accept: "", "accept-encoding": "identity" }, { "accept-encoding": "deflate" }],
  ])("is the same for %p as for %p, which take the same", async (some, others) => {
    const path = "/fplane/20180717";
    const { isMade: _first, id: _id, ...first } = await asked(path, some);
    const { isMade, id: _other, ...second } = await asked(path, others);
    expect(isMade).toBe(false);
    expect(second).toEqual(first);
  });

  test.each(["/fplane", "/fplane/latest", "/fplane/20170930", "/fplane/20180715?strict=1", trpc("")])(
    "there is none for %s: now goes on, and an error is told anew",
    async (path) => {
      const { isMade: _first, id: _id, ...first } = await asked(path);
      site.deps.testClock.advance(1_000_000);
      const { status, headers, isMade } = await asked(path);
      expect(status).toBe(first.status);
      expect(isMade).toBe(true);
      if (status === 200 && !path.startsWith("/trpc/"))
        expect(headers["x-fplane-instant"]).not.toBe(first.headers["x-fplane-instant"]);
    },
  );

  test("whoever sends a key is looked at, whatever is ready", async () => {
    await asked("/fplane/20180717");
    expect((await asked("/fplane/20180717", as(site.keys.updater))).isMade).toBe(true);
    const before = site.lines.length;
    await asked("/fplane/20180717", as(site.keys.updater));
    expect(site.lines.slice(before)).toHaveLength(1);
  });

  test("it is logged and counted like any other", async () => {
    const count = async () =>
      readExposition(await (await site.get("/metrics")).text()).find(
        ({ name, labels }) =>
          name === "fplane_http_requests_total" && labels["route"] === "/fplane/:datestr" && labels["status"] === "200",
      )?.value ?? 0;
    await asked("/fplane/2018-07-18T00:00:00%2B05:00");
    const [made, before] = [site.lines.at(-1), await count()];
    const { id, isMade } = await asked("/fplane/2018-07-18T00:00:00%2B05:00");
    expect(isMade).toBe(false);
    expect(site.lines.at(-1)).toEqual({
      ...made,
      time: expect.any(String),
      durationMs: expect.any(Number),
      requestId: id,
    });
    expect(await count()).toBe(before + 1);
  });

  test("a newer revision ends it, whatever it says", async () => {
    const before = await asked("/fplane/20180720");
    const correction = { ifuslot: "013", from: "20180720", until: "20180721", set: { specid: "399" } };
    await correct(site.deps, CURATOR, { corrections: [correction], reason: "why", commit: true });
    const after = await asked("/fplane/20180720");
    expect([before.body.includes("\t399\t"), after.body.includes("\t399\t")]).toEqual([false, true]);
    expect(Number(after.headers["x-fplane-revision"])).toBe(Number(before.headers["x-fplane-revision"]) + 1);
    expect((await asked("/fplane/20180720")).isMade).toBe(false);
  });
});
