import { beforeAll, beforeEach, expect, test } from "bun:test";
import { DAY, HOUR, type Instant, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { type RetractRequest, retract } from "../../src/service/retract.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory, UPDATER } from "../support/observatory.ts";
import { nextEvening, rowsOf } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, fileOf, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const OTHER = changed(UNITS, { "013": { specid: "399" } });

describeOnEngines("retract", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    deps.testClock.advance(2 * HOUR); // some hours into a night, in summer and in winter
  }, STARTING);
  // The units stand from day 0 on, spectrograph 399 in seat 013 from day 6 on.
  beforeEach(async () => {
    ({ evening, day } = nextEvening(deps));
    await send(deps, UNITS);
    deps.testClock.advance(6 * DAY);
    await send(deps, OTHER);
  });

  const take = (
    ifuslots: readonly string[],
    from: number,
    until?: number | "open",
    more: Partial<RetractRequest> = {},
  ) => {
    const end = until === undefined ? {} : { until: until === "open" ? until : day(until) };
    return retract(deps, CURATOR, { ifuslots, from: day(from), ...end, reason: "wrong", commit: true, ...more });
  };

  test("of one seat nothing is known any more over the span, the others stay", async () => {
    const { changes, nights } = await take(["013"], 1, 3);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-1 001 301", "3-6 001 301", "6- 001 399"]);
    const answer = await ask(deps, day(2));
    expect(shownIn(answer, "013")).toBe("000 000 000");
    expect(shownIn(answer, "014")).toStartWith("002 302");
    expect(answer.confirmedUntil).toBeNull();
    expect(answer.lastModified).toBe((await deps.store.newestRevision())?.recordedAt ?? evening);
    expect(changes.map(({ seats }) => seats.map((seat) => [seat.ifuslot, seat.after]))).toEqual([[["013", null]]]);
    expect(nights).toHaveLength(3);
  });

  test("without an end it goes up to each seat's next change", async () => {
    await take(["013", "014"], 2);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-2 001 301", "6- 001 399"]);
    expect(await rowsOf(deps, "014", evening)).toEqual(["0-2 002 302"]);
    await send(deps, OTHER);
  });

  test("of all seats leaves no configuration, and says that there was one", async () => {
    const before = await newestRevision(deps);
    const then = await ask(deps, day(2));
    await take([], 1, 3);
    await expect(ask(deps, day(2))).rejects.toMatchObject({
      code: "no-configuration",
      details: { reason: "retracted" },
    });
    expect((await ask(deps, day(3))).interval).toEqual({
      from: later(evening, 3 * DAY),
      until: later(evening, 6 * DAY),
    });
    expect((await ask(deps, day(2), { asOf: String(before) })).text).toBe(then.text);
  });

  test("of an auxiliary seat leaves what there was without it: no configuration, which was never retracted", async () => {
    const [from, until] = ["20100101", "20100201"];
    const corrections = [{ ifuslot: "600", from, until, set: { specid: "555" } }];
    await correct(deps, CURATOR, { corrections, reason: "test", commit: true });
    await retract(deps, CURATOR, { ifuslots: ["600"], from, until, reason: "wrong", commit: true });
    await expect(ask(deps, "20100115")).rejects.toMatchObject({
      code: "no-configuration",
      details: { reason: "before-first" },
    });
  });

  test("what has been retracted can be recorded anew", async () => {
    await take([], 1, 3);
    await importFplane(deps, CURATOR, importOf("again.txt", fileOf(UNITS), day(1)));
    expect(shownIn(await ask(deps, day(2)), "013")).toStartWith("001 301");
    expect((await ask(deps, day(2))).confirmedUntil).toBe(later(evening, 3 * DAY));
  });

  test("a preview from before it is refused, and it is named", async () => {
    const base = await newestRevision(deps);
    const { revision } = await take(["013"], 0, 6);
    const corrections = [{ ifuslot: "013", from: day(1), until: day(2), set: { specid: "397" } }];
    await expect(correct(deps, CURATOR, { corrections, reason: "test", commit: true, base })).rejects.toMatchObject({
      code: "conflict",
      details: { base, revision },
    });
  });

  test("where nothing is recorded there is nothing to retract", async () => {
    await take(["013"], 1, 3);
    const before = await newestRevision(deps);
    for (const until of [2, undefined])
      await expect(take(["013"], 1, until)).rejects.toMatchObject({ code: "not-found" });
    expect(await newestRevision(deps)).toBe(before);
    await take(["013"], 2, 4);
    expect(await rowsOf(deps, "013", evening)).toEqual(["0-1 001 301", "4-6 001 301", "6- 001 399"]);
  });

  test("a preview does nothing; no reason, no such seat, no such date, no curator: refused", async () => {
    const before = await newestRevision(deps);
    expect((await take(["013"], 1, 3, { commit: false })).changes).toHaveLength(1);
    await expect(take(["013"], 1, 3, { reason: "" })).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(take(["900"], 1, 3)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(take(["013"], 3, 1)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(take(["013"], 1, 3, { from: "20200231" })).rejects.toMatchObject({ code: "bad-date" });
    const asked = { ifuslots: ["013"], from: day(1), reason: "wrong", commit: true };
    await expect(retract(deps, UPDATER, asked)).rejects.toMatchObject({ code: "forbidden" });
    expect(await newestRevision(deps)).toBe(before);
  });
});
