import { beforeAll, expect, test } from "bun:test";
import { DAY, instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { blame } from "../../src/service/blame.ts";
import { checkFrames } from "../../src/service/check.ts";
import { getDiff } from "../../src/service/diff.ts";
import { addTag, listTags } from "../../src/service/tags.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { STARTING } from "../support/site.ts";
import { ask, changed, newestRevision, send, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const HORIZON = "2020-07-10T17:00:00Z";

describeOnEngines("tags", (engine) => {
  let deps: ReturnType<typeof observatory>;
  const add = (name: string, options: { asOf?: string; horizon?: string } = {}) =>
    addTag(deps, CURATOR, { name, reason: "data release", ...options });

  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    await expect(add("early")).rejects.toMatchObject({ code: "not-found" });
    await send(deps, UNITS);
    await add("dr1", { horizon: "20200710" });
    deps.testClock.advance(DAY);
    await send(deps, changed(UNITS, { "013": { specid: "399" } }));
  }, STARTING);

  test("a tag names the newest revision, or one that is named, or another tag's, or that of a time", async () => {
    const newest = await newestRevision(deps);
    const time = instantText(later(deps.clock(), -1));
    expect((await add("newest")).asOf).toBe(newest);
    expect((await add("one", { asOf: "1" })).asOf).toBe(1);
    expect((await add("same", { asOf: "dr1" })).asOf).toBe(1);
    expect((await add("then", { asOf: time })).asOf).toBe(2);
    await expect(add("none", { asOf: "999" })).rejects.toMatchObject({ code: "not-found" });
  });

  test("a tag is never moved", async () => {
    const before = await newestRevision(deps);
    await expect(add("dr1")).rejects.toMatchObject({
      code: "already-exists",
      message: "the tag dr1 already names revision 1: tags are never moved",
    });
    expect(await newestRevision(deps)).toBe(before);
    expect((await ask(deps, "2020-07-05", { asOf: "dr1" })).revision).toBe(1);
  });

  test("all tags are listed, oldest first, with their horizons", async () => {
    const tags = await listTags(deps);
    expect(tags[0]).toEqual({ name: "dr1", rev: 2, asOf: 1, horizon: instantOf(HORIZON) });
    expect(tags.map(({ rev }) => rev)).toEqual(tags.map(({ rev }) => rev).toSorted((a, b) => a - b));
  });

  test("a read before the horizon is answered, at it and beyond it is refused", async () => {
    const last = instantText(later(instantOf(HORIZON), -1));
    expect((await ask(deps, last, { asOf: "dr1" })).revision).toBe(1);
    const refusal = { code: "beyond-horizon", details: { horizon: HORIZON } };
    await expect(ask(deps, HORIZON, { asOf: "dr1" })).rejects.toMatchObject(refusal);
    await expect(ask(deps, "20200710", { asOf: "dr1" })).rejects.toMatchObject(refusal);
    const sides = { a: last, b: HORIZON, actualPositions: false, night: "local" } as const;
    expect((await getDiff(deps, { ...sides, asOfA: "dr1" })).a.revision).toBe(1);
    await expect(getDiff(deps, { ...sides, asOfB: "dr1" })).rejects.toMatchObject(refusal);
    await expect(blame(deps, { datestr: HORIZON, asOf: "dr1", night: "local" })).rejects.toMatchObject(refusal);
    const frame = { line: 1, file: "f", ifuslot: "013", specid: "301", specslot: null, ifuid: null, datestr: HORIZON };
    await expect(checkFrames(deps, { frames: [frame], asOf: "dr1" })).rejects.toMatchObject(refusal);
  });

  test.each(["", "1st", "dr 1", "dr/1", "-dr", "été", "x".repeat(101), "latest", "current", "MJD58314", "JD2458314.7"])(
    "%p is no name for a tag",
    async (name) => {
      await expect(add(name)).rejects.toMatchObject({
        code: "bad-parameter",
        message: expect.stringContaining("no name"),
      });
    },
  );

  test.each(["d", "DR3.1_final-2", "x".repeat(100)])("%p is one", async (name) => {
    expect((await add(name)).name).toBe(name);
  });

  test("a horizon that is no date is refused, and so is who is no curator", async () => {
    await expect(add("dr7", { horizon: "20200230" })).rejects.toMatchObject({ code: "bad-date" });
    const tag = { name: "dr7", reason: "" };
    await expect(addTag(deps, UPDATER, tag)).rejects.toMatchObject({ code: "forbidden" });
    await expect(addTag(deps, null, tag)).rejects.toMatchObject({ code: "no-key" });
  });
});
