import { expect, test } from "bun:test";
import { DAY, HOUR, instantText, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { setPositions } from "../../src/service/positions.ts";
import { revert } from "../../src/service/revert.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { ask, changed, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const said = { reason: "why", commit: true };

describeOnEngines("when an answer was last modified", (engine) => {
  /** A night of its own, then a change: two answers, of which the second begins a day after the first. */
  const opened = async () => {
    const { store } = await engine.open();
    const deps = observatory(store);
    const begin = deps.clock();
    await send(deps, UNITS);
    deps.testClock.advance(DAY);
    await send(deps, changed(UNITS, { "013": { specid: "399" } }));
    const day = (days: number) => instantText(later(begin, days * DAY));
    const modified = async (days: number, own = deps) =>
      instantText((await ask(own, day(days), { actualPositions: true })).lastModified);
    return { deps, store, day, modified };
  };

  test.each(["kept", "asked for anew"])(
    "it is not by what was taken back elsewhere, where nothing is recorded of a seat: %s",
    async (how) => {
      const { deps, store, day, modified } = await opened();
      await modified(0.5);
      const before = await modified(1.5);
      deps.testClock.advance(HOUR);
      const corrections = [{ ifuslot: "056", from: day(0.2), until: day(0.7), set: { specid: "501" } }];
      const { revision } = await correct(deps, CURATOR, { corrections, ...said });
      deps.testClock.advance(HOUR);
      await revert(deps, CURATOR, { revision: revision ?? 0, ...said });
      const own = how === "kept" ? deps : observatory(store, deps.testClock);
      expect(await modified(0.5, own)).toBe(instantText(deps.clock()));
      expect(await modified(1.5, own)).toBe(before);
    },
  );

  test("nor by a position that was taken back elsewhere", async () => {
    const { deps, store, day, modified } = await opened();
    const before = await modified(1.5);
    deps.testClock.advance(HOUR);
    const list = { text: "014 -450.1 50.2", name: "sky.txt", drop: [], force: false };
    const { revision } = await setPositions(deps, CURATOR, { ...list, from: day(0.2), until: day(0.7), ...said });
    deps.testClock.advance(HOUR);
    await revert(deps, CURATOR, { revision: revision ?? 0, ...said });
    expect(await modified(1.5, observatory(store, deps.testClock))).toBe(before);
    expect(await modified(0.5, observatory(store, deps.testClock))).toBe(instantText(deps.clock()));
  });
});
