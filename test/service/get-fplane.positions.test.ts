import { beforeAll, expect, test } from "bun:test";
import { AUXILIARY } from "../../src/domain/plane/seat.ts";
import { DAY, type Instant, instantText, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { setPositions } from "../../src/service/positions.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { ask, changed, fileOf, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);
const WITHOUT = changed(UNITS, { "013": { ifuid: "099" } });
const ELSEWHERE = changed(UNITS, { "013": { ifuid: "002" }, "014": { ifuid: "001" } });
const MEASURED = { "013": [-450.12, 150.21], "015": [-450, -49.87] } as const;
const MOVED = AUXILIARY.map((row) => (row.ifuslot === "600" ? { ...row, x: -35.123, y: 12.456 } : row));

describeOnEngines("positions", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let start: Instant;
  const day = (n: number) => instantText(later(start, n * DAY));
  const at = (n: number, actualPositions = true) => ask(deps, day(n), { actualPositions });
  const seat = async (n: number, ifuslot: string, actualPositions = true) => {
    const { plane } = await at(n, actualPositions);
    const row = [...plane.virus, ...plane.auxiliary].find((one) => one.ifuslot === ifuslot);
    return [row?.x, row?.y, row?.measured];
  };

  // Nominal from day 0, measured on day 1, another IFU in 013 on day 2, back on day 3, 013 and 014 swapped on day 4.
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    start = deps.clock();
    await importFplane(deps, CURATOR, importOf("nominal.txt", fileOf(UNITS, { layout: "short" }), day(0)));
    const text = fileOf(UNITS, { at: MEASURED, auxiliary: MOVED });
    await importFplane(deps, CURATOR, importOf("measured.txt", text, day(1), { actual: true }));
    for (const [n, units] of [WITHOUT, UNITS, ELSEWHERE].entries()) {
      deps.testClock.set(day(n + 2));
      await send(deps, units);
    }
  });

  test("measured positions are shown only when they are asked for", async () => {
    expect(await seat(1, "013")).toEqual([-450.12, 150.21, true]);
    expect(await seat(1, "013", false)).toEqual([-450, 150, false]);
  });

  test("where none was taken, the nominal position stands in", async () => {
    expect(await seat(1, "014")).toEqual([-450, 50, false]);
    expect(await seat(0, "013")).toEqual([-450, 150, false]);
  });

  test("a position that is nominal in one axis only is a measurement", async () => {
    expect(await seat(1, "015")).toEqual([-450, -49.87, true]);
  });

  test("a position is not used for another IFU in the same seat, and again when its own comes back", async () => {
    expect(shownIn(await at(2), "013")).toStartWith("099");
    expect(await seat(2, "013")).toEqual([-450, 150, false]);
    expect(await seat(3, "013")).toEqual([-450.12, 150.21, true]);
  });

  test("a position does not follow its IFU into another seat", async () => {
    expect(shownIn(await at(4), "014")).toStartWith("001");
    expect(await seat(4, "014")).toEqual([-450, 50, false]);
    expect(await seat(4, "013")).toEqual([-450, 150, false]);
  });

  test("the interval of an answer with measured positions ends where a measurement begins", async () => {
    const [day0, day1, day2] = [start, later(start, DAY), later(start, 2 * DAY)];
    expect((await at(0)).interval).toEqual({ from: day0, until: day1 });
    expect((await at(1)).interval).toEqual({ from: day1, until: day2 });
    expect((await at(1)).revision).toBe((await at(1, false)).revision);
  });

  test("auxiliary rows are the built-in ones until an import brings others", async () => {
    expect(await seat(0, "600", false)).toEqual([-35.8, 12.3, true]);
    expect(await seat(1, "600", false)).toEqual([-35.123, 12.456, true]);
    expect(await seat(1, "600")).toEqual([-35.123, 12.456, true]);
    expect(shownIn(await at(0), "600")).toBe("902 902 902");
  });

  test("a status leaves the auxiliary rows as they were imported", async () => {
    expect(await seat(4, "600", false)).toEqual([-35.123, 12.456, true]);
  });

  test("an answer with measured positions was last modified when one of them was recorded", async () => {
    deps.testClock.advance(DAY);
    const list = { text: "013 -449.9 150.1", name: "l", drop: [], force: false, from: day(0), until: day(0.5) };
    await setPositions(deps, CURATOR, { ...list, reason: "test", commit: true });
    expect((await at(0)).lastModified).toBe(deps.clock());
    expect((await at(0, false)).lastModified).toBeLessThan(deps.clock());
  });

  test("a position of the same IFU in another seat bounds nothing", async () => {
    const act = { reason: "test", commit: true };
    const list = { text: "013 -449.9 150.1", name: "l", drop: [], force: false };
    await setPositions(deps, CURATOR, { ...list, ...act, from: day(6) });
    const swap = [
      { ifuslot: "013", ifuid: "001" },
      { ifuslot: "014", ifuid: "002" },
    ].map(({ ifuslot, ifuid }) => ({ ifuslot, from: day(5), until: day(10), set: { ifuid } }));
    await correct(deps, CURATOR, { ...act, corrections: swap });
    await setPositions(deps, CURATOR, { ...list, ...act, text: "016 -449.9 -150.1", from: day(8) });
    expect((await at(5)).interval).toEqual({ from: later(start, 5 * DAY), until: later(start, 8 * DAY) });
  });

  test("the file that was imported comes back, with its positions or without", async () => {
    expect((await at(1)).text).toBe(fileOf(UNITS, { at: MEASURED, auxiliary: MOVED }));
    expect((await at(1, false)).text).toBe(fileOf(UNITS, { auxiliary: MOVED }));
  });
});
