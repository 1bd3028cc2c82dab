import { beforeAll, beforeEach, expect, test } from "bun:test";
import { DAY, type Instant, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { addHold, releaseHold } from "../../src/service/holds.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { revert } from "../../src/service/revert.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { nextEvening, rowsOf } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const reason = "why";

describeOnEngines("revert", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  }, STARTING);
  beforeEach(async () => {
    ({ evening, day } = nextEvening(deps));
    await send(deps, UNITS);
    deps.testClock.advance(10 * DAY);
    await send(deps, UNITS);
  });

  const back = (revision: number, commit = true) => revert(deps, CURATOR, { revision, reason, commit });
  const put = async (ifuslot: string, from: number, until: number | "open", set: Record<string, string>) => {
    const end = until === "open" ? until : day(until);
    const corrections = [{ ifuslot, from: day(from), until: end, set }];
    return (await correct(deps, CURATOR, { corrections, reason, commit: true })).revision ?? 0;
  };
  const all = async () => {
    const told = [];
    for (const days of [0, 1, 2, 3, 4, 5, 9]) {
      const { text, interval, confirmedUntil } = await ask(deps, day(days), { actualPositions: true });
      told.push({ text, interval, confirmedUntil });
    }
    return told;
  };

  test("everything is again as it was, also what confirmed it, in a new revision", async () => {
    const before = await all();
    const revision = await put("013", 2, 4, { specid: "399" });
    expect(await all()).not.toEqual(before);
    const { revision: restoring, changes } = await back(revision);
    expect(restoring).toBe(revision + 1);
    expect(changes).toMatchObject([
      { seats: [{ ifuslot: "013", before: { specid: "399" }, after: { specid: "301" } }] },
    ]);
    expect(await all()).toEqual(before);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0- 001 301"]);
  });

  test("a retraction is reverted, and a revert", async () => {
    const before = await all();
    const { revision } = await retract(deps, CURATOR, {
      ifuslots: [],
      from: day(1),
      until: day(5),
      reason,
      commit: true,
    });
    const restored = await back(revision ?? 0);
    expect(await all()).toEqual(before);
    await back(restored.revision ?? 0);
    await expect(ask(deps, day(2))).rejects.toMatchObject({ code: "no-configuration" });
    await back((restored.revision ?? 0) + 1);
    expect(await all()).toEqual(before);
  });

  test("a status is reverted: what it changed, up to where it held", async () => {
    deps.testClock.advance(DAY);
    const { revision } = await send(deps, changed(UNITS, { "013": { specid: "399" }, "014": null }));
    await back(revision ?? 0);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0- 001 301"]);
    expect((await ask(deps, "")).confirmedUntil).toBe(later(deps.clock(), -DAY));
  });

  test("what has been changed since stays, and is told", async () => {
    const revision = await put("013", 2, 6, { specid: "399" });
    await put("013", 4, 5, { specid: "398" });
    const { warnings } = await back(revision);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-4 001 301", "4-5 001 398", "5- 001 301"]);
    expect(warnings).toEqual([`seat 013: what has been changed since, from ${day(2)} until ${day(6)}, stays as it is`]);
  });

  test("nothing is confirmed again where another seat is not what it was", async () => {
    const revision = await put("013", 2, 6, { specid: "399" });
    await put("014", 4, "open", { specid: "398" });
    await back(revision);
    expect((await ask(deps, day(3))).confirmedUntil).toBe(later(evening, 4 * DAY));
    expect((await ask(deps, day(5))).confirmedUntil).toBeNull();
  });

  test("what the revision itself confirmed is so no longer, also where it changed no VIRUS seat", async () => {
    await retract(deps, CURATOR, { ifuslots: ["014"], from: day(0), until: day(10), reason, commit: true });
    const before = await all();
    expect(before[3]?.confirmedUntil).toBeNull();
    const revision = await put("056", 2, 4, { specid: "501" });
    expect((await ask(deps, day(3))).confirmedUntil).toBe(later(evening, 4 * DAY));
    await back(revision);
    expect(await all()).toEqual(before);
  });

  test("measured positions are taken back, or those before them come back", async () => {
    const measure = async (text: string) =>
      (
        await setPositions(deps, CURATOR, {
          text,
          name: "l",
          drop: [],
          force: false,
          from: day(1),
          until: day(5),
          reason,
          commit: true,
        })
      ).revision ?? 0;
    const before = await all();
    const first = await measure("013 -449.9 150.1");
    const measured = await all();
    const second = await measure("013 -449.8 150.2\n014 -450.1 50.2");
    await back(second);
    expect(await all()).toEqual(measured);
    await back(first);
    expect(await all()).toEqual(before);
  });

  test("what has all been changed since, or never changed anything, cannot be reverted", async () => {
    const revision = await put("013", 2, 6, { specid: "399" });
    await put("013", 1, 7, { specid: "398" });
    const refusal = { code: "bad-parameter", message: expect.stringContaining("nothing to revert") };
    await expect(back(revision)).rejects.toMatchObject(refusal);
    const { hold } = await addHold(deps, CURATOR, { ifuslots: ["013"], from: day(1), reason, commit: true });
    await expect(back(hold)).rejects.toMatchObject({
      code: "bad-parameter",
      message: `revision ${hold} recorded no placement and no position: there is nothing to revert; a hold is ended by releasing it`,
    });
    await releaseHold(deps, CURATOR, { hold, reason, commit: true });
    const agreeing = await send(deps, UNITS, { at: later(deps.clock(), 1) });
    await expect(back(agreeing.revision ?? 0)).rejects.toMatchObject(refusal);
  });

  test("what would contradict later knowledge is a conflict", async () => {
    const revision = await put("013", 2, 6, { specid: "399" });
    await put("014", 3, 5, { specid: "301" });
    await expect(back(revision)).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [{ kind: "specid", id: "301", seats: ["013", "014"] }] },
    });
  });

  test("a preview does nothing; no such revision, no reason, no curator: refused", async () => {
    const revision = await put("013", 2, 6, { specid: "399" });
    expect((await back(revision, false)).changes).toHaveLength(1);
    expect(await newestRevision(deps)).toBe(revision);
    await expect(back(9999)).rejects.toMatchObject({ code: "not-found" });
    const request = { revision, reason: "", commit: true };
    await expect(revert(deps, CURATOR, request)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(revert(deps, UPDATER, { ...request, reason })).rejects.toMatchObject({ code: "forbidden" });
  });
});
