import { afterAll, beforeAll, expect, test } from "bun:test";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { SECOND } from "../../src/domain/time/instant.ts";
import { type Listening, listen } from "../../src/server/listen.ts";
import { describeOnEngines } from "../support/engines.ts";
import { statusNow } from "../support/observatory.ts";
import { nominal, openSite, PLANE, PLANE_WITHOUT_013, type Site, STARTING, unitsOfToday } from "../support/site.ts";
import { clientAt, clientOf, refusal, type TypedClient } from "../support/typed-client.ts";

describeOnEngines("the typed client", (engine) => {
  let site: Site;
  let server: Listening;
  beforeAll(async () => {
    site = await openSite(engine);
    server = listen(site.app, { SERVER_URL: { host: "localhost", port: 0 } });
  }, STARTING);
  afterAll(() => server.stop());

  const WAYS: readonly (readonly [string, (key?: string) => TypedClient])[] = [
    ["in process", (key) => clientOf(site, key)],
    ["over a port", (key) => clientAt(server.url, key)],
  ];

  test.each(WAYS)("%s: getFplane gives what REST gives", async (_way, client) => {
    const answer = await client().getFplane.query({ datestr: "20171015", actualPositions: true });
    expect(answer).toMatchObject({
      instant: "2017-10-16T05:00:00Z",
      validFrom: "2017-10-01T17:00:00Z",
      validUntil: "2017-11-01T17:00:00Z",
      confirmedUntil: "2017-11-01T17:00:00Z",
      revision: 6,
      layout: "full",
      actualPositions: true,
      filename: "fplane20171015.txt",
      pinned: false,
    });
    expect(answer.body).toBe(renderFplane(PLANE, "full"));
    for (const format of ["txt", "json", "csv", "ecsv", "ds9"] as const) {
      const { body } = await client().getFplane.query({ datestr: "20180715", layout: "all-slots", format, asOf: "5" });
      expect(body).toBe(await (await site.get(`/fplane/20180715?all_slots=1&format=${format}&as_of=5`)).text());
    }
  });

  test("getFplane puts DS9 regions into the sky as REST does, and refuses half a pointing", async () => {
    const { getFplane } = clientOf(site);
    const asked = { datestr: "20180715", format: "ds9", ra: 150.1, dec: -2.2 } as const;
    const { body, sha256 } = await getFplane.query({ ...asked, pa: 250, asOf: "5" });
    const rest = await site.get("/fplane/20180715?format=ds9&ra=150.1&dec=-2.2&pa=250&as_of=5");
    expect(body).toBe(await rest.text());
    expect(body).toContain("\nicrs\n");
    expect(sha256).toBe((await getFplane.query({ datestr: "20180715", asOf: "5" })).sha256);
    expect(await refusal(getFplane.query(asked))).toMatchObject({ code: "bad-parameter", httpStatus: 400 });
  });

  test.each(WAYS)("%s: getFplane without input is the focal plane of now", async (_way, client) => {
    const { body, filename, pinned } = await client().getFplane.query({});
    expect(body).toBe(await (await site.get("/fplane")).text());
    expect([filename, pinned]).toEqual(["fplane20200701.txt", false]);
    const fixed = await client().getFplane.query({ datestr: "20180715", asOf: "5" });
    expect(fixed.pinned).toBe(true);
  });

  test.each(WAYS)("%s: updateConfig, dry and committed", async (_way, client) => {
    site.deps.testClock.advance(60 * SECOND);
    const newest = (await site.deps.store.newestRevision())?.rev ?? 0;
    const specid = String(700 + newest);
    const units = unitsOfToday().map((unit) => (unit.ifuslot === "014" ? { ...unit, specid } : unit));
    const config = statusNow(site.deps, units);
    const dry = await client(site.keys.updater).updateConfig.mutate({ config });
    expect(dry).toMatchObject({ committed: false, revision: null, firstSeen: { specid: [specid] } });
    expect((await site.deps.store.newestRevision())?.rev).toBe(newest);
    const done = await client(site.keys.updater).updateConfig.mutate({ config, commit: true, layout: "short" });
    expect(done).toMatchObject({ committed: true, revision: newest + 1 });
    expect(done.changes.map(({ ifuslot }) => ifuslot)).toEqual(["014"]);
    expect(done.text).toBe(await (await site.get("/fplane?full_fplane=0")).text());
  });

  test.each(WAYS)("%s: importFplane, dry and committed", async (way, client) => {
    const from = way === "in process" ? "20150101" : "20140101";
    const until = `${from.slice(0, 4)}0201`;
    const text = renderFplane(nominal(PLANE_WITHOUT_013), "full");
    const files = [{ name: "old.txt", text, from, until }];
    const dry = await client(site.keys.curator).importFplane.mutate({ files, reason: "history" });
    expect(dry).toMatchObject({ committed: false, files: [{ name: "old.txt", revision: null }] });
    expect((await site.get(`/fplane/${from}`)).status).toBe(404);
    await client(site.keys.curator).importFplane.mutate({ files, reason: "history", commit: true });
    expect(await (await site.get(`/fplane/${from}`)).text()).toBe(text);
  });

  test.each(WAYS)("%s: what is refused has the contract's code", async (_way, client) => {
    const config = statusNow(site.deps, unitsOfToday());
    const files = [{ name: "x.txt", text: "nonsense", from: "20140301" }];
    const { getFplane } = client();
    const get = (input: Parameters<typeof getFplane.query>[0]) => refusal(getFplane.query(input));
    expect(await get({ datestr: "20180230" })).toMatchObject({ code: "bad-date", httpStatus: 400 });
    expect(await get({ datestr: "20100101" })).toMatchObject({ code: "no-configuration", httpStatus: 404 });
    expect(await get({ asOf: "999" })).toMatchObject({ code: "not-found", httpStatus: 404 });
    expect(await get({ datestr: "20180715", strict: true })).toMatchObject({ code: "unconfirmed", httpStatus: 422 });
    const update = (key: string | undefined, input: Parameters<TypedClient["updateConfig"]["mutate"]>[0]) =>
      refusal(client(key).updateConfig.mutate(input));
    expect(await update(undefined, { config })).toMatchObject({ code: "no-key", httpStatus: 401 });
    expect(await update("0".repeat(48), { config })).toMatchObject({ code: "unknown-key", httpStatus: 401 });
    expect(await update(site.keys.updater, { config: {} })).toMatchObject({ code: "bad-status", httpStatus: 400 });
    const importing = (key: string) => refusal(client(key).importFplane.mutate({ files, reason: "history" }));
    expect(await importing(site.keys.updater)).toMatchObject({ code: "forbidden", httpStatus: 403 });
    expect(await importing(site.keys.curator)).toMatchObject({ code: "bad-fplane", httpStatus: 400 });
  });

  test("details come along: the reason of a 404, the seats of a conflict", async () => {
    expect(await refusal(clientOf(site).getFplane.query({ datestr: "20171115" }))).toMatchObject({
      code: "no-configuration",
      details: { reason: "gap" },
    });
    const twice = PLANE.virus.map((row) => (row.ifuslot === "014" ? { ...row, ifuid: "082" } : row));
    const files = [
      { name: "x.txt", text: renderFplane({ ...nominal(PLANE), virus: twice }, "full"), from: "20130101" },
    ];
    const refused = await refusal(clientOf(site, site.keys.curator).importFplane.mutate({ files, reason: "x" }));
    expect(refused).toMatchObject({ code: "conflict", httpStatus: 409, details: { file: "x.txt" } });
    expect(refused.message).toMatch(/013: IFUID 082.*\n.*014: IFUID 082/);
  });

  test("calls made together go in one request, and each has its own outcome", async () => {
    const before = site.lines.length;
    const client = clientOf(site);
    const outcomes = await Promise.allSettled([
      client.getFplane.query({ datestr: "20180715" }),
      client.getFplane.query({ datestr: "no date" }),
      client.users.list.query(),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(site.lines.slice(before)).toEqual([expect.objectContaining({ status: 207 })]);
  });
});
