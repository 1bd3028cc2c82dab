import { beforeAll, beforeEach, expect, test } from "bun:test";
import { DAY, HOUR, type Instant } from "../../src/domain/time/instant.ts";
import { getChanges } from "../../src/service/changes.ts";
import { type CorrectRequest, correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { addTag } from "../../src/service/tags.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { nextEvening } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { fileOf, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const reason = "why";

describeOnEngines("changes", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let base: number;
  let day: (days: number) => string;
  let at: (days: number) => Instant;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    deps.testClock.advance(2 * HOUR); // some hours into a night, in summer and in winter
  }, STARTING);
  beforeEach(async () => {
    ({ evening, day, at } = nextEvening(deps));
    await send(deps, UNITS);
    deps.testClock.advance(10 * DAY);
    base = await newestRevision(deps);
  });

  const put = (ifuslot: string, from: number, until: number | "open", set: Record<string, string>) => {
    const end = until === "open" ? until : day(until);
    return make([{ ifuslot, from: day(from), until: end, set }]);
  };
  const make = (corrections: CorrectRequest["corrections"]) =>
    correct(deps, CURATOR, { corrections, reason, commit: true });
  const since = (fromRev: number | string, toRev?: number | string) =>
    getChanges(deps, { fromRev: String(fromRev), ...(toRev === undefined ? {} : { toRev: String(toRev) }) });
  /** `1-3 013 014`: days and seats. */
  const told = async (fromRev: number, toRev?: number) =>
    (await since(fromRev, toRev)).changes.map(({ span, seats, positions }) => {
      const days = (instant: Instant | null) => (instant === null ? "" : (instant - evening) / DAY);
      const names = [
        ...seats.map((seat) => seat.ifuslot),
        ...positions.map((moved) => `${moved.ifuslot}/${moved.ifuid}`),
      ];
      return `${days(span.from)}-${days(span.until)} ${names.join(" ")}`;
    });

  test("the spans that are known otherwise, each with its seats, and the nights that they touch", async () => {
    await put("013", 1, 4, { specid: "399" });
    await put("014", 2, 6, { specid: "398" });
    expect(await told(base)).toEqual(["1-2 013", "2-4 013 014", "4-6 014"]);
    expect(await told(base, base + 1)).toEqual(["1-4 013"]);
    expect(await told(base + 1)).toEqual(["2-6 014"]);
    const { nights, fromRev, toRev } = await since(base);
    expect([fromRev, toRev]).toEqual([base, base + 2]);
    expect(nights).toHaveLength(6);
    expect(nights[0]).toBe(day(1).slice(0, 10));
  });

  test("what came and went between the two revisions is neither what was nor what is", async () => {
    await put("014", 3, "open", { specid: "388" });
    const from = await newestRevision(deps);
    await put("014", 1, 6, { specid: "377" });
    await put("014", 2, 5, { specid: "366" });
    const { changes } = await since(from);
    expect(changes.map(({ seats }) => seats.map((seat) => [seat.before?.specid, seat.after?.specid].join()))).toEqual([
      ...[["302,377"], ["302,366"], ["388,366"], ["388,377"]],
    ]);
    expect(await told(from)).toEqual(["1-2 014", "2-3 014", "3-5 014", "5-6 014"]);
  });

  test("a revision differs from itself in nothing", async () => {
    expect(await since(base, base)).toEqual({ fromRev: base, toRev: base, changes: [], nights: [] });
  });

  test("what was changed and changed back is no change", async () => {
    await put("013", 1, 4, { specid: "399" });
    await put("013", 1, 4, { specid: "301", contid: "S/N 0001" });
    expect(await told(base)).toEqual([]);
    expect(await told(base + 1)).toEqual(["1-4 013"]);
    expect((await since(base)).nights).toEqual([]);
  });

  test("a controller alone is none: no file shows it", async () => {
    await put("013", 1, 4, { contid: "S/N 0777" });
    await put("014", 2, 3, { contid: "S/N 0778", specslot: "123" });
    expect(await told(base)).toEqual(["2-3 014"]);
    expect(await told(base, base + 1)).toEqual([]);
  });

  test("positions count while their IFU sits in the seat", async () => {
    await setPositions(deps, CURATOR, {
      ...{
        text: "013 -449.9 150.1",
        name: "l",
        drop: [],
        force: false,
        from: day(1),
        until: day(8),
        reason,
        commit: true,
      },
    });
    expect(await told(base)).toEqual(["1-8 013/001"]);
    const moved = await newestRevision(deps);
    await put("013", 3, 5, { ifuid: "077" });
    expect(await told(moved)).toEqual(["3-5 013"]);
    await setPositions(deps, CURATOR, {
      ...{
        text: "013 -449.8 150.2",
        name: "l",
        drop: [],
        force: false,
        from: day(2),
        until: day(6),
        reason,
        commit: true,
      },
    });
    expect(await told(moved + 1)).toEqual(["2-3 013/001", "5-6 013/001"]);
  });

  test("retracted and imported stretches count, an end that is open counts until now", async () => {
    await retract(deps, CURATOR, { ifuslots: ["013"], from: day(1), until: day(2), reason, commit: true });
    expect(await told(base)).toEqual(["1-2 013"]);
    await importFplane(deps, CURATOR, importOf("f.txt", fileOf(UNITS), day(1)));
    expect(await told(base)).toEqual([]);
    await put("013", 8, "open", { specid: "399" });
    const { changes, nights } = await since(base);
    expect(changes.map(({ span }) => span)).toEqual([{ from: at(8), until: null }]);
    expect(nights).toHaveLength(3);
  });

  test("revisions are named as everywhere; backwards, unknown or missing ones are refused", async () => {
    await put("013", 1, 4, { specid: "399" });
    await addTag(deps, CURATOR, { name: `then-${base}`, asOf: String(base), reason });
    expect((await since(`then-${base}`)).changes).toHaveLength(1);
    await expect(since(base + 1, base)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(since(9999)).rejects.toMatchObject({ code: "not-found" });
    await expect(since("dr99")).rejects.toMatchObject({ code: "not-found" });
  });
});
