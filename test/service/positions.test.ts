import { beforeAll, beforeEach, expect, test } from "bun:test";
import { AUXILIARY } from "../../src/domain/plane/seat.ts";
import { DAY, HOUR } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { type PositionsRequest, setPositions } from "../../src/service/positions.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory, UPDATER } from "../support/observatory.ts";
import { realData } from "../support/real-data.ts";
import { nextEvening } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, fileOf, newestRevision, send, unitsIn } from "../support/verbs.ts";

const reason = "measured on the sky";
const MEASURED = realData("fplane/measured-positions-2020.txt");
const FULL = realData("fplane/full-nominal-20181008.txt");

describeOnEngines("positions", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let day: (days: number) => string;
  let units: ReturnType<typeof unitsIn>;
  let tests = 0;
  /** The IFU in one of the first six seats; each test has its own, so that no position is left of the one before. */
  const ifu = (n: number) => String(6 * tests + n).padStart(3, "0");
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    deps.testClock.advance(2 * HOUR); // some hours into a night, in summer and in winter
  }, STARTING);
  beforeEach(async () => {
    ({ day } = nextEvening(deps));
    tests += 1;
    units = unitsIn(6).map((unit, i) => ({ ...unit, ifuid: ifu(i + 1) }));
    await send(deps, units);
    deps.testClock.advance(30 * DAY);
  });

  const measure = (text: string, from: number, until?: number, more: Partial<PositionsRequest> = {}) =>
    setPositions(deps, CURATOR, {
      ...{ text, name: "list", drop: [], force: false, from: day(from), reason, commit: true },
      ...(until === undefined ? {} : { until: day(until) }),
      ...more,
    });
  /** `-449.9 150.1`, and `nominal` where no measured position is used. */
  const shown = async (ifuslot: string, days: number, actualPositions = true) => {
    const { plane } = await ask(deps, day(days), { actualPositions });
    const row = plane.virus.find((seat) => seat.ifuslot === ifuslot);
    return row?.measured ? `${row.x} ${row.y}` : "nominal";
  };
  const put = (from: number, until: number, ...pairs: readonly (readonly [string, string, string])[]) => {
    const span = { from: day(from), until: day(until) };
    const corrections = pairs.map(([ifuslot, ifuid, specid]) => ({ ifuslot, ...span, set: { ifuid, specid } }));
    return correct(deps, CURATOR, { corrections, reason, commit: true });
  };

  test("a measured position is shown in the actual variant over its span, and nowhere else", async () => {
    const { changes, nights } = await measure("13 -449.9 150.1\n014\t-450.2004\t50.1", 2, 4);
    expect(await shown("013", 3)).toBe("-449.9 150.1");
    expect(await shown("014", 3)).toBe("-450.2 50.1");
    for (const [days, actual] of [
      [3, false],
      [1, true],
      [4, true],
    ] as const)
      expect(await shown("013", days, actual)).toBe("nominal");
    expect(changes).toMatchObject([
      { seats: [], positions: [{ ifuslot: "013", ifuid: ifu(1), before: null }, { ifuslot: "014" }] },
    ]);
    expect(nights).toHaveLength(3);
    expect((await ask(deps, day(3), { actualPositions: false })).interval.until).toBeNull();
  });

  test("it belongs to the IFU: another one in the seat stands at the nominal position, and its own comes back with it", async () => {
    await measure("013 -449.9 150.1\n014 -450.2 50.1", 0);
    await put(5, 8, ["013", ifu(2), "302"], ["014", ifu(1), "301"]);
    expect([await shown("013", 4), await shown("014", 4)]).toEqual(["-449.9 150.1", "-450.2 50.1"]);
    expect([await shown("013", 6), await shown("014", 6)]).toEqual(["nominal", "nominal"]);
    expect([await shown("013", 9), await shown("014", 9)]).toEqual(["-449.9 150.1", "-450.2 50.1"]);
    await measure("013 -450.3 149.8", 5, 8);
    expect(await shown("013", 6)).toBe("-450.3 149.8");
    expect(await shown("013", 9)).toBe("-449.9 150.1");
  });

  test("another spectrograph behind the same IFU does not move it", async () => {
    await measure("013 -449.9 150.1", 0);
    await put(5, 8, ["013", ifu(1), "399"]);
    expect(await shown("013", 6)).toBe("-449.9 150.1");
  });

  test("without an end it holds until the next that is recorded of the IFU in the seat", async () => {
    await measure("013 -449.9 150.1", 6);
    await measure("013 -450.3 149.8", 2);
    expect([await shown("013", 5), await shown("013", 6)]).toEqual(["-450.3 149.8", "-449.9 150.1"]);
    await measure("013 -450.4 149.7", 2, undefined, { until: "open" });
    expect([await shown("013", 5), await shown("013", 20)]).toEqual(["-450.4 149.7", "-450.4 149.7"]);
  });

  test("where the seat is empty when the span begins it is that of the first IFU that comes", async () => {
    await put(0, 5, ["013", "000", "000"]);
    await measure("013 -449.9 150.1", 2);
    expect([await shown("013", 4), await shown("013", 5)]).toEqual(["nominal", "-449.9 150.1"]);
    const empty = measure("013 -449.9 150.1\n104 450.1 50.1", 2, 4);
    await expect(empty).rejects.toMatchObject({
      code: "conflict",
      details: {
        problems: [
          { line: 1, ifuslot: "013", message: "the seat holds no IFU over the span" },
          { line: 2, ifuslot: "104", message: "the seat holds no IFU over the span" },
        ],
      },
    });
  });

  test("more than 2 arcsec from nominal is refused with the row named, dropped or forced", async () => {
    const text = "013 -449.9 150.1\n# a note\n014 -452.001 50.0\n015 -450 -47.99\n";
    const before = await newestRevision(deps);
    await expect(measure(text, 2)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(
        /^the positions .*\n {2}line 3, seat 014: .* lies 2\.001 arcsec from the nominal \(-450, 50\)\n {2}line 4, seat 015/,
      ),
    });
    expect(await newestRevision(deps)).toBe(before);
    await measure(text, 2, 3, { drop: ["014", "015"] });
    expect([await shown("013", 2), await shown("014", 2)]).toEqual(["-449.9 150.1", "nominal"]);
    await measure(text, 3, 4, { force: true });
    expect(await shown("014", 3)).toBe("-452.001 50");
  });

  test("an exactly nominal row is no measurement and left out, and said so", async () => {
    const { warnings } = await measure("013 -450 150\n014 -450.1 50", 2);
    expect(warnings).toEqual([expect.stringContaining("exactly nominal")]);
    expect([await shown("013", 2), await shown("014", 2)]).toEqual(["nominal", "-450.1 50"]);
  });

  test("a focal-plane file is a list too; where the acquisition bundle is, is told in both variants", async () => {
    await importFplane(deps, CURATOR, importOf("whole.txt", fileOf(units), day(0)));
    const moved = AUXILIARY.map((row) => (row.ifuslot === "600" ? { ...row, x: -36.25 } : row));
    await measure(fileOf(units, { at: { "013": [-449.75, 150.5] }, auxiliary: moved }), 2);
    expect(await shown("013", 3)).toBe("-449.75 150.5");
    for (const actualPositions of [false, true]) {
      const { plane } = await ask(deps, day(3), { actualPositions });
      expect(plane.auxiliary.find((row) => row.ifuslot === "600")?.x).toBe(-36.25);
    }
  });

  test("what is no list, no seat, no date is refused; a preview does nothing; it needs a curator", async () => {
    const before = await newestRevision(deps);
    await expect(measure("013 x 150", 2)).rejects.toMatchObject({ code: "bad-fplane" });
    await expect(measure("013 -449.9 150.1\n13 -449.8 150", 2)).rejects.toMatchObject({ code: "bad-fplane" });
    await expect(measure("", 2)).rejects.toMatchObject({ code: "bad-fplane" });
    await expect(measure("013 -449.9 150.1", 2, 1)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(measure("013 -449.9 150.1", 2, 3, { drop: ["900"] })).rejects.toMatchObject({ code: "bad-parameter" });
    expect((await measure("013 -449.9 150.1", 2, 3, { commit: false })).changes).toHaveLength(1);
    const request = { text: "013 -449.9 150.1", name: "l", drop: [], force: false, from: day(2), reason, commit: true };
    await expect(setPositions(deps, UPDATER, request)).rejects.toMatchObject({ code: "forbidden" });
    expect(await newestRevision(deps)).toBe(before);
  });

  test.skipIf(MEASURED === null || FULL === null)(
    "the list of 2020 is taken over the plane of 2018, each row for its seat (needs the real files)",
    async () => {
      const own = observatory((await engine.open()).store);
      await importFplane(own, CURATOR, importOf("full.txt", FULL ?? "", "20181008"));
      const { plane } = await ask(own, "20181101");
      const filled = plane.virus.filter((row) => row.ifuid !== null).map((row) => row.ifuslot);
      const rows = (MEASURED ?? "")
        .trim()
        .split("\n")
        .map((line) => line.split(" "));
      const drop = rows.map(([seat = ""]) => seat).filter((seat) => !filled.includes(seat));
      const request = { text: MEASURED ?? "", name: "2020", force: false, from: "20181008", reason, commit: true };
      await setPositions(own, CURATOR, { ...request, drop });
      const told = (await ask(own, "20181101", { actualPositions: true })).plane.virus.filter((row) => row.measured);
      const right = rows
        .filter(([seat = ""]) => filled.includes(seat))
        .map(([seat, x, y]) => `${seat} ${Number(x)} ${Number(y)}`);
      expect(told.map(({ ifuslot, x, y }) => `${ifuslot} ${x} ${y}`)).toEqual(right);
    },
  );
});
