import { beforeAll, expect, test } from "bun:test";
import { DAY, HOUR, instantText, later } from "../../src/domain/time/instant.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { as, openSite, problemOf, type Site, STARTING, unitsOfToday } from "../support/site.ts";
import { clientOf, refusal } from "../support/typed-client.ts";

describeOnEngines("an update that a client had to queue", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const taken = (hours: number) => instantText(later(site.deps.clock(), -hours * HOUR));
  const statusOf = (hours: number) => hardwareStatus(unitsOfToday(), later(site.deps.clock(), -hours * HOUR));
  const post = (body: object) => site.post("/fplane?format=json", { commit: true, ...body }, as(site.keys.updater));
  const newestRevision = async () => (await site.deps.store.newestRevision())?.rev ?? 0;

  test("is taken days later, once, and GET /revisions/{n} tells when it was taken and its id", async () => {
    const body = { config: statusOf(60), queued: { taken_at: taken(60), id: "telescope-20200629" } };
    const first = await post(body);
    expect(first.status).toBe(200);
    const report = await first.json();
    expect(report).toMatchObject({ committed: true, repeated: false, dataTime: taken(60) });
    expect(await (await post(body)).json()).toMatchObject({ repeated: true, revision: report.revision });
    const recorded = await (await site.get(`/revisions/${report.revision}`)).json();
    expect(recorded.body.source.queued).toEqual({ takenAt: taken(60), id: "telescope-20200629" });
  });

  test("without queued the same status is too old", async () => {
    expect(await problemOf(await post({ config: statusOf(61) }))).toMatchObject({ status: 422, code: "stale-status" });
    expect((await post({ config: statusOf(1), queued: null })).status).toBe(200);
  });

  test("is refused after a week, and when its client's clock is ahead", async () => {
    const late = { config: statusOf(8 * 24), queued: { taken_at: taken(8 * 24), id: "a week and a day" } };
    expect(await problemOf(await post(late))).toMatchObject({ status: 422, code: "stale-status" });
    const ahead = { config: statusOf(0), queued: { taken_at: taken(-1), id: "an hour ahead" } };
    expect(await problemOf(await post(ahead))).toMatchObject({ status: 422, code: "future-status" });
  });

  test("an offset in taken_at is honoured", async () => {
    const at = taken(40).replace("T02:00:00Z", "T04:00:00.000+02:00");
    const response = await post({ config: statusOf(40), queued: { taken_at: at, id: "with an offset" } });
    const { revision } = await response.json();
    const recorded = await (await site.get(`/revisions/${revision}`)).json();
    expect(recorded.body.source.queued.takenAt).toBe(taken(40));
  });

  test.each([
    [true],
    ["2020-06-29T06:00:00Z"],
    [[]],
    [{}],
    [{ taken_at: "2020-06-30T06:00:00Z" }],
    [{ id: "long enough" }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "short" }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "x".repeat(129) }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "with a\nline break" }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "with a null \u0000" }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "half a pair \ud800" }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: 123456789 }],
    [{ taken_at: "2020-06-30T06:00:00Z", id: "long enough", takenAt: "2020-06-30T06:00:00Z" }],
    [{ taken_at: "2020-06-31T06:00:00Z", id: "long enough" }],
    [{ taken_at: "2020-06-30T06:00:00", id: "long enough" }],
    [{ taken_at: "2020-06-30", id: "long enough" }],
    [{ taken_at: "20200630T060000Z", id: "long enough" }],
    [{ taken_at: "2020-06-30T06:00:00Z[UTC]", id: "long enough" }],
    [{ taken_at: 1593496800, id: "long enough" }],
    [{ taken_at: null, id: "long enough" }],
    [{ taken_at: "+012020-06-30T06:00:00Z", id: "long enough" }],
  ])("%j is no queued, and nothing is recorded", async (queued) => {
    const before = await newestRevision();
    const problem = await problemOf(await post({ config: statusOf(1), queued }));
    expect(problem).toMatchObject({ status: 400, code: "bad-parameter" });
    expect(problem.message).toContain("queued");
    expect(problem.message.length).toBeLessThan(300);
    expect(await newestRevision()).toBe(before);
  });

  test("what is nested beyond all measure is no queued either", async () => {
    const nested = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    for (const queued of [
      nested,
      `{"taken_at": ${nested}, "id": "long enough"}`,
      `{"taken_at": "x", "id": ${nested}}`,
    ]) {
      const problem = await problemOf(
        await site.post("/fplane", `{"config": {}, "queued": ${queued}}`, as(site.keys.updater)),
      );
      expect(problem).toMatchObject({ status: 400, code: "bad-parameter" });
    }
  });

  test("over tRPC it is the same, with the names that are usual there", async () => {
    const { updateConfig } = clientOf(site, site.keys.updater);
    const queued = { takenAt: taken(30), id: "from a typed client" };
    const update = { config: statusOf(30), commit: true, queued };
    const { revision } = await updateConfig.mutate(update);
    expect(await updateConfig.mutate(update)).toMatchObject({ repeated: true, revision });
    const viaRest = { config: update.config, queued: { taken_at: queued.takenAt, id: queued.id } };
    expect(await (await post(viaRest)).json()).toMatchObject({ repeated: true, revision });
    const bad = (wrong: { takenAt: string; id: string }) => refusal(updateConfig.mutate({ ...update, queued: wrong }));
    expect(await bad({ ...queued, id: "short" })).toMatchObject({ code: "bad-parameter" });
    expect(await bad({ ...queued, takenAt: "yesterday" })).toMatchObject({ code: "bad-parameter" });
    const old = { takenAt: instantText(later(site.deps.clock(), -8 * DAY)), id: "a week and a day ago" };
    expect(await bad(old)).toMatchObject({ code: "stale-status", httpStatus: 422 });
  });
});
