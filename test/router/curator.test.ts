import { beforeAll, describe, expect, test } from "bun:test";
import { DEFAULT_GATE } from "../../src/domain/status/gate.ts";
import { DAY } from "../../src/domain/time/instant.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { testApp } from "../support/observatory.ts";
import { openSite, type Site, STARTING, unitsOfToday } from "../support/site.ts";
import { clientOf, refusal, type TypedClient } from "../support/typed-client.ts";

const reason = "headers of March";
const SPAN = { from: "20190328", until: "20190401" };
const NIGHTS = ["2019-03-28", "2019-03-29", "2019-03-30", "2019-03-31"];
const CORRECTION = { corrections: [{ ifuslot: "015", ...SPAN, set: { specid: "399" } }], reason };

describeOnEngines("the curator's procedures", (engine) => {
  let site: Site;
  let curator: TypedClient;
  beforeAll(async () => {
    const open = await openSite(engine);
    const deps = { ...open.deps, gate: DEFAULT_GATE };
    site = { ...open, deps, ...testApp(deps) };
    curator = clientOf(site, site.keys.curator);
  }, STARTING);
  const newest = async () => (await site.deps.store.newestRevision())?.rev ?? 0;

  test("correct previews, then commits on the previewed base, and revert undoes it", async () => {
    const before = await newest();
    const preview = await curator.correct.mutate(CORRECTION);
    expect(preview).toMatchObject({ committed: false, revision: null, base: before, nights: NIGHTS });
    expect(preview.changes).toMatchObject([
      {
        ...{ from: "2019-03-28T17:00:00Z", until: "2019-04-01T17:00:00Z" },
        seats: [{ ifuslot: "015", after: { specid: "399" }, text: expect.stringContaining("-> 399") }],
      },
    ]);
    expect(await newest()).toBe(before);
    const made = await curator.correct.mutate({ ...CORRECTION, base: preview.base, commit: true });
    expect(made).toMatchObject({ committed: true, revision: before + 1, nights: NIGHTS });
    const late = curator.correct.mutate({ ...CORRECTION, base: preview.base, commit: true });
    expect(await refusal(late)).toMatchObject({ code: "conflict", httpStatus: 409 });
    const back = await curator.revert.mutate({ revision: before + 1, reason, commit: true });
    expect(back.nights).toEqual(NIGHTS);
    expect((await clientOf(site).changes.query({ fromRev: String(before) })).changes).toEqual([]);
  });

  test("retract takes back, positions measure", async () => {
    const retracted = await curator.retract.mutate({ ifuslots: ["016"], ...SPAN, reason, commit: true });
    expect(retracted.changes).toMatchObject([{ seats: [{ ifuslot: "016", after: null }] }]);
    const list = { name: "list", text: "015 -449.9 -50.1", ...SPAN, reason };
    const preview = await curator.positions.set.mutate(list);
    expect(preview.changes).toMatchObject([
      { positions: [{ ifuslot: "015", text: expect.stringContaining("position of IFU") }] },
    ]);
    const far = { ...list, text: "015 -440 -50" };
    expect(await refusal(curator.positions.set.mutate(far))).toMatchObject({ code: "conflict" });
    expect((await curator.positions.set.mutate({ ...far, force: true, commit: true })).committed).toBe(true);
  });

  test("holds are added, listed and released, tags added and listed", async () => {
    const { hold, text } = await curator.holds.add.mutate({ ifuslots: ["015"], ...SPAN, reason, commit: true });
    expect(text).toBe("015 from 2019-03-28T17:00:00Z until 2019-04-01T17:00:00Z");
    expect(await clientOf(site).holds.list.query()).toMatchObject([{ hold, ifuslots: ["015"], actor: "cora", reason }]);
    expect(await curator.holds.release.mutate({ hold, reason, commit: true })).toMatchObject({ revision: hold + 1 });
    expect(await clientOf(site).holds.list.query()).toEqual([]);
    const tag = await curator.tags.add.mutate({ name: "hdr1", asOf: "6", horizon: "20200101" });
    expect(tag).toMatchObject({ name: "hdr1", asOf: 6, horizon: "2020-01-01T18:00:00Z" });
    expect(await refusal(curator.tags.add.mutate({ name: "hdr1" }))).toMatchObject({
      code: "already-exists",
      httpStatus: 409,
    });
    expect(await clientOf(site).tags.list.query()).toEqual([tag]);
  });

  test("what waits in quarantine is released or discarded", async () => {
    const updater = clientOf(site, site.keys.updater);
    const upload = async (units: ReturnType<typeof unitsOfToday>) => {
      site.deps.testClock.advance(DAY);
      const config = hardwareStatus(units, site.deps.clock());
      expect(await refusal(updater.updateConfig.mutate({ config, commit: true }))).toMatchObject({
        code: "quarantined",
      });
      const { quarantine } = await clientOf(site).status.query();
      return quarantine[0]?.rev ?? 0;
    };
    const waiting = await upload(unitsOfToday().slice(20));
    const preview = await curator.quarantine.release.mutate({ upload: waiting, reason });
    expect(preview).toMatchObject({ committed: false, changes: expect.any(Array) });
    expect(await curator.quarantine.discard.mutate({ upload: waiting, reason })).toEqual({ revision: waiting + 1 });
    const again = await upload(unitsOfToday().slice(21));
    expect(await curator.quarantine.release.mutate({ upload: again, reason, commit: true })).toMatchObject({
      revision: again + 1,
    });
    expect((await clientOf(site).status.query()).quarantine).toEqual([]);
  });

  test("reads tell the same as REST", async () => {
    const reader = clientOf(site);
    const same = async (path: string, told: unknown) =>
      expect(JSON.parse(JSON.stringify(told))).toEqual(await (await site.get(path)).json());
    await same("/diff?a=20190101&b=20190401", await reader.diff.query({ a: "20190101", b: "20190401" }));
    await same("/history?ifuslot=015", await reader.history.query({ kind: "ifuslot", id: "015" }));
    await same("/changes?from_rev=5", await reader.changes.query({ fromRev: "5" }));
    await same("/revisions?limit=3", await reader.revisions.list.query({ limit: 3 }));
    await same("/revisions/4", await reader.revisions.get.query({ rev: 4 }));
    await same("/tags", await reader.tags.list.query());
    await same("/status", await reader.status.query());
    const { seats } = await reader.blame.query({ datestr: "20190101" });
    expect(seats[0]).toMatchObject({ ifuslot: "013", revision: { rev: 4, kind: "import" } });
    const frames = "20190115T053210.5_013LU_sci.fits 13 777 111 001";
    expect(await reader.check.mutate({ frames })).toMatchObject({ checked: 1, proposals: [{ ifuslot: "013" }] });
    const raw = [{ file: "f", ifuslot: 13, specid: 777, datestr: "20190115" }];
    expect((await reader.check.mutate({ frames: raw })).disagreements).toHaveLength(1);
    expect(await refusal(reader.identify.query({ sha256: "0".repeat(64) }))).toMatchObject({ code: "not-found" });
  });

  describe("are the curator's", () => {
    const calls: readonly (readonly [string, (client: TypedClient) => Promise<unknown>])[] = [
      ["correct", (client) => client.correct.mutate({ ...CORRECTION, commit: true })],
      ["retract", (client) => client.retract.mutate({ ...SPAN, reason })],
      ["revert", (client) => client.revert.mutate({ revision: 4, reason })],
      ["positions.set", (client) => client.positions.set.mutate({ name: "l", text: "015 -449 -50", ...SPAN, reason })],
      ["holds.add", (client) => client.holds.add.mutate({ ...SPAN, reason })],
      ["holds.release", (client) => client.holds.release.mutate({ hold: 1, reason })],
      ["tags.add", (client) => client.tags.add.mutate({ name: "mine" })],
      ["quarantine.release", (client) => client.quarantine.release.mutate({ upload: 1, reason })],
      ["quarantine.discard", (client) => client.quarantine.discard.mutate({ upload: 1, reason })],
    ];

    test.each(calls)("%s is forbidden to an updater, and needs a key", async (_name, call) => {
      const before = await newest();
      expect(await refusal(call(clientOf(site, site.keys.updater)))).toMatchObject({
        code: "forbidden",
        httpStatus: 403,
      });
      expect(await refusal(call(clientOf(site)))).toMatchObject({ code: "no-key", httpStatus: 401 });
      expect(await refusal(call(clientOf(site, "0".repeat(48))))).toMatchObject({
        code: "unknown-key",
        httpStatus: 401,
      });
      expect(await newest()).toBe(before);
    });

    test("an administrator may do them too", async () => {
      expect((await clientOf(site, site.keys.admin).correct.mutate(CORRECTION)).committed).toBe(false);
    });
  });

  test("an input that is none is refused with the place in it", async () => {
    const wrong = { ...CORRECTION, corrections: [{ ifuslot: 15, ...SPAN, set: {} }] } as never;
    expect(await refusal(curator.correct.mutate(wrong))).toMatchObject({
      code: "bad-parameter",
      message: expect.stringContaining("corrections.0.ifuslot"),
    });
    expect(await refusal(curator.revert.mutate({ revision: 0, reason }))).toMatchObject({ code: "bad-parameter" });
    expect(await refusal(curator.revert.mutate({ revision: 4, reason, force: true } as never))).toMatchObject({
      code: "bad-parameter",
    });
  });
});
