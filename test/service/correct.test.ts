import { beforeAll, beforeEach, expect, test } from "bun:test";
import { DAY, type Instant, later } from "../../src/domain/time/instant.ts";
import { type CorrectRequest, correct } from "../../src/service/correct.ts";
import { retract } from "../../src/service/retract.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { daysFrom, nextEvening, rowsOf } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);

describeOnEngines("correct", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  }, STARTING);
  beforeEach(async () => {
    ({ evening, day } = nextEvening(deps));
    await send(deps, changed(UNITS, { "034": null })); // the same units, whatever the test before left
  });

  const one = (
    ifuslot: string,
    from: number,
    until: number | "open" | undefined,
    set: CorrectRequest["corrections"][number]["set"],
  ) => {
    const end = until === undefined ? {} : { until: until === "open" ? until : day(until) };
    return { ifuslot, from: day(from), ...end, set };
  };
  const make = (corrections: CorrectRequest["corrections"], options: Partial<CorrectRequest> = {}) =>
    correct(deps, CURATOR, { corrections, reason: "the headers say so", commit: true, ...options });

  test("a span in the middle splits what is recorded, and the old revision still knows it whole", async () => {
    const before = await newestRevision(deps);
    const { revision } = await make([one("013", 2, 4, { specid: "399" })]);
    expect(revision).toBe(before + 1);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-2 001 301", "2-4 001 399", "4- 001 301"]);
    const then = await ask(deps, day(3), { asOf: String(before) });
    expect(shownIn(then, "013")).toStartWith("001 301");
    expect(then.interval.until).toBeNull();
  });

  test("one at the beginning or up to the end trims it", async () => {
    await make([one("013", 0, 3, { specid: "398" }), one("013", 6, "open", { specid: "399" })]);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-3 001 398", "3-6 001 301", "6- 001 399"]);
    await send(deps, UNITS, { at: later(evening, 1) });
  });

  test("corrected back, the pieces are one row again", async () => {
    await make([one("013", 2, 4, { specid: "399" })]);
    await make([one("013", 3, 5, { specid: "301", contid: "S/N 0001" })]);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-2 001 301", "2-3 001 399", "3- 001 301"]);
    await make([one("013", 1, 3, { specid: "301", contid: "S/N 0001" })]);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0- 001 301"]);
    expect((await ask(deps, day(3))).interval).toEqual({ from: evening, until: null });
    await make([one("013", 2, 4, { specid: "399" })]);
    await make([one("013", 2, 4, { specid: "301", contid: "S/N 0001" })]);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0- 001 301"]);
  });

  test("a field that is set changes over the whole span, the others stay as they are in each piece of it", async () => {
    await make([one("014", 3, 6, { ifuid: "077" })]);
    await make([one("014", 1, 8, { specid: "388" })]);
    expect(await rowsOf(deps, "014", evening)).toEqual([
      ...["0-1 002 302", "1-3 002 388", "3-6 077 388", "6-8 002 388", "8- 002 302"],
    ]);
  });

  test("what was not known within the span comes to be known", async () => {
    await retract(deps, CURATOR, { ifuslots: ["013"], from: day(2), until: day(4), reason: "test", commit: true });
    await make([one("013", 1, 6, { specid: "399" })]);
    expect(await rowsOf(deps, "013", evening)).toEqual([
      ...["0-1 001 301", "1-2 001 399", "2-4 000 399", "4-6 001 399", "6- 001 301"],
    ]);
  });

  test("the nights to reduce again are those that have been, and none where no file shows the change", async () => {
    deps.testClock.advance(10 * DAY);
    const nights = async (until: number | "open", set: Parameters<typeof one>[3]) =>
      (await make([one("013", 2, until, set)], { commit: false })).nights;
    const passed = await nights("open", { specid: "399" });
    expect(passed.length).toBeWithin(8, 10);
    expect(await nights(20, { specid: "399" })).toEqual(passed);
    expect(await nights("open", { contid: "S/N 0009" })).toEqual([]);
  });

  test("000 empties a field", async () => {
    await make([one("013", 1, 2, { specid: "000", ifuid: "0", specslot: "000", contid: "" })]);
    expect(shownIn(await ask(deps, day(1)), "013")).toBe("000 000 000");
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-1 001 301", "1-2 000 000", "2- 001 301"]);
  });

  test("two units are swapped in one revision, each alone is a conflict that names both seats", async () => {
    const swap = [one("013", 2, 4, { specid: "302" }), one("014", 2, 4, { specid: "301" })];
    const conflict = { kind: "specid", id: "302", seats: ["013", "014"], from: day(2), until: day(4) };
    await expect(make(swap.slice(0, 1))).rejects.toMatchObject({
      code: "conflict",
      details: { conflicts: [conflict] },
    });
    const { changes } = await make(swap);
    expect(changes.map(({ seats }) => seats.map((seat) => seat.ifuslot))).toEqual([["013", "014"]]);
    expect(shownIn(await ask(deps, day(3)), "013")).toStartWith("001 302");
    expect(shownIn(await ask(deps, day(3)), "014")).toStartWith("002 301");
  });

  test("without an end it ends where the seat changes next, and says so", async () => {
    await make([one("013", 5, 7, { specid: "399" }), one("014", 3, 4, { specid: "398" })]);
    const { warnings } = await make([one("013", 2, undefined, { specid: "397" })]);
    expect(warnings).toEqual([
      "seat 013: SPECSLOT stays 111, though it usually follows the pair of IFU and spectrograph",
      `seat 013: the correction ends at ${day(5)}, where the next change is recorded`,
    ]);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-2 001 301", "2-5 001 397", "5-7 001 399", "7- 001 301"]);
  });

  test("the controller of another spectrograph is not known, unless it is told", async () => {
    const contid = async () => (await ask(deps, day(3))).plane.virus.find((row) => row.ifuslot === "013")?.contid;
    await make([one("013", 2, 4, { ifuid: "077" })]);
    expect(await contid()).toBe("S/N 0001");
    await make([one("013", 2, 4, { specid: "399" })]);
    expect(await contid()).toBeNull();
    await make([one("013", 2, 4, { specid: "398", contid: "S/N 0099" })]);
    expect(await contid()).toBe("S/N 0099");
  });

  test("nothing is remarked on where SPECSLOT is told too, or nothing else changes", async () => {
    expect((await make([one("013", 2, 4, { specid: "399", specslot: "222" })])).warnings).toEqual([]);
    expect((await make([one("013", 2, 4, { contid: "S/N 0009" })])).warnings).toEqual([]);
  });

  test("a seat of which nothing was known comes to be known", async () => {
    const early = later(evening, -4000 * DAY);
    const dates = daysFrom(early);
    await correct(deps, CURATOR, {
      corrections: [{ ifuslot: "105", from: dates.day(0), until: dates.day(2), set: { ifuid: "088", specid: "388" } }],
      ...{ reason: "found in a notebook", commit: true },
    });
    const { plane, interval } = await ask(deps, dates.day(1));
    expect(plane.virus.filter((row) => row.specid !== null).map((row) => row.ifuslot)).toEqual(["105"]);
    expect(interval).toEqual({ from: dates.at(0), until: dates.at(2) });
    await expect(ask(deps, dates.day(2))).rejects.toMatchObject({ code: "no-configuration" });
  });

  test("a span with an end is confirmed, one without is not, and no other time loses what confirmed it", async () => {
    await send(deps, UNITS, { at: later(evening, DAY) });
    const confirmed = async (days: number) => (await ask(deps, day(days))).confirmedUntil;
    await make([one("013", 3, 5, { specid: "399" })]);
    expect(await confirmed(4)).toBe(daysFrom(evening).at(5));
    await make([one("014", 4, "open", { specid: "398" })]);
    expect(await confirmed(4.5)).toBeNull();
    expect(await confirmed(3)).toBe(later(daysFrom(evening).at(4), 0));
    expect(await confirmed(1)).toBe(daysFrom(evening).at(1));
  });
});
