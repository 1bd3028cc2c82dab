import { beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { HOUR, instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { retract } from "../../src/service/retract.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, NOON, observatory, TestClock } from "../support/observatory.ts";
import { ask, changed, fileOf, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const FIRST = unitsIn(4);
const SECOND = changed(FIRST, { "013": { specid: "350" } });
const THIRD = changed(SECOND, { "014": { ifuid: "077" } });

/** January 2019 as FIRST, nothing in February, SECOND from March on, THIRD since the clock's noon of 2020-07-01. */
const JANUARY = { from: instantOf("2019-01-01T18:00:00Z"), until: instantOf("2019-02-01T18:00:00Z") };
const MARCH = instantOf("2019-03-01T18:00:00Z");
const JULY = instantOf(NOON);

describeOnEngines("getFplane", (engine) => {
  let deps: ReturnType<typeof observatory>;
  const before: Record<number, string> = {};

  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    const first = importOf("first.txt", fileOf(FIRST), "20190101");
    const until = "20190201";
    await importFplane(deps, CURATOR, {
      ...first,
      files: [{ name: "first.txt", text: fileOf(FIRST), from: "20190101", until }],
    });
    before[1] = (await ask(deps, "20190115")).text;
    deps.testClock.advance(HOUR);
    await importFplane(deps, CURATOR, importOf("second.txt", fileOf(SECOND), "20190301"));
    before[2] = (await ask(deps, "20200701")).text;
    deps.testClock.advance(HOUR);
    await send(deps, THIRD, { at: JULY });
    before[3] = (await ask(deps, "20200701")).text;
  });

  describe("when it was so", () => {
    test("an interval holds from its first instant up to, and without, its end", async () => {
      for (const instant of [JANUARY.from, later(JANUARY.until, -1)]) {
        const answer = await ask(deps, instantText(instant));
        expect(answer).toMatchObject({ instant, interval: JANUARY, text: fileOf(FIRST) });
      }
      for (const instant of [MARCH, later(JULY, -1)]) {
        const answer = await ask(deps, instantText(instant));
        expect(answer).toMatchObject({ instant, interval: { from: MARCH, until: JULY }, text: fileOf(SECOND) });
      }
      expect(await ask(deps, "")).toMatchObject({ interval: { from: JULY, until: null }, text: fileOf(THIRD) });
    });

    test("a date, a UT date and a shot id each say which instant they meant", async () => {
      const instants = { "20190115": "2019-01-16T06:00:00Z", "20190116v017": "2019-01-16T06:00:00Z" };
      for (const [datestr, instant] of Object.entries(instants))
        expect((await ask(deps, datestr)).instant).toBe(instantOf(instant));
      expect((await ask(deps, "20190116", { night: "ut" })).instant).toBe(instantOf("2019-01-16T06:00:00Z"));
    });

    test("the answer carries the digest of its file, in each layout another", async () => {
      const digests = new Set<string>();
      for (const layout of ["full", "short", "all-slots"] as const) {
        const { text, sha256 } = await ask(deps, "20190115", { layout });
        expect(text).toBe(fileOf(FIRST, { layout }));
        expect(sha256).toBe(createHash("sha256").update(text).digest("hex"));
        digests.add(sha256);
      }
      expect(digests.size).toBe(3);
    });

    test("before the first record there is no configuration, and the first is named", async () => {
      await expect(ask(deps, instantText(later(JANUARY.from, -1)))).rejects.toMatchObject({
        code: "no-configuration",
        message: expect.stringContaining("begins 2019-01-01T18:00:00Z"),
        details: { reason: "before-first", first: "2019-01-01T18:00:00Z" },
      });
    });

    test("between two records lies a gap", async () => {
      for (const instant of [JANUARY.until, later(MARCH, -1)]) {
        await expect(ask(deps, instantText(instant))).rejects.toMatchObject({
          code: "no-configuration",
          details: { reason: "gap" },
        });
      }
    });

    test("what is no date is refused before anything is read", async () => {
      await expect(ask(deps, "20190230")).rejects.toMatchObject({ code: "bad-date" });
    });
  });

  describe("as it was known when", () => {
    test("a revision gives the very bytes that were served then", async () => {
      expect((await ask(deps, "20190115", { asOf: "1" })).text).toBe(before[1] ?? "");
      expect((await ask(deps, "20200701", { asOf: "2" })).text).toBe(before[2] ?? "");
      expect((await ask(deps, "20200701", { asOf: "3" })).text).toBe(before[3] ?? "");
      expect(before[2]).not.toBe(before[3]);
      expect((await ask(deps, "20200701", { asOf: "2" })).interval).toEqual({ from: MARCH, until: null });
    });

    test("a timestamp means the newest revision that was recorded by then", async () => {
      const [first, second] = [JULY, later(JULY, HOUR)];
      const revisionAt = async (instant: number) =>
        (await ask(deps, "20190115", { asOf: instantText(later(first, instant)) })).revision;
      expect(await revisionAt(0)).toBe(1);
      expect(await revisionAt(second - first - 1)).toBe(1);
      expect(await revisionAt(second - first)).toBe(2);
      expect(await revisionAt(48 * HOUR)).toBe(3);
      await expect(ask(deps, "20190115", { asOf: instantText(later(first, -1)) })).rejects.toMatchObject({
        code: "not-found",
      });
    });

    test("what a revision did not know yet is no configuration of it", async () => {
      await expect(ask(deps, "20200701", { asOf: "1" })).rejects.toMatchObject({ details: { reason: "gap" } });
    });

    test("a revision that does not exist is not found, and the message says which do", async () => {
      const hints = [
        ["0", ""],
        ["4", ""],
        ["20190115", "; a date is written 2019-01-15 here"],
        ["99999999999999999999", ""],
      ];
      for (const [asOf, hint] of hints) {
        await expect(ask(deps, "20190115", { asOf })).rejects.toMatchObject({
          code: "not-found",
          message: `there is no revision ${asOf}: revisions run from 1 to 3${hint}`,
        });
      }
    });

    test("what can be understood neither as revision nor as time is a bad date", async () => {
      await expect(ask(deps, "20190115", { asOf: "2019-13-01" })).rejects.toMatchObject({ code: "bad-date" });
    });

    test("only a fixed date as of a revision is answered the same for ever", async () => {
      const pinned = async (datestr: string, asOf?: string) => (await ask(deps, datestr, { asOf })).pinned;
      expect(await pinned("20190115", "2")).toBe(true);
      expect(await pinned("20190115")).toBe(false);
      expect(await pinned("20190115", "latest")).toBe(false);
      expect(await pinned("20190115", instantText(JULY))).toBe(false);
      expect(await pinned("", "3")).toBe(false);
      expect(await pinned("current", "3")).toBe(false);
    });
  });

  test("strict refuses what no closed import and no status confirms", async () => {
    const strictly = (datestr: string) => ask(deps, datestr, { strict: true });
    expect((await strictly("20190115")).confirmedUntil).toBe(JANUARY.until);
    expect((await strictly(instantText(JULY))).confirmedUntil).toBe(JULY);
    await expect(strictly("20190315")).rejects.toMatchObject({
      code: "unconfirmed",
      message: expect.stringContaining("no hardware status has confirmed it"),
      details: { confirmedUntil: null },
    });
    await expect(strictly(instantText(later(JULY, 1)))).rejects.toMatchObject({ code: "unconfirmed" });
  });

  test("the stamp is the datestr as given, or today's date at the telescope", async () => {
    const stamp = async (datestr: string) => (await ask(deps, datestr)).stamp;
    expect(await stamp("20190115.0")).toBe("20190115.0");
    expect(await stamp("2019-01-15T02:37:53.428")).toBe("2019-01-15T02:37:53.428");
    for (const datestr of ["", "latest", "current"]) expect(await stamp(datestr)).toBe("20200701");
    const lateEvening = { ...deps, clock: new TestClock("2020-07-02T04:59:59Z").read };
    expect((await ask(lateEvening, "")).stamp).toBe("20200701");
  });

  test("it was last modified when the revision that last changed something in it was recorded", async () => {
    expect((await ask(deps, "20190115")).lastModified).toBe(JULY);
    expect((await ask(deps, "20190315")).lastModified).toBe(later(JULY, 2 * HOUR)); // its end was recorded then
  });
});

describeOnEngines("getFplane on a young record", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  });

  test("an empty record has no configuration, and says that it is before the first", async () => {
    const refused = { code: "no-configuration", details: { reason: "before-first" } };
    await expect(ask(deps, "20180715")).rejects.toMatchObject(refused);
    await expect(ask(deps, "")).rejects.toMatchObject(refused);
    await expect(ask(deps, "", { asOf: "1" })).rejects.toMatchObject({
      code: "not-found",
      message: "there is no revision 1: nothing is recorded yet",
    });
  });

  test("a seat of which nothing is known shows as empty beside those of which something is", async () => {
    const drop = ["014"];
    await importFplane(deps, CURATOR, importOf("a.txt", fileOf(FIRST), "20190101", { drop }));
    await importFplane(deps, CURATOR, importOf("b.txt", fileOf(FIRST), "20190301"));
    expect(await newestRevision(deps)).toBe(2);
    const answer = await ask(deps, "20190115");
    expect(shownIn(answer, "014")).toBe("000 000 000");
    expect(answer.text).toContain("\n#014\t-450.000\t  50.000\t000\t000\t000\t0.000\t1.000\n");
    expect(answer.interval).toEqual({ from: JANUARY.from, until: MARCH }); // up to where the seat becomes known
    expect(shownIn(await ask(deps, "20190301"), "014")).toBe("002 302 222");
  });

  test("what was retracted is no gap: it says so, and an older revision still tells it", async () => {
    const [before, from] = [await newestRevision(deps), "20190110"];
    await retract(deps, CURATOR, { ifuslots: [], from, until: "20190120", reason: "test", commit: true });
    await expect(ask(deps, "20190115")).rejects.toMatchObject({
      code: "no-configuration",
      message: expect.stringContaining("has been retracted"),
      details: { reason: "retracted" },
    });
    expect(shownIn(await ask(deps, "20190115", { asOf: String(before) }), "013")).toBe("001 301 111");
    expect((await ask(deps, "20190105")).interval.until).toBe(instantOf("2019-01-10T18:00:00Z"));
    expect((await ask(deps, "20190120")).interval.from).toBe(instantOf("2019-01-20T18:00:00Z"));
  });
});
