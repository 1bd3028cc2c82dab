import { beforeAll, expect, test } from "bun:test";
import { randomUUID } from "node:crypto";
import { readBody } from "../../src/domain/record/revision-body.ts";
import { DAY, HOUR, type Instant, instantText, later, SECOND } from "../../src/domain/time/instant.ts";
import { getFplane } from "../../src/service/get-fplane.ts";
import { updateConfig } from "../../src/service/update-config.ts";
import { discardUpload, releaseUpload } from "../../src/service/uploads.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { STARTING } from "../support/site.ts";

const unit = (specid: string): ReportedUnit => ({ ifuslot: "013", ifuid: "043", specid });

describeOnEngines("a status that has waited in a client's queue", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  }, STARTING);

  const ago = (microseconds: number) => later(deps.clock(), -microseconds);
  const newId = () => `cron-host-${randomUUID()}`;
  const send = (
    config: unknown,
    takenAt: Instant | null,
    { id = newId(), ...options }: { id?: string; datestr?: string; force?: boolean; commit?: boolean } = {},
  ) =>
    updateConfig(deps, options.force ? CURATOR : UPDATER, {
      ...{ config, commit: true, datestr: undefined, actualPositions: false, layout: "full", ...options },
      queued: takenAt === null ? undefined : { takenAt, id },
    });
  const specidAt = async (instant: Instant, asOf?: number) => {
    const variant = { actualPositions: false, layout: "full", night: "local", strict: false } as const;
    const asked = { datestr: instantText(instant), asOf: asOf === undefined ? undefined : String(asOf), ...variant };
    const { text } = await getFplane(deps, asked);
    return /^#?013\t.*?\t.*?\t(\w+)/m.exec(text)?.[1];
  };
  const newest = async () => (await deps.store.newestRevision())?.rev ?? 0;
  const sourceOf = async (rev: number) => readBody((await deps.store.bodyOf(rev)) ?? "").source;

  test("three nights of an outage are each taken at their own data times, and as_of knows when we learnt of them", async () => {
    await send(hardwareStatus([unit("101")], ago(72 * HOUR)), ago(72 * HOUR));
    const before = await newest();
    const nights = [60 * HOUR, 36 * HOUR, 12 * HOUR];
    for (const [i, age] of nights.entries()) {
      const result = await send(hardwareStatus([unit(String(200 + i))], ago(age)), ago(age - 60 * SECOND));
      expect(result).toMatchObject({ repeated: false, dataTime: ago(age), span: { from: ago(age), until: null } });
    }
    const seen = await Promise.all([72, 60, 36, 12].map((hours) => specidAt(ago(hours * HOUR))));
    expect(seen).toEqual(["101", "200", "201", "202"]);
    const seenThen = await Promise.all([72, 60, 36, 12].map((hours) => specidAt(ago(hours * HOUR), before)));
    expect(seenThen).toEqual(["101", "101", "101", "101"]);
  });

  test("what arrives after a newer status undoes nothing of it", async () => {
    const [older, newer] = [ago(11 * HOUR), ago(10 * HOUR)];
    await send(hardwareStatus([unit("212")], newer), newer);
    expect(await send(hardwareStatus([unit("211")], older), older)).toMatchObject({
      span: { from: older, until: newer },
    });
    expect(await Promise.all([older, newer].map((at) => specidAt(at)))).toEqual(["211", "212"]);
  });

  test("when it was taken and its id are kept with it, also when it is refused", async () => {
    const taken = await send(hardwareStatus([unit("212")], ago(9 * HOUR)), ago(8 * HOUR), { id: "the id of the 1st" });
    expect(await sourceOf(taken.revision ?? 0)).toMatchObject({
      queued: { takenAt: instantText(ago(8 * HOUR)), id: "the id of the 1st" },
    });
    const config = hardwareStatus([unit("212")], ago(20 * HOUR));
    const upload = (await newest()) + 1;
    const refusal = send(config, ago(8 * HOUR), { id: "the id of the 2nd" });
    await expect(refusal).rejects.toMatchObject({ code: "stale-status", details: { upload } });
    expect(await sourceOf(await newest())).toEqual({
      upload: config,
      datestr: null,
      queued: { takenAt: instantText(ago(8 * HOUR)), id: "the id of the 2nd" },
    });
  });

  // Hours from now, negative in the past: when it was taken by the client, its data time, and what becomes of it.
  const ages: readonly (readonly [takenAt: number, dataTime: number, string | null])[] = [
    [-7 * 24, -7 * 24 - 6, null],
    [-7 * 24 - 0.01, -7 * 24 - 1, "stale-status"],
    [-100, -106.01, "stale-status"],
    [-100, -76.01, null],
    [-100, -75.9, "future-status"],
    [1 / 6, 0, null],
    [0.17, -0.1, "future-status"],
  ];
  test.each(ages)("taken %d h from now with a data time of %d h: %p", async (takenAt, dataTime, code) => {
    const at = (hours: number) => later(deps.clock(), Math.round(hours * 3600) * SECOND);
    const sending = send(hardwareStatus([unit("212")], at(dataTime)), at(takenAt));
    if (code === null) expect(await sending).toMatchObject({ committed: true });
    else await expect(sending).rejects.toMatchObject({ code });
  });

  test("the age counts from when it was taken, and the refusal says so", async () => {
    const sending = send(hardwareStatus([unit("212")], ago(30 * HOUR)), ago(20 * HOUR));
    await expect(sending).rejects.toThrow(
      `10.0 h before its client took it (${instantText(ago(20 * HOUR))}); more than 6 h`,
    );
  });

  test("a start that means now means the moment at which it was taken", async () => {
    const takenAt = ago(7 * HOUR);
    const result = await send(hardwareStatus([unit("212")], ago(8 * HOUR)), takenAt, { datestr: "latest" });
    expect(result.span.from).toBe(takenAt);
  });

  test("the same id is the same update, however often and with whatever order of names it comes, and after 7 days too", async () => {
    const [at, id] = [ago(6 * DAY), newId()];
    const config = hardwareStatus([unit("212")], at);
    const first = await send(config, at, { id });
    const after = await newest();
    const reordered = Object.fromEntries(Object.entries(config).reverse());
    for (const again of [config, reordered, config]) {
      expect(await send(again, at, { id })).toMatchObject({ repeated: true, revision: first.revision });
      deps.testClock.advance(DAY);
    }
    expect(await newest()).toBe(after);
  });

  test("an id that belongs to another status is refused, so that none is lost", async () => {
    const [at, id] = [ago(HOUR), newId()];
    const first = await send(hardwareStatus([unit("212")], at), at, { id });
    const other = send(hardwareStatus([unit("213")], at), at, { id });
    await expect(other).rejects.toMatchObject({ code: "already-exists", details: { revision: first.revision } });
    await expect(send(hardwareStatus([unit("212")], at), at, { id, datestr: "latest" })).rejects.toThrow(id);
  });

  test("what was taken in a first attempt, without an id, is not taken again from the queue", async () => {
    const config = hardwareStatus([unit("220")], ago(0));
    const first = await send(config, null);
    deps.testClock.advance(10 * HOUR);
    expect(await send(config, ago(10 * HOUR))).toMatchObject({ repeated: true, revision: first.revision });
  });

  test("what was taken from the queue is not taken again by a first attempt that was overtaken", async () => {
    const config = hardwareStatus([unit("221")], ago(0));
    const first = await send(config, ago(0));
    expect(await send(config, null)).toMatchObject({ repeated: true, revision: first.revision });
  });

  test("sent many times at once it is taken once", async () => {
    deps.testClock.advance(HOUR);
    const config = hardwareStatus([unit("222")], ago(0));
    const id = newId();
    const before = await newest();
    const all = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => send(config, n % 2 === 0 ? null : ago(0), { id })));
    expect(new Set(all.map(({ revision }) => revision))).toEqual(new Set([before + 1]));
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await newest()).toBe(before + 1);
  });

  test("a dry run of one takes the same path and records nothing", async () => {
    const before = await newest();
    const dry = await send(hardwareStatus([unit("230")], ago(50 * HOUR)), ago(50 * HOUR), { commit: false });
    expect(dry).toMatchObject({ committed: false, revision: null, repeated: false });
    await expect(
      send(hardwareStatus([unit("230")], ago(8 * DAY)), ago(8 * DAY), { commit: false }),
    ).rejects.toMatchObject({ code: "stale-status" });
    expect(await newest()).toBe(before);
  });

  test("in quarantine it waits once, whoever sends it again, and is released with its id", async () => {
    const gated = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const at = ago(30 * HOUR);
    const config = hardwareStatus([unit("240")], at);
    const queued = { takenAt: at, id: newId() };
    const update = { config, commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
    const sending = () => updateConfig(gated, UPDATER, { ...update, queued });
    const upload = (await newest()) + 1;
    await expect(sending()).rejects.toMatchObject({ code: "quarantined", details: { upload } });
    await expect(sending()).rejects.toMatchObject({ code: "quarantined", details: { upload } });
    expect(await newest()).toBe(upload);
    const { revision } = await releaseUpload(deps, CURATOR, { upload, reason: "checked", commit: true });
    expect(await sourceOf(revision ?? 0)).toMatchObject({ queued: { id: queued.id } });
    expect(await sending()).toMatchObject({ repeated: true, revision });
  });

  test("discarded by a curator it is told as that when its client sends it again", async () => {
    const gated = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const at = ago(5 * HOUR);
    const update = { commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
    const config = hardwareStatus([unit("245")], at);
    const queued = { takenAt: at, id: newId() };
    const sending = () => updateConfig(gated, UPDATER, { ...update, config, queued });
    const upload = (await newest()) + 1;
    await expect(sending()).rejects.toMatchObject({ code: "quarantined", details: { upload } });
    await discardUpload(deps, CURATOR, { upload, reason: "the camera server was confused" });
    await expect(sending()).rejects.toMatchObject({
      code: "quarantined",
      message: expect.stringContaining("has been discarded by a curator"),
    });
  });

  test("forced from the queue it settles the first attempt, which waits in quarantine without an id", async () => {
    const gated = { ...deps, gate: { changedShare: 0, lostUnits: 0 } };
    const at = ago(4 * HOUR);
    const config = hardwareStatus([unit("250")], at);
    const update = { config, commit: true, datestr: undefined, actualPositions: false, layout: "full" } as const;
    const upload = (await newest()) + 1;
    await expect(updateConfig(gated, UPDATER, update)).rejects.toMatchObject({
      code: "quarantined",
      details: { upload },
    });
    const queued = { takenAt: at, id: newId() };
    expect(await updateConfig(gated, CURATOR, { ...update, queued, force: true })).toMatchObject({ committed: true });
    expect((await deps.store.quarantine()).map(({ rev }) => rev)).not.toContain(upload);
  });
});
