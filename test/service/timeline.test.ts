import { beforeAll, expect, test } from "bun:test";
import type { FocalPlaneRow } from "../../src/domain/plane/placement.ts";
import { instantOf, instantText } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { getFplane } from "../../src/service/get-fplane.ts";
import { setPositions } from "../../src/service/positions.ts";
import { getTimeline, type Timeline } from "../../src/service/timeline.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { openSite, type Site, STARTING } from "../support/site.ts";

/** The rows of an entry, put together from all entries up to it. */
function rowsOf({ entries }: Timeline, index: number): FocalPlaneRow[] {
  const rows = new Map<string, FocalPlaneRow>();
  for (const entry of entries.slice(0, index + 1)) for (const row of entry.changed) rows.set(row.ifuslot, row);
  return [...rows.values()];
}

describeOnEngines("the timeline", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test("has each stretch once, with the gap between them, named by the night it begins with", async () => {
    const { revision, timeZone, entries } = await getTimeline(site.deps, undefined);
    expect({ revision, timeZone }).toEqual({ revision: 6, timeZone: "America/Chicago" });
    expect(entries.map(({ datestr }) => datestr)).toEqual(["20171001", "20180101", "20190301"]);
    expect(entries.map(({ span }) => [span.from, span.until].map((at) => at && instantText(at)))).toEqual([
      ["2017-10-01T17:00:00Z", "2017-11-01T17:00:00Z"],
      ["2018-01-01T18:00:00Z", "2019-03-01T18:00:00Z"],
      ["2019-03-01T18:00:00Z", null],
    ]);
    expect(entries.map(({ changed }) => changed.map((row) => row.ifuslot)).slice(1)).toEqual([[], ["013"]]);
  });

  test("put together gives at each of its dates what is answered for that date", async () => {
    const timeline = await getTimeline(site.deps, undefined);
    for (const [index, { datestr }] of timeline.entries.entries()) {
      const { plane } = await getFplane(site.deps, {
        ...{ datestr, actualPositions: true, layout: "full", night: "local", strict: false },
      });
      expect(rowsOf(timeline, index)).toEqual([...plane.virus, ...plane.auxiliary]);
    }
  });

  test("tells what was known at an earlier revision, and again the same", async () => {
    const known = await getTimeline(site.deps, "4");
    expect(known.entries.map(({ datestr }) => datestr)).toEqual(["20180101"]);
    expect(await getTimeline(site.deps, "4")).toEqual(known);
  });

  test("of nothing is refused", async () => {
    const empty = observatory((await engine.open()).store);
    expect(getTimeline(empty, undefined)).rejects.toMatchObject({ code: "no-configuration" });
  });

  test("names a stretch that ends at its first midnight by the instant, since the date names that midnight", async () => {
    const bounds = { from: "20190601", until: "2019-06-02T05:00:00Z" };
    await correct(site.deps, CURATOR, {
      corrections: [{ ifuslot: "014", set: { specid: "000" }, ...bounds }],
      ...{ reason: "test", commit: true },
    });
    const { entries } = await getTimeline(site.deps, undefined);
    const names = entries.map(({ datestr }) => datestr).filter((datestr) => datestr.startsWith("2019-06"));
    expect(names).toEqual(["2019-06-01T17:00:00Z", "2019-06-02T05:00:00Z"]);
  });

  test("has no stretch of its own for a position of an IFU that is not there", async () => {
    const act = { reason: "test", commit: true };
    const list = { text: "015 -449.9 -49.9", name: "l", drop: [], force: false };
    await setPositions(site.deps, CURATOR, { ...list, ...act, from: "20190701", until: "20190801" });
    const corrections = [{ ifuslot: "015", set: { ifuid: "098" }, from: "20190715", until: "20190815" }];
    await correct(site.deps, CURATOR, { corrections, ...act });
    const { entries } = await getTimeline(site.deps, undefined);
    const names = entries.map(({ datestr }) => datestr).filter((datestr) => /^20190[78]/.test(datestr));
    expect(names).toEqual(["20190701", "20190715", "20190815"]);
  });

  test("names a stretch that begins within a night by the instant", async () => {
    const bounds = { from: "2020-02-02T03:04:05Z", until: "open" };
    await correct(site.deps, CURATOR, {
      corrections: [{ ifuslot: "014", set: { specid: "000" }, ...bounds }],
      ...{ reason: "test", commit: true },
    });
    const last = (await getTimeline(site.deps, undefined)).entries.at(-1);
    expect([last?.datestr, last?.span.from]).toEqual(["2020-02-02T03:04:05Z", instantOf("2020-02-02T03:04:05Z")]);
  });
});
