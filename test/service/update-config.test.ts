import { beforeAll, beforeEach, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { rowsOf } from "../../db/connection.ts";
import { DAY, HOUR, type Instant, instantText, later } from "../../src/domain/time/instant.ts";
import { describeOnEngines, type FreshDatabase } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { observatory, UPDATER } from "../support/observatory.ts";
import { ask, changed, send, shownIn, unit, unitsIn } from "../support/verbs.ts";

const BASE = unitsIn(10); // 013 to 016 and 021 to 026, with 001/301 to 010/310

describeOnEngines("what a hardware status says of the seats", (engine) => {
  let database: FreshDatabase;
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    database = await engine.open();
    deps = observatory(database.store);
  });

  // Each test has nights of its own, far after those of the others, and begins with the same ten units.
  let evening: Instant;
  beforeEach(async () => {
    deps.testClock.advance(20 * DAY);
    evening = deps.clock();
    await send(deps, BASE);
    deps.testClock.advance(DAY);
  });
  const now = () => instantText(deps.clock());
  const hourBefore = () => instantText(later(deps.clock(), -HOUR));
  const placements = async () => {
    const [row] = await rowsOf<{ n: string }>(database.connection.drizzle, sql`SELECT count(*) AS n FROM placement`);
    return Number(row?.n);
  };

  test("a status that changes nothing adds no placement: only what is confirmed moves", async () => {
    const before = await ask(deps, now());
    expect(before.confirmedUntil).toBe(evening);
    const rows = await placements();

    const sent = await send(deps, BASE);
    expect(sent).toMatchObject({ changes: [], firstSeen: { specid: [], ifuid: [], contid: [] }, warnings: [] });
    expect(await placements()).toBe(rows);

    const after = await ask(deps, now());
    expect(after).toMatchObject({ text: before.text, interval: before.interval, confirmedUntil: deps.clock() });
    expect(after.revision).toBe(before.revision + 1);
    expect((await ask(deps, now(), { asOf: String(before.revision) })).confirmedUntil).toBe(evening);
  });

  test("the file that an update returns is the one that is served from then on", async () => {
    const moved = changed(BASE, { "013": { specid: "350" } });
    for (const variant of [{ layout: "full" }, { layout: "short" }, { layout: "all-slots" }] as const) {
      const sent = await send(deps, moved, variant);
      const served = await ask(deps, now(), variant);
      expect(sent.answer.text).toBe(served.text);
      expect(sent).toMatchObject({ committed: true, revision: served.revision, answer: { sha256: served.sha256 } });
    }
  });

  test("two spectrographs change places, and the IFUs stay", async () => {
    const sent = await send(deps, changed(BASE, { "021": { specid: "306" }, "022": { specid: "305" } }));
    expect(sent.changes.map((change) => change.ifuslot)).toEqual(["021", "022"]);
    expect(shownIn(await ask(deps, now()), "021")).toStartWith("005 306");
    expect(shownIn(await ask(deps, now()), "022")).toStartWith("006 305");
    expect(shownIn(await ask(deps, hourBefore()), "021")).toStartWith("005 305");
    expect((await ask(deps, hourBefore())).interval).toEqual({ from: evening, until: deps.clock() });
  });

  test("a seat that the status does not mention loses spectrograph and controller, IFU and bay stay", async () => {
    const sent = await send(deps, changed(BASE, { "023": null }));
    expect(sent.changes).toEqual([
      {
        ifuslot: "023",
        before: { ifuid: "007", specid: "307", specslot: "127", contid: "S/N 0007" },
        after: { ifuid: "007", specid: null, specslot: "127", contid: null },
      },
    ]);
    expect(sent.answer.text).toContain("\n#023\t-350.000\t 150.000\t000\t127\t007\t0.000\t1.000\n");
  });

  test("a new spectrograph, controller and IFU are reported as seen for the first time, once", async () => {
    const [specid, ifuid, contid] = ["399", "099", "S/N 0199"]; // in no other test of this file
    const renewed = changed(BASE, { "024": { specid, contid }, "025": { ifuid } });
    const sent = await send(deps, renewed, { commit: false });
    expect(sent.firstSeen).toEqual({ specid: [specid], ifuid: [ifuid], contid: [contid] });
    expect((await send(deps, renewed)).firstSeen).toEqual(sent.firstSeen); // a dry run has seen nothing
    deps.testClock.advance(HOUR);
    expect((await send(deps, BASE)).firstSeen).toEqual({ specid: [], ifuid: [], contid: [] });
    deps.testClock.advance(HOUR);
    expect((await send(deps, renewed)).firstSeen).toEqual({ specid: [], ifuid: [], contid: [] });
  });

  test("an IFU that has moved leaves its old seat empty, bay and all", async () => {
    const sent = await send(deps, [...changed(BASE, { "026": null }), unit("105", "010", "310", "256")]);
    expect(sent.changes.map((change) => change.ifuslot)).toEqual(["026", "105"]);
    expect(shownIn(await ask(deps, now()), "026")).toBe("000 000 000");
    expect(shownIn(await ask(deps, now()), "105")).toBe("010 310 256");
    expect(shownIn(await ask(deps, hourBefore()), "105")).toBe("000 000 000");
  });

  test("a seat whose IFU moved away and that got another one shows the other one", async () => {
    await send(deps, changed(BASE, { "013": { ifuid: "002" }, "014": { ifuid: "001" } }));
    const answer = await ask(deps, now());
    expect([shownIn(answer, "013"), shownIn(answer, "014")]).toEqual(["002 301 111", "001 302 222"]);
  });

  test("what a status leaves unsaid is kept as long as the unit is the same", async () => {
    const unsaid = BASE.map(({ ifuslot, ifuid, specid }) => ({ ifuslot, ifuid, specid }));
    expect((await send(deps, unsaid)).changes).toEqual([]);
    const sent = await send(deps, changed(unsaid, { "013": { specid: "351" } }));
    expect(sent.changes.map((change) => change.after)).toEqual([
      { ifuid: "001", specid: "351", specslot: null, contid: null },
    ]);
  });

  test("half the focal plane is plugged anew in one status", async () => {
    const full = unitsIn(78);
    await send(deps, full);
    deps.testClock.advance(DAY);
    // 39 units, each one seat further, the last in the place of the first.
    const replugged = full.map((old, i) => {
      if (i >= 39) return old;
      const { ifuslot: _seat, ...from } = full[(i + 38) % 39] ?? old;
      return { ...from, ifuslot: old.ifuslot };
    });
    const sent = await send(deps, replugged);
    expect(sent.changes).toHaveLength(39);
    expect(sent.firstSeen).toEqual({ specid: [], ifuid: [], contid: [] });
    const answer = await ask(deps, now());
    expect(answer.text).toBe(sent.answer.text);
    for (const { ifuslot, ifuid, specid, specslot } of replugged)
      expect(shownIn(answer, ifuslot)).toBe(`${ifuid} ${specid} ${specslot}`);
  });

  test("units at auxiliary seats are no concern of a status", async () => {
    const before = await ask(deps, now());
    const lrs2 = [unit("056", "998", "501"), unit("066", "777", "502"), unit("600", null, null)];
    const sent = await send(deps, [...BASE, ...lrs2]);
    expect(sent.changes).toEqual([]);
    expect(sent.answer.text).toBe(before.text);
  });

  test.each([
    ["an IFU", "ifuid", { "014": { ifuid: "001" } }],
    ["a spectrograph", "specid", { "014": { specid: "301" } }],
  ] as const)("two seats with one %s are a conflict that names both", async (_what, kind, by) => {
    const rows = await placements();
    const sent = send(deps, changed(BASE, by));
    await expect(sent).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("at the seats 013, 014"),
      details: { conflicts: [{ kind, seats: ["013", "014"] }] },
    });
    expect(await placements()).toBe(rows);
    expect(await deps.store.newestRevision()).toMatchObject({ kind: "refuse", actor: UPDATER.username }); // it is kept
  });

  test("a dry run returns the new file and leaves no trace", async () => {
    const before = await ask(deps, now());
    const rows = await placements();
    const sent = await send(deps, changed(BASE, { "013": { specid: "352" } }), { commit: false });
    expect(sent).toMatchObject({ committed: false, revision: null, changes: [{ ifuslot: "013" }] });
    expect(sent.answer.text).toContain("013\t-450.000\t 150.000\t352\t");
    expect(await placements()).toBe(rows);
    expect(await ask(deps, now())).toEqual(before);
    const [left] = await rowsOf<{ n: string }>(
      database.connection.drizzle,
      sql`SELECT count(*) AS n FROM hardware_status WHERE rev > ${before.revision}`,
    );
    expect(Number(left?.n)).toBe(0);
  });

  test.each(["list", "by-seat", "by-spectrograph", "enclosures", "fits", "event"] as const)(
    "a status in the shape %s is taken",
    async (shape) => {
      const moved = changed(BASE, { "013": { specid: "302" }, "014": { specid: "301" } });
      const config = hardwareStatus(moved, deps.clock(), shape);
      const sent = await send(deps, [], { config });
      expect(sent.changes.map((change) => change.ifuslot)).toEqual(["013", "014"]);
      expect(sent.dataTime).toBe(deps.clock());
    },
  );

  test("an update needs a key, and goes into the record under its user", async () => {
    await expect(send(deps, BASE, { as: null })).rejects.toMatchObject({ code: "no-key" });
    await send(deps, BASE, { as: UPDATER });
    expect(await deps.store.newestRevision()).toMatchObject({ kind: "update", actor: UPDATER.username });
  });
});
