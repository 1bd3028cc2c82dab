import { beforeAll, beforeEach, expect, test } from "bun:test";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { DAY, HOUR, instantText, later } from "../../src/domain/time/instant.ts";
import type { Deps } from "../../src/service/deps.ts";
import { getRevision } from "../../src/service/revisions.ts";
import { getStatus } from "../../src/service/status.ts";
import { discardUpload, releaseUpload } from "../../src/service/uploads.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(40);
/** So many of the forty have another spectrograph. */
const withOthers = (count: number) => UNITS.map((unit, i) => (i < count ? { ...unit, specid: `${800 + i}` } : unit));
const reason = "it was a night of work";

describeOnEngines("the upload gate", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = { ...observatory((await engine.open()).store), gate: DEFAULT_GATE };
    expect((await send(deps, UNITS)).committed).toBe(true); // the first configuration is never gated
  }, STARTING);
  // Whatever a test before left: forty units again, by force.
  beforeEach(async () => {
    for (const { rev } of (await getStatus(deps)).quarantine)
      await discardUpload(deps, CURATOR, { upload: rev, reason: "next test" });
    deps.testClock.advance(DAY);
    await send(deps, UNITS, { as: CURATOR, force: true });
    deps.testClock.advance(DAY);
  });

  const configOf = (units: typeof UNITS) => hardwareStatus(units, deps.clock());
  const quarantined = async (units: typeof UNITS): Promise<number> => {
    const error = await send(deps, units).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "quarantined", details: { gate: expect.any(String) } });
    return error.details.upload;
  };

  test("a quarter of the units may change, one more waits for a curator", async () => {
    expect((await send(deps, withOthers(10))).changes).toHaveLength(10);
    deps.testClock.advance(DAY);
    await send(deps, UNITS);
    deps.testClock.advance(DAY);
    await expect(send(deps, withOthers(11))).rejects.toMatchObject({
      code: "quarantined",
      message: expect.stringContaining("it changes 11 seats, 28 % of the 40 active units (more than 25 %)"),
    });
    expect(shownIn(await ask(deps, ""), "013")).toBe("001 301 111");
  });

  test("ten units may be lost, one more waits, and both reasons are told", async () => {
    expect((await send(deps, UNITS.slice(10))).changes).toHaveLength(10);
    deps.testClock.advance(DAY);
    await send(deps, UNITS, { as: CURATOR, force: true }); // ten that come back are a third of the thirty
    deps.testClock.advance(DAY);
    await expect(send(deps, UNITS.slice(11))).rejects.toMatchObject({
      message: expect.stringMatching(/it changes 11 seats, 28 % .* and 11 units are lost \(more than 10\)$/),
    });
  });

  test("units that have moved are not lost, and an IFU that was exchanged is a change", async () => {
    const lenient = { ...deps, gate: { changedShare: 1, lostUnits: 0 } };
    const swapped = changed(UNITS, { "013": { specid: "302" }, "014": { specid: "301" } });
    expect((await send(lenient, swapped)).committed).toBe(true);
    const strict = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    deps.testClock.advance(DAY);
    const exchanged = changed(swapped, { "013": { ifuid: "002" }, "014": { ifuid: "001" } });
    await expect(send(strict, exchanged)).rejects.toMatchObject({ code: "quarantined" });
  });

  test("a controller or a bay that is learned is no change", async () => {
    const strict = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const learned = UNITS.map((unit, i) => ({ ...unit, contid: `S/N 1${i}`, specslot: "111" }));
    expect((await send(strict, learned)).changes.length).toBeGreaterThan(30);
  });

  test("what waits is kept once with its reason, changes nothing, and is answered as waiting when sent again", async () => {
    const before = await newestRevision(deps);
    const config = configOf(withOthers(20));
    const sent = () => send(deps, [], { config });
    await expect(sent()).rejects.toMatchObject({ code: "quarantined", details: { upload: before + 1 } });
    await expect(sent()).rejects.toMatchObject({
      code: "quarantined",
      message: `this status already waits in quarantine for a curator: see revision ${before + 1}`,
    });
    expect(await newestRevision(deps)).toBe(before + 1);
    const { quarantine } = await getStatus(deps);
    expect(quarantine).toMatchObject([{ rev: before + 1, code: "quarantined", actor: "cron", dataTime: deps.clock() }]);
    const { kind, body, reason: why } = await getRevision(deps, before + 1);
    expect(kind).toBe("quarantine");
    expect(why).toContain("50 %");
    expect(body).toMatchObject({ source: { upload: config }, status: { outcome: "quarantined" } });
    expect((await ask(deps, "")).confirmedUntil).toBeLessThan(deps.clock());
  });

  test("released by a curator it is taken as of its own time, and is then answered as the same update", async () => {
    const config = configOf(withOthers(20));
    const dataTime = deps.clock();
    const upload = await quarantined(withOthers(20));
    deps.testClock.advance(DAY);
    const preview = await releaseUpload(deps, CURATOR, { upload, reason, commit: false });
    expect(preview).toMatchObject({ committed: false, revision: null });
    expect((await getStatus(deps)).quarantine).toHaveLength(1);
    const released = await releaseUpload(deps, CURATOR, { upload, reason, commit: true });
    expect(released).toMatchObject({
      committed: true,
      revision: upload + 1,
      dataTime,
      span: { from: dataTime, until: null },
    });
    expect(released.changes).toHaveLength(20);
    expect((await getStatus(deps)).quarantine).toEqual([]);
    expect((await getRevision(deps, upload + 1)).reason).toBe(reason);
    expect(await send(deps, [], { config })).toMatchObject({ repeated: true, revision: upload + 1 });
    await expect(releaseUpload(deps, CURATOR, { upload, reason, commit: true })).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test("released twice at once it is taken once", async () => {
    const upload = await quarantined(withOthers(20));
    const release = () => releaseUpload(deps, CURATOR, { upload, reason, commit: true });
    const outcomes = await Promise.allSettled([release(), release()]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    const message = expect.stringContaining(`upload ${upload} waits no longer: it was released`);
    expect(refused).toMatchObject([{ code: "not-found", message }]);
    expect(await newestRevision(deps)).toBe(upload + 1);
  });

  test("latest is when it was sent, also for the release", async () => {
    const sentAt = deps.clock();
    const late = { at: later(sentAt, -2 * HOUR), datestr: "latest" } as const;
    const error = await send(deps, withOthers(20), late).catch((thrown) => thrown);
    deps.testClock.advance(HOUR);
    const released = await releaseUpload(deps, CURATOR, { upload: error.details.upload, reason, commit: true });
    expect(instantText(released.span.from)).toBe(instantText(sentAt));
  });

  test("a start of its own is kept for the release", async () => {
    const start = instantText(deps.clock());
    deps.testClock.advance(3_600_000_000);
    const error = await send(deps, withOthers(20), { datestr: start }).catch((thrown) => thrown);
    const released = await releaseUpload(deps, CURATOR, { upload: error.details.upload, reason, commit: true });
    expect(instantText(released.span.from)).toBe(start);
  });

  test("discarded by a curator it never comes back, whoever sends it", async () => {
    const config = configOf(withOthers(20));
    const upload = await quarantined(withOthers(20));
    await discardUpload(deps, CURATOR, { upload, reason: "the camera server was confused" });
    expect((await getStatus(deps)).quarantine).toEqual([]);
    await expect(send(deps, [], { config })).rejects.toMatchObject({
      code: "quarantined",
      message: expect.stringContaining("has been discarded by a curator"),
    });
    expect((await send(deps, [], { config, as: CURATOR, force: true })).committed).toBe(true);
  });

  test("forced by a curator it passes, and settles the one that waits", async () => {
    const config = configOf(withOthers(20));
    await quarantined(withOthers(20));
    expect((await send(deps, [], { config, as: CURATOR, force: true })).changes).toHaveLength(20);
    expect((await getStatus(deps)).quarantine).toEqual([]);
  });

  test("a dry run says that it would wait, and leaves nothing", async () => {
    const before = await newestRevision(deps);
    const { warnings, changes } = await send(deps, withOthers(20), { commit: false });
    expect(warnings).toEqual([
      expect.stringContaining("with commit it would wait in quarantine for a curator: it changes 20"),
    ]);
    expect(changes).toHaveLength(20);
    expect(await newestRevision(deps)).toBe(before);
  });

  test("forcing, releasing and discarding are a curator's, and need what they are about and why", async () => {
    const upload = await quarantined(withOthers(20));
    const forbidden = { code: "forbidden" };
    await expect(send(deps, withOthers(21), { force: true })).rejects.toMatchObject(forbidden);
    const release = (as: typeof UPDATER, number = upload, own: Deps = deps) =>
      releaseUpload(own, as, { upload: number, reason, commit: true });
    await expect(release(UPDATER)).rejects.toMatchObject(forbidden);
    await expect(discardUpload(deps, UPDATER, { upload, reason })).rejects.toMatchObject(forbidden);
    await expect(release(CURATOR, 1)).rejects.toMatchObject({ code: "not-found" });
    await expect(discardUpload(deps, CURATOR, { upload: 1, reason })).rejects.toMatchObject({ code: "not-found" });
    const why = { upload, reason: " " };
    await expect(discardUpload(deps, CURATOR, why)).rejects.toMatchObject({ code: "bad-parameter" });
    await expect(releaseUpload(deps, CURATOR, { ...why, commit: true })).rejects.toMatchObject({
      code: "bad-parameter",
    });
  });
});
