import { beforeAll, expect, test } from "bun:test";
import { planeDiffTexts } from "../../src/domain/plane/plane-diff.ts";
import { DAY, type Instant } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { type DiffRequest, getDiff } from "../../src/service/diff.ts";
import { setPositions } from "../../src/service/positions.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { daysFrom } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { changed, newestRevision, send, unit, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);
const reason = "why";

describeOnEngines("diff", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    evening = deps.clock();
    ({ day } = daysFrom(evening));
    await send(deps, UNITS);
    deps.testClock.advance(2 * DAY);
    // Day 2: 013 and 014 swap their spectrographs, the unit of 015 moves to 034, that of 016 goes, 088/388 comes.
    await send(deps, [
      ...changed(UNITS, { "013": { specid: "302" }, "014": { specid: "301" }, "015": null, "016": null }),
      { ...(UNITS[2] ?? unit("015", null, null)), ifuslot: "034" },
      unit("035", "088", "388"),
    ]);
  }, STARTING);

  const diff = (a: number, b: number, options: Partial<DiffRequest> = {}) =>
    getDiff(deps, { a: day(a), b: day(b), actualPositions: false, night: "local", ...options });

  test("swaps, moves, what came and what went, between two dates", async () => {
    const { a, b, diff: found } = await diff(1, 3);
    expect([a.instant, b.instant, a.revision]).toEqual([daysFrom(evening).at(1), daysFrom(evening).at(3), b.revision]);
    expect(found.swaps).toEqual([{ kind: "specid", seats: ["013", "014"], ids: ["301", "302"] }]);
    expect(found.moves).toEqual([
      { kind: "ifuid", id: "003", from: "015", to: "034" },
      { kind: "specid", id: "303", from: "015", to: "034" },
    ]);
    expect(found.added.map(({ kind, id, ifuslot }) => `${kind} ${id} ${ifuslot}`)).toEqual([
      "ifuid 088 035",
      "specid 388 035",
    ]);
    expect(found.removed).toEqual([{ kind: "specid", id: "304", ifuslot: "016" }]);
    expect(found.repositioned).toEqual([]);
    expect(found.changes.map((change) => change.ifuslot)).toEqual(["013", "014", "015", "016", "034", "035"]);
    expect(planeDiffTexts(found)).toEqual([
      "swapped  spectrographs 301 and 302 between seats 013 and 014",
      "moved    IFU 003 from seat 015 to 034",
      "moved    spectrograph 303 from seat 015 to 034",
      "added    IFU 088 in seat 035",
      "added    spectrograph 388 in seat 035",
      "removed  spectrograph 304 from seat 016",
    ]);
  });

  test("the other way round it is the other way round, and of the same it is nothing", async () => {
    const { diff: back } = await diff(3, 1);
    expect(back.moves.map(({ from, to }) => `${from} ${to}`)).toEqual(["034 015", "034 015"]);
    expect(back.added).toEqual([{ kind: "specid", id: "304", ifuslot: "016" }]);
    expect(back.removed).toHaveLength(2);
    const { diff: none } = await diff(0, 1);
    expect(none).toEqual({ changes: [], swaps: [], moves: [], added: [], removed: [], repositioned: [] });
  });

  test("between what was known of one date then and now", async () => {
    const before = String(await newestRevision(deps));
    await correct(deps, CURATOR, {
      corrections: [{ ifuslot: "021", from: day(0), until: day(1), set: { specid: "377" } }],
      ...{ reason, commit: true },
    });
    const { a, b, diff: found } = await diff(0.5, 0.5, { asOfA: before });
    expect([a.instant, String(a.revision), b.revision]).toEqual([b.instant, before, Number(before) + 1]);
    expect(found.changes).toMatchObject([{ ifuslot: "021", before: { specid: "305" }, after: { specid: "377" } }]);
    expect((await diff(0.5, 0.5, { asOfA: before, asOfB: before })).diff.changes).toEqual([]);
  });

  test("an IFU that stayed but was measured anew is shifted, where measured positions are asked for", async () => {
    const request = { text: "013 -449.7 150.4", name: "l", drop: [], force: false, reason, commit: true };
    await setPositions(deps, CURATOR, { ...request, from: day(0), until: day(1) });
    expect((await diff(0.5, 1.5)).diff.repositioned).toEqual([]);
    const { repositioned } = (await diff(0.5, 1.5, { actualPositions: true })).diff;
    expect(repositioned).toEqual([
      { ifuslot: "013", ifuid: "001", before: { x: -449.7, y: 150.4 }, after: { x: -450, y: 150 }, distance: 0.5 },
    ]);
  });

  test("a side of which nothing is known, no date and no revision are refused", async () => {
    await expect(diff(-2, 1)).rejects.toMatchObject({ code: "no-configuration" });
    await expect(diff(0, 1, { b: "tomorrow" })).rejects.toMatchObject({ code: "bad-date" });
    await expect(diff(0, 1, { asOfB: "99" })).rejects.toMatchObject({ code: "not-found" });
  });
});
