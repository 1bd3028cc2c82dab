import { beforeAll, expect, test } from "bun:test";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { SECOND } from "../../src/domain/time/instant.ts";
import { describeOnEngines } from "../support/engines.ts";
import { statusNow } from "../support/observatory.ts";
import {
  as,
  nominal,
  openSite,
  PLANE_WITHOUT_013,
  problemOf,
  type Site,
  STARTING,
  unitsOfToday,
} from "../support/site.ts";
import { clientOf } from "../support/typed-client.ts";

/** Seat 014 gets another spectrograph. */
const swapped = (specid: string) => unitsOfToday().map((unit) => (unit.ifuslot === "014" ? { ...unit, specid } : unit));
const SWAPPED = swapped("777");

describeOnEngines("POST /fplane", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const newestRevision = async () => (await site.deps.store.newestRevision())?.rev;
  const postStatus = async (body: object = {}, path = "/fplane", headers = {}) =>
    await site.post(path, { config: statusNow(site.deps, SWAPPED), ...body }, { ...as(site.keys.updater), ...headers });

  test("without commit it is a dry run: the new file comes back, nothing is recorded", async () => {
    for (const body of [
      {},
      { commit: null },
      ...[false, 0, "0", "false", "False", "no"].map((commit) => ({ commit })),
    ]) {
      const newest = await newestRevision();
      const response = await postStatus(body);
      expect(response.status).toBe(200);
      expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
      expect(response.headers.get("x-fplane-committed")).toBe("false");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await response.text()).toContain("\t777\t");
      expect(await newestRevision()).toBe(newest);
    }
    expect(await (await site.get("/fplane")).text()).not.toContain("\t777\t");
  });

  test("commit: anything else is refused, and nothing is recorded", async () => {
    const newest = await newestRevision();
    for (const commit of ["", "on", "maybe", 2, -1, [], ["yes"], [true], {}, { commit: true }]) {
      const problem = await problemOf(await postStatus({ commit }));
      expect(problem).toMatchObject({ status: 400, code: "bad-parameter" });
      expect(problem.message).toContain("it takes 0, 1, true, false, yes or no");
    }
    expect(await newestRevision()).toBe(newest);
  });

  test("the body is JSON, whatever its content type says", async () => {
    const types = ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8", "x", ""];
    for (const type of types) expect((await postStatus({}, "/fplane", { "content-type": type })).status).toBe(200);
    const body = new TextEncoder().encode(JSON.stringify({ config: statusNow(site.deps, SWAPPED) }));
    const bare = new Request("http://localhost/fplane", { method: "POST", body, headers: as(site.keys.updater) });
    expect(bare.headers.has("content-type")).toBe(false);
    expect((await site.app.request(bare)).status).toBe(200);
  });

  test("the file comes in the layout that is asked for", async () => {
    const after = nominal(PLANE_WITHOUT_013);
    const virus = after.virus.map((row) => (row.ifuslot === "014" ? { ...row, specid: "777" } : row));
    const short = await postStatus({}, "/fplane?full_fplane=0");
    expect(await short.text()).toBe(renderFplane({ ...after, virus }, "short"));
    const all = await postStatus({}, "/fplane/?all_slots=YES");
    expect(await all.text()).toBe(renderFplane({ ...after, virus }, "all-slots"));
    for (const query of ["as_of=4", "strict=1", "night=ut", "commit=true"]) {
      expect((await problemOf(await postStatus({}, `/fplane?${query}`))).code).toBe("bad-parameter");
    }
  });

  test("Accept: application/json gets the changes, and the file in them", async () => {
    for (const [path, accept] of [
      ["/fplane", "application/json"],
      ["/fplane?format=json", "*/*"],
    ] as const) {
      const response = await postStatus({}, path, { accept });
      expect(response.headers.get("content-type")).toStartWith("application/json");
      const report = await response.json();
      expect(report).toMatchObject({
        committed: false,
        revision: null,
        dataTime: "2020-07-01T18:00:00Z",
        from: "2020-07-01T18:00:00Z",
        until: null,
        firstSeen: { specid: ["777"], ifuid: [] },
      });
      expect(report.changes).toHaveLength(1);
      expect(report.changes[0]).toMatchObject({ ifuslot: "014" });
      expect(report.text).toContain("\t777\t");
    }
    const csv = await postStatus({}, "/fplane", { accept: "text/csv" });
    expect(await problemOf(csv)).toMatchObject({ status: 406, code: "not-acceptable" });
  });

  test("the start may stand in the path, the query or the body, and the same one twice", async () => {
    const start = "2020-07-01T12:00:00";
    for (const [path, body] of [
      [`/fplane/${start}`, {}],
      [`/fplane?datestr=${start}`, {}],
      ["/fplane", { datestr: start }],
      [`/fplane/${start}?datestr=${start}`, { datestr: start }],
    ] as const) {
      const { headers } = await postStatus(body, path);
      expect(headers.get("x-fplane-instant")).toBe("2020-07-01T12:00:00Z");
    }
    expect((await postStatus({ datestr: "" }, "/fplane/")).headers.get("x-fplane-instant")).toBe(
      "2020-07-01T18:00:00Z",
    );
    expect((await postStatus({ datestr: 20200630 })).headers.get("x-fplane-instant")).toBe("2020-06-30T17:00:00Z");
  });

  test("two different starts, and starts that are none, are refused", async () => {
    const two = await problemOf(await postStatus({ datestr: "20200630" }, "/fplane/20200629"));
    expect(two).toMatchObject({ status: 400, code: "bad-parameter" });
    expect(two.message).toContain('"20200629" and as "20200630"');
    for (const datestr of ["20200230", "tomorrow", 1.5]) {
      expect((await problemOf(await postStatus({ datestr }))).code).toBe("bad-date");
    }
    for (const datestr of [{}, [], ["20200630"], true]) {
      expect((await problemOf(await postStatus({ datestr }))).code).toBe("bad-json");
    }
    const long = await problemOf(await postStatus({ datestr: "9".repeat(100_000) }, "/fplane/20200629"));
    expect(long.message.length).toBeLessThan(500);
  });

  test.each([true, 1, "1", "true", "TRUE", "yes", "Yes"])("commit: %j commits", async (commit) => {
    const newest = (await newestRevision()) ?? 0;
    const specid = String(700 + newest);
    site.deps.testClock.advance(60 * SECOND);
    const response = await postStatus({ config: statusNow(site.deps, swapped(specid)), commit });
    expect(response.headers.get("x-fplane-committed")).toBe("true");
    expect(await newestRevision()).toBe(newest + 1);
    const now = await site.get("/fplane");
    expect(now.headers.get("x-fplane-revision")).toBe(String(newest + 1));
    const text = await now.text();
    expect(text).toContain(`\t${specid}\t`);
    expect(text).toBe(await response.text());
  });

  test("a status from the future is taken with a warning, which is logged and told", async () => {
    site.deps.testClock.set("2020-07-02T18:00:00Z");
    const config = statusNow(site.deps, SWAPPED);
    site.deps.testClock.set("2020-07-02T17:45:00Z");
    const response = await postStatus({ config, commit: true }, "/fplane?format=json");
    const { warnings } = await response.json();
    expect(warnings).toEqual([expect.stringContaining("15 min in the future")]);
    expect(site.lines).toContainEqual(expect.objectContaining({ level: "warn", msg: warnings[0] }));

    site.lines.splice(0);
    const typed = await clientOf(site, site.keys.updater).updateConfig.mutate({ config, commit: false });
    expect(typed.warnings).toEqual(warnings);
    expect(site.lines).toContainEqual(expect.objectContaining({ level: "warn", msg: warnings[0] }));
  });
});
