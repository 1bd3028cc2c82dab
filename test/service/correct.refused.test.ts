import { beforeAll, describe, expect, test } from "bun:test";
import { DAY, type Instant } from "../../src/domain/time/instant.ts";
import { type CorrectRequest, correct } from "../../src/service/correct.ts";
import { addHold } from "../../src/service/holds.ts";
import { setPositions } from "../../src/service/positions.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { rowsOf } from "../support/rows.ts";
import { STARTING } from "../support/site.ts";
import { ask, newestRevision, send, unitsIn } from "../support/verbs.ts";

describeOnEngines("a correction", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let evening: Instant;
  let base: number;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    evening = deps.clock();
    await send(deps, unitsIn(6));
    base = await newestRevision(deps);
  }, STARTING);

  const make = (corrections: CorrectRequest["corrections"], options: Partial<CorrectRequest> = {}) =>
    correct(deps, CURATOR, { corrections, reason: "why", commit: true, ...options });
  const nights = (from: string, until: string | undefined, set: Record<string, string>, ifuslot = "013") => {
    return { ifuslot, from, ...(until === undefined ? {} : { until }), set };
  };
  const SPEC = { specid: "399" };

  test.each([
    ["nothing at all", [], "bad-parameter", "there is nothing to correct"],
    [
      "a seat without anything to set",
      [nights("20200801", "20200802", {})],
      "bad-parameter",
      "seat 013: nothing is set",
    ],
    ["a field that there is not", [nights("20200801", "20200802", { ifu: "001" })], "bad-parameter", "no ifu to set"],
    ["an id that is none", [nights("20200801", "20200802", { specid: "39x" })], "bad-parameter", 'specid is "39x"'],
    ["four digits", [nights("20200801", "20200802", { ifuid: "0001" })], "bad-parameter", "up to three digits"],
    ["a seat that there is not", [nights("20200801", "20200802", SPEC, "999")], "bad-parameter", 'no seat "999"'],
    ["a date that there is not", [nights("20200231", "20200302", SPEC)], "bad-date", "20200231"],
    ["an end before the beginning", [nights("20200802", "20200801", SPEC)], "bad-parameter", "before it begins"],
    ["no night at all", [nights("20200802", "20200802", SPEC)], "bad-parameter", "before it begins"],
    [
      "one seat twice at one time",
      [nights("20200801", "20200803", SPEC), nights("20200802", "20200804", { specid: "398" })],
      "bad-parameter",
      "seat 013 is corrected twice over the same time",
    ],
  ] as const)("with %s is refused and leaves nothing", async (_, corrections, code, message) => {
    await expect(make(corrections)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(await newestRevision(deps)).toBe(base);
  });

  test("needs a reason, and a curator", async () => {
    const corrections = [nights("20200801", "20200802", SPEC)];
    await expect(make(corrections, { reason: " \t" })).rejects.toMatchObject({ code: "bad-parameter" });
    const request = { corrections, reason: "why", commit: false };
    await expect(correct(deps, UPDATER, request)).rejects.toMatchObject({ code: "forbidden" });
    await expect(correct(deps, null, request)).rejects.toMatchObject({ code: "no-key" });
  });

  test("of one IFU into two seats names every pair, and when", async () => {
    const take = (ifuslot: string) => nights("20200801", "20200803", { ifuid: "003", specid: "303" }, ifuslot);
    await expect(make([take("013"), take("014")])).rejects.toMatchObject({
      code: "conflict",
      details: {
        conflicts: ["ifuid", "specid"].flatMap((kind) =>
          [
            ["013", "014"],
            ["013", "015"],
            ["014", "015"],
          ].map((seats) =>
            expect.objectContaining({ kind, seats, from: "2020-08-01T17:00:00Z", until: "2020-08-03T17:00:00Z" }),
          ),
        ),
      },
    });
  });

  describe("as a preview", () => {
    const preview = () => make([nights("20200801", "20200805", { specid: "397" })], { commit: false });

    test("tells what it would do, and does nothing", async () => {
      deps.testClock.advance(90 * DAY);
      const { committed, revision, nights: touched, changes, base: told } = await preview();
      expect({ committed, revision, told }).toEqual({ committed: false, revision: null, told: base });
      expect(touched).toEqual(["2020-08-01", "2020-08-02", "2020-08-03", "2020-08-04"]);
      expect(changes).toMatchObject([
        { seats: [{ ifuslot: "013", before: { specid: "301" }, after: { specid: "397" } }] },
      ]);
      expect(await newestRevision(deps)).toBe(base);
      expect(await rowsOf(deps, "013", evening)).toEqual(["0- 001 301"]);
    });

    test("is committed on its base, also after acts about other seats or about none", async () => {
      const { base: previewed } = await preview();
      await make([nights("20200801", "20200805", { specid: "398" }, "014")]);
      await addHold(deps, CURATOR, { ifuslots: ["013"], from: "20200901", reason: "why", commit: true });
      const { revision } = await make([nights("20200801", "20200805", { specid: "397" })], { base: previewed });
      expect(revision).toBe(previewed + 3);
    });

    test("is refused when something newer touches the same seat, and says what", async () => {
      const { base: previewed } = await preview();
      const between = await make([nights("20200901", "20200905", { specid: "396" })]);
      const late = make([nights("20200801", "20200805", { specid: "395" })], { base: previewed });
      await expect(late).rejects.toMatchObject({
        code: "conflict",
        details: { base: previewed, revision: between.revision },
      });
      const list = { text: "013 -449.9 150.1", name: "l", drop: [], force: false, from: "20200801" };
      const measured = await setPositions(deps, CURATOR, { ...list, reason: "why", commit: true });
      const base = between.revision ?? 0;
      await expect(make([nights("20200801", "20200805", { specid: "395" })], { base })).rejects.toMatchObject({
        code: "conflict",
        details: { base, revision: measured.revision },
      });
      await expect(make([nights("20200801", "20200805", SPEC)], { base: 999 })).rejects.toMatchObject({
        code: "not-found",
      });
    });
  });

  test("of nights to come touches none yet", async () => {
    const year = Temporal.Instant.fromEpochMilliseconds(deps.clock() / 1000).toZonedDateTimeISO("UTC").year + 1;
    const { nights: touched } = await make([nights(`${year}0101`, `${year}0103`, { specid: "394" })]);
    expect(touched).toEqual([]);
    expect((await ask(deps, `${year}0101`)).plane.virus[0]?.specid).toBe("394");
  });
});
