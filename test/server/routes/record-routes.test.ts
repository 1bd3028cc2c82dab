import { beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { DAY, instantText } from "../../../src/domain/time/instant.ts";
import { correct } from "../../../src/service/correct.ts";
import { addHold } from "../../../src/service/holds.ts";
import { addTag } from "../../../src/service/tags.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { CURATOR, testApp } from "../../support/observatory.ts";
import { as, openSite, problemOf, type Site, STARTING } from "../../support/site.ts";

// Revision 7 corrects what seat 015 held in the nights of 2019-03-28 to 31, 8 tags what was known before it, 9 holds it.
describeOnEngines("reads of the record", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
    const corrections = [{ ifuslot: "015", from: "20190328", until: "20190401", set: { specid: "399" } }];
    await correct(site.deps, CURATOR, { corrections, reason: "headers of March", commit: true });
    await addTag(site.deps, CURATOR, { name: "hdr1", asOf: "6", horizon: "20200101", reason: "first release" });
    await addHold(site.deps, CURATOR, {
      ifuslots: ["015"],
      from: "20190328",
      until: "20190401",
      reason: "keep it",
      commit: true,
    });
    site.deps.testClock.advance(DAY);
  }, STARTING);

  const read = async (path: string) => {
    const response = await site.get(path);
    expect([path, response.status, response.headers.get("content-type")]).toEqual([
      path,
      200,
      "application/json;charset=utf-8",
    ]);
    return (await response.json()) as never;
  };

  test("GET /diff between dates, and between what was known of one date then and now", async () => {
    const between: { texts: string[]; changes: unknown[]; a: object } = await read("/diff?a=20190201&b=20190402");
    expect(between.a).toEqual({ instant: "2019-02-02T06:00:00Z", revision: 9 });
    expect(between.texts).toEqual([expect.stringMatching(/^removed {2}spectrograph \d{3} from seat 013$/)]);
    expect(between.changes).toMatchObject([
      { ifuslot: "013", text: expect.stringMatching(/^013 {2}SPECID \d+ -> 000/) },
    ]);
    const known: { changes: unknown[] } = await read("/diff?a=20190329&b=20190329&as_of_a=hdr1");
    expect(known.changes).toMatchObject([{ ifuslot: "015", after: { specid: "399" } }]);
    const ut: { a: object } = await read("/diff?a=20190201&b=20190201&night=ut&actual_pos=1");
    expect(ut.a).toMatchObject({ instant: "2019-02-01T06:00:00Z" });
  });

  test("GET /history of a seat, a spectrograph, an IFU and a controller", async () => {
    const { asOf, entries }: { asOf: number; entries: { revision: object; from: string }[] } =
      await read("/history?specid=399");
    expect(asOf).toBe(9);
    expect(entries).toMatchObject([
      {
        ...{ ifuslot: "015", specid: "399", from: "2019-03-28T17:00:00Z", until: "2019-04-01T17:00:00Z" },
        revision: { rev: 7, kind: "correct", actor: "cora", reason: "headers of March" },
      },
    ]);
    expect(((await read("/history?ifuslot=15")) as { entries: object[] }).entries).toHaveLength(4);
    expect(((await read("/history?ifuslot=015&as_of=6")) as { entries: object[] }).entries).toHaveLength(2);
  });

  test("GET /changes: the spans, the seats and the nights to reduce again", async () => {
    expect(await read("/changes?from_rev=hdr1")).toMatchObject({
      ...{ fromRev: 6, toRev: 9, nights: ["2019-03-28", "2019-03-29", "2019-03-30", "2019-03-31"] },
      changes: [
        {
          ...{ from: "2019-03-28T17:00:00Z", until: "2019-04-01T17:00:00Z", positions: [] },
          seats: [{ ifuslot: "015", after: { specid: "399" }, text: expect.stringContaining("-> 399") }],
        },
      ],
    });
    expect(await read("/changes?from_rev=7&to_rev=9")).toMatchObject({ changes: [], nights: [] });
  });

  test("GET /revisions and one of them: newest first, a page at a time, bodies by themselves", async () => {
    const all: { rev: number; body?: unknown }[] = await read("/revisions");
    expect(all.map(({ rev }) => rev)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(all.every((revision) => !("body" in revision))).toBe(true);
    const page: { rev: number }[] = await read("/revisions?before=8&limit=2");
    expect(page.map(({ rev }) => rev)).toEqual([7, 6]);
    const one: { hash: string; prevHash: string } = await read("/revisions/7");
    expect(one).toMatchObject({
      rev: 7,
      kind: "correct",
      recordedAt: expect.stringMatching(/Z$/),
      body: { facts: {} },
    });
    expect(one.prevHash).toBe(((await read("/revisions/6")) as { hash: string }).hash);
  });

  test("no revision tells what is private of a user", async () => {
    const text = await (await site.get("/revisions/1")).text();
    expect(text).toContain('"username":"ada"');
    expect(text).not.toContain("t@example.org");
    expect(text).not.toContain(site.keys.admin);
  });

  test("GET /tags and /status", async () => {
    expect(await read("/tags")).toEqual([{ name: "hdr1", asOf: 6, horizon: "2020-01-01T18:00:00Z", rev: 8 }] as never);
    expect(await read("/status")).toMatchObject({
      ...{ now: "2020-07-02T18:00:00Z", revision: 9, lastStatus: null, quarantine: [], refused: [] },
      holds: [
        { hold: 9, ifuslots: ["015"], actor: "cora", reason: "keep it", text: expect.stringContaining("015 from") },
      ],
    });
  });

  test("a tag is an as_of, up to its horizon", async () => {
    const [then, now] = [await site.get("/fplane/20190329?as_of=hdr1"), await site.get("/fplane/20190329")];
    expect(then.headers.get("x-fplane-revision")).toBe("6");
    expect(then.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect(await then.text()).not.toBe(await now.text());
    expect(await problemOf(await site.get("/fplane/20200101?as_of=hdr1"))).toMatchObject({
      status: 422,
      code: "beyond-horizon",
    });
  });

  test("GET /identify finds the bytes of a file again", async () => {
    const text = await (await site.get("/fplane/20190329?full_fplane=0")).text();
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(await read(`/identify?sha256=${sha256}`)).toEqual([
      {
        ...{ layout: "short", actualPositions: false, revisions: { from: 7, until: null } },
        ...{ from: "2019-03-28T17:00:00Z", until: "2019-04-01T17:00:00Z" },
      },
    ] as never);
  });

  test("POST /check takes a list or JSON, and needs no key", async () => {
    const line = "20190330T012233.4_015LU_sci.fits 15 377 000 000";
    const json = { file: "a.fits", IFUSLOT: 15, specid: 377, datestr: "2019-03-30T01:22:33" };
    const { IFUSLOT: _, ...lower } = json;
    for (const body of [line, [{ ...lower, ifuslot: 15 }], { frames: [{ ...lower, ifuslot: "015" }] }]) {
      const response = await site.post("/check?as_of=9", body);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        ...{ checked: 1, revision: 9 },
        disagreements: [{ fields: ["specid"], recorded: { specid: "399" } }],
        proposals: [{ ifuslot: "015", from: "2019-03-29", until: "2019-03-30", set: { specid: "377" } }],
      });
    }
    for (const body of ["", "[1]", '{"frames": 1}', "{"]) expect((await site.post("/check", body)).status).toBe(400);
  });

  test.each([
    ["/diff?a=20190201", 200],
    ["/diff?a=20190231&b=20190201", 400],
    ["/diff?a=19990101&b=20190201", 404],
    ["/diff?a=20190201&b=20190201&as_of_b=77", 404],
    ["/history", 400],
    ["/history?specid=399&ifuid=001", 400],
    ["/history?specid=x", 400],
    ["/history?specid=998877", 400],
    ["/history?specid=997", 404],
    ["/changes", 400],
    ["/changes?from_rev=9&to_rev=7", 400],
    ["/changes?from_rev=99", 404],
    ["/revisions?limit=0", 400],
    ["/revisions?limit=1001", 400],
    ["/revisions?page=2", 400],
    ["/revisions/0", 404],
    ["/revisions/10", 404],
    ["/revisions/x", 404],
    ["/identify", 400],
    ["/identify?sha256=abc", 400],
    [`/identify?sha256=${"0".repeat(64)}`, 404],
    ["/status?verbose=1", 400],
  ])("GET %s is %i", async (path, status) => {
    const response = await site.get(path);
    expect(response.status).toBe(status);
    if (status !== 200) await problemOf(response);
  });

  describe("where reading is not public", () => {
    let closed: Site;
    beforeAll(async () => {
      closed = await openSite(engine, { publicRead: false });
    }, STARTING);

    test.each([
      "/diff?a=&b=",
      "/history?ifuslot=013",
      "/changes?from_rev=1",
      "/revisions",
      "/revisions/1",
      "/tags",
      "/status",
    ])("%s needs a key", async (path) => {
      expect(await problemOf(await closed.get(path))).toMatchObject({ status: 401, code: "no-key" });
      const allowed = await closed.get(path, as(closed.keys.updater));
      expect([200, 404]).toContain(allowed.status);
      expect(allowed.headers.get("vary")).toContain("Authorization");
    });

    test("a check and an identification do too", async () => {
      expect((await closed.post("/check", "x 13 1 1 1 20190101")).status).toBe(401);
      expect((await closed.get(`/identify?sha256=${"0".repeat(64)}`)).status).toBe(401);
    });
  });

  test("what is answered while the database is away says so", async () => {
    const { deps } = site;
    const away = { ...deps, answers: { ...deps.answers, staleSince: deps.clock } };
    const path = "/diff?a=20180715&b=20190715";
    const { headers } = await testApp(away).app.request(path);
    expect(headers.get("x-fplane-stale")).toBe(instantText(deps.clock()));
    expect(headers.get("warning")).toStartWith("110 ");
    expect((await site.get(path)).headers.has("x-fplane-stale")).toBe(false);
  });
});
