import { beforeAll, beforeEach, expect, test } from "bun:test";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { DAY, HOUR, type Instant, later } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { addHold, listHolds, releaseHold } from "../../src/service/holds.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { getStatus } from "../../src/service/status.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory, UPDATER } from "../support/observatory.ts";
import { nextEvening } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, fileOf, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);
const reason = "the telescope does not know yet";

describeOnEngines("a hold", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let day: (days: number) => string;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  }, STARTING);
  beforeEach(async () => {
    for (const { hold } of await listHolds(deps))
      await releaseHold(deps, CURATOR, { hold, reason: "next test", commit: true });
    ({ evening, day } = nextEvening(deps));
    await send(deps, UNITS);
  });

  const hold = (ifuslots: readonly string[], from = 0, until?: number) =>
    addHold(deps, CURATOR, {
      ifuslots,
      from: day(from),
      ...(until === undefined ? {} : { until: day(until) }),
      reason,
      commit: true,
    });
  const nextNight = (units: typeof UNITS) => {
    deps.testClock.advance(DAY);
    return send(deps, units);
  };
  const now = async (...seats: readonly string[]) => {
    const answer = await ask(deps, "");
    return seats.map((seat) => shownIn(answer, seat).slice(0, 7));
  };
  const seats = (changes: readonly { readonly ifuslot: string }[]) => changes.map((change) => change.ifuslot);

  test("a correction under a hold survives the nightly updates, whose contradiction is told each time", async () => {
    await correct(deps, CURATOR, {
      corrections: [{ ifuslot: "013", from: day(0), until: "open", set: { specid: "399" } }],
      ...{ reason, commit: true },
    });
    await hold(["013"]);
    for (const _night of [1, 2]) {
      const { changes, contradicted } = await nextNight(UNITS);
      expect(changes).toEqual([]);
      expect(contradicted).toMatchObject([{ ifuslot: "013", before: { specid: "399" }, after: { specid: "301" } }]);
      expect(await now("013")).toEqual(["001 399"]);
    }
    const status = await getStatus(deps);
    expect(seats(status.contradicted)).toEqual(["013"]);
    expect(status.holds).toMatchObject([{ ifuslots: ["013"], actor: "cora", reason }]);
    expect(status.lastStatus?.dataTime).toBe(deps.clock());
  });

  test("a status that contradicts a hold confirms nothing, one that agrees does", async () => {
    await hold(["013"]);
    await nextNight(changed(UNITS, { "013": { specid: "398" } }));
    expect((await ask(deps, "")).confirmedUntil).toBe(evening);
    await nextNight(UNITS);
    expect((await ask(deps, "")).confirmedUntil).toBe(deps.clock());
    expect((await getStatus(deps)).contradicted).toEqual([]);
  });

  test("other seats change as the status says", async () => {
    await hold(["013"]);
    const { changes, contradicted } = await nextNight(
      changed(UNITS, { "013": { specid: "398" }, "015": { specid: "397" } }),
    );
    expect([seats(changes), seats(contradicted)]).toEqual([["015"], ["013"]]);
    expect(await now("013", "015")).toEqual(["001 301", "003 397"]);
  });

  test("a seat that would take what a held one keeps stays too, and so does one that would take from that", async () => {
    await hold(["013"]);
    const rotated = changed(UNITS, { "013": { specid: "302" }, "014": { specid: "303" }, "015": { specid: "301" } });
    const { changes, contradicted } = await nextNight(rotated);
    expect([seats(changes), seats(contradicted)]).toEqual([[], ["013", "014", "015"]]);
    expect(await now("013", "014", "015")).toEqual(["001 301", "002 302", "003 303"]);
    const taken = await nextNight(changed(UNITS, { "013": null, "016": { ifuid: "001" } }));
    expect(seats(taken.contradicted)).toEqual(["013", "016"]);
  });

  test("over a part of the time keeps the seat over that part only", async () => {
    await hold(["013"], 3, 5);
    const { changes, contradicted } = await nextNight(changed(UNITS, { "013": { specid: "398" } }));
    expect([seats(changes), seats(contradicted)]).toEqual([["013"], ["013"]]);
    const shown = async (days: number) => shownIn(await ask(deps, day(days)), "013").slice(4, 7);
    expect([await shown(2), await shown(3), await shown(4.9), await shown(5)]).toEqual(["398", "301", "301", "398"]);
  });

  test("before it begins and after it ends statuses are taken as they are", async () => {
    await hold(["013"], 0.5, 0.9);
    const { contradicted } = await nextNight(changed(UNITS, { "013": { specid: "398" } }));
    expect(contradicted).toEqual([]);
    expect(await now("013")).toEqual(["001 398"]);
  });

  test("released, the next status is taken", async () => {
    const { hold: number } = await hold(["013"]);
    const other = changed(UNITS, { "013": { specid: "398" } });
    await nextNight(other);
    expect(await now("013")).toEqual(["001 301"]);
    await releaseHold(deps, CURATOR, { hold: number, reason: "it knows now", commit: true });
    expect(await now("013")).toEqual(["001 301"]);
    expect(seats((await nextNight(other)).changes)).toEqual(["013"]);
    expect(await now("013")).toEqual(["001 398"]);
    await expect(releaseHold(deps, CURATOR, { hold: number, reason, commit: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("of a preview nothing is recorded, and one on an older revision than the seats' newest is refused", async () => {
    const request = { ifuslots: ["013"], from: day(0), reason };
    const preview = await addHold(deps, CURATOR, { ...request, commit: false });
    const newest = async () => (await deps.store.newestRevision())?.rev ?? 0;
    expect(preview).toMatchObject({ committed: false, ifuslots: ["013"], hold: preview.base + 1 });
    expect([await newest(), await listHolds(deps)]).toEqual([preview.base, []]);
    const { hold: number } = await addHold(deps, CURATOR, { ...request, base: preview.base, commit: true });
    const release = { hold: number, reason, commit: false };
    expect(await releaseHold(deps, CURATOR, release)).toEqual({ committed: false, revision: null, ifuslots: ["013"] });
    expect(await listHolds(deps)).toHaveLength(1);
    const stale = addHold(deps, CURATOR, { ...request, base: 1, commit: true });
    await expect(stale).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("same seats") });
  });

  test("of two over each other each is released by itself", async () => {
    const [first, second] = [await hold(["013", "014"]), await hold(["013"])];
    await releaseHold(deps, CURATOR, { hold: first.hold, reason, commit: true });
    const { contradicted } = await nextNight(changed(UNITS, { "013": { specid: "398" }, "014": { specid: "397" } }));
    expect(seats(contradicted)).toEqual(["013"]);
    expect((await listHolds(deps)).map((held) => held.hold)).toEqual([second.hold]);
  });

  test("what it keeps from changing counts nothing at the gate", async () => {
    await hold(["013"]);
    deps.testClock.advance(DAY);
    const gated = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const { changes, contradicted } = await send(gated, changed(UNITS, { "013": null }));
    expect([seats(changes), seats(contradicted)]).toEqual([[], ["013"]]);
    const other = send(gated, changed(UNITS, { "014": null }));
    await expect(other).rejects.toMatchObject({ code: "quarantined" });
  });

  test("of no seat in particular is of all", async () => {
    const { ifuslots } = await hold([]);
    expect(ifuslots).toEqual([...VIRUS_SEATS]);
    const { changes, contradicted } = await nextNight(UNITS.slice(2));
    expect([seats(changes), seats(contradicted)]).toEqual([[], ["013", "014"]]);
  });

  test("keeps statuses away, not curators", async () => {
    await hold(["013"]);
    await correct(deps, CURATOR, {
      corrections: [{ ifuslot: "013", from: day(0), until: "open", set: { specid: "396" } }],
      ...{ reason, commit: true },
    });
    expect(await now("013")).toEqual(["001 396"]);
    deps.testClock.advance(HOUR);
    await importFplane(deps, CURATOR, importOf("f.txt", fileOf(UNITS), day(0)));
    expect(await now("013")).toEqual(["001 301"]);
  });

  test("without a reason, of what is no VIRUS seat, without an end after its beginning, by no curator is refused", async () => {
    const before = await newestRevision(deps);
    const request = { ifuslots: ["013"], from: day(0), reason, commit: true };
    const bad = { code: "bad-parameter" };
    await expect(addHold(deps, CURATOR, { ...request, reason: " " })).rejects.toMatchObject(bad);
    await expect(addHold(deps, CURATOR, { ...request, ifuslots: ["013", "600"] })).rejects.toMatchObject({
      code: "bad-parameter",
      message: "600 is no VIRUS seat; only those can be held; the nearest is 060",
    });
    await expect(addHold(deps, CURATOR, { ...request, until: day(0) })).rejects.toMatchObject(bad);
    await expect(addHold(deps, CURATOR, { ...request, from: "soon" })).rejects.toMatchObject({
      code: "bad-date",
    });
    await expect(addHold(deps, UPDATER, request)).rejects.toMatchObject({ code: "forbidden" });
    await expect(releaseHold(deps, UPDATER, { hold: 1, reason, commit: true })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(releaseHold(deps, CURATOR, { hold: 1, reason: "", commit: true })).rejects.toMatchObject(bad);
    expect(await newestRevision(deps)).toBe(before);
  });

  test("is seen as it was by reads of the past", async () => {
    const { hold: number, span } = await hold(["013"]);
    await releaseHold(deps, CURATOR, { hold: number, reason, commit: true });
    expect(await deps.store.holds(number)).toEqual([{ hold: number, ifuslot: "013", span }]);
    expect(await deps.store.holds(number + 1)).toEqual([]);
    expect(await deps.store.holds(number - 1)).toEqual([]);
    expect(span).toEqual({ from: later(evening, 0), until: null });
  });
});
