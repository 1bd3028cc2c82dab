import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { readBody } from "../../src/domain/record/revision-body.ts";
import { DAY, HOUR, type Instant, instantText, later, SECOND } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { retract } from "../../src/service/retract.ts";
import { getStatus } from "../../src/service/status.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { CURATOR, importOf, observatory, UPDATER } from "../support/observatory.ts";
import { ask, changed, fileOf, newestRevision, send, shownIn, unitsIn } from "../support/verbs.ts";

const BASE = unitsIn(6);
const OTHER = changed(BASE, { "013": { specid: "350" } });
const THIRD = changed(BASE, { "013": { specid: "351" } });
const MINUTE = 60 * SECOND;

describeOnEngines("when a hardware status holds", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
  });

  // Each test has nights of its own, far after those of the others, and begins with the same six units.
  let evening: Instant;
  beforeEach(async () => {
    deps.testClock.advance(20 * DAY);
    evening = deps.clock();
    await send(deps, BASE);
    deps.testClock.advance(DAY);
  });
  const inHours = (hours: number) => later(deps.clock(), hours * HOUR);
  const seat013 = async (at: Instant) => shownIn(await ask(deps, instantText(at)), "013").slice(4, 7);

  describe("its age", () => {
    test("a status of exactly 6 h is taken, an older one refused", async () => {
      expect((await send(deps, BASE, { at: inHours(-6) })).committed).toBe(true);
      await expect(send(deps, OTHER, { at: later(inHours(-6), -1) })).rejects.toMatchObject({
        code: "stale-status",
        message: expect.stringMatching(/taken at .*Z, 6\.0 h ago; more than 6 h is too old/),
      });
    });

    test("one 10 min ahead is taken, further ahead with a warning, more than a day ahead refused", async () => {
      const ahead = (microseconds: number) =>
        send(deps, BASE, { at: later(deps.clock(), microseconds), commit: false });
      expect((await ahead(10 * MINUTE)).warnings).toEqual([]);
      expect((await ahead(11 * MINUTE)).warnings).toEqual([expect.stringContaining("11 min in the future")]);
      expect((await ahead(DAY)).warnings).toHaveLength(1);
      await expect(ahead(DAY + 1)).rejects.toMatchObject({ code: "future-status" });
    });

    test("one that is refused again for another reason is kept again, with that reason", async () => {
      const config = hardwareStatus(OTHER, inHours(25));
      for (const [hours, code] of [
        [0, "future-status"],
        [0.5, "future-status"],
        [32, "stale-status"],
        [0.5, "stale-status"],
      ] as const) {
        deps.testClock.advance(hours * HOUR);
        await expect(send(deps, [], { config })).rejects.toMatchObject({ code });
      }
      const kept = await deps.store.newestUploads(["refused"], 2);
      const newest = await newestRevision(deps);
      expect(kept).toMatchObject([
        { rev: newest, code: "stale-status" },
        { rev: newest - 1, code: "future-status" },
      ]);
    });

    test("the 6 h look at the status's data time, whatever start is given", async () => {
      const sent = send(deps, OTHER, { at: inHours(-7), datestr: instantText(deps.clock()), as: CURATOR });
      await expect(sent).rejects.toMatchObject({ code: "stale-status" });
    });
  });

  describe("what is newer", () => {
    test("an old status that is sent again after a newer change ends where that begins", async () => {
      const change = inHours(-1);
      await send(deps, OTHER, { at: change });
      const replayed = await send(deps, BASE, { at: inHours(-4) });
      expect(replayed.span).toEqual({ from: inHours(-4), until: change });
      expect(replayed.changes).toEqual([]);
      expect(await seat013(deps.clock())).toBe("350");
    });

    test("an old status that says something else ends at the next change", async () => {
      await send(deps, OTHER, { at: inHours(-1) });
      const late = await send(deps, THIRD, { at: inHours(-4) });
      expect(late.span.until).toBe(inHours(-1));
      expect(await seat013(inHours(-2))).toBe("351");
      expect(await seat013(inHours(-1))).toBe("350");
    });

    test("an old status ends at the first change of any seat", async () => {
      const change = (ifuslot: string, hours: number) =>
        ({ ifuslot, from: instantText(inHours(hours)), until: "open", set: { specid: "388" } }) as const;
      for (const corrections of [[change("013", -1)], [{ ...change("014", -2), set: { specid: "389" } }]])
        await correct(deps, CURATOR, { corrections, reason: "test", commit: true });
      expect((await send(deps, BASE, { at: inHours(-4) })).span.until).toBe(inHours(-2));
    });

    test("what was recorded once and is no more ends nothing and changes nothing", async () => {
      const span = { ifuslot: "013", from: instantText(inHours(-12)), until: instantText(inHours(-6)) };
      for (const set of [{ specid: "388" }, { specid: "301", contid: "S/N 0001" }])
        await correct(deps, CURATOR, { corrections: [{ ...span, set }], reason: "test", commit: true });
      expect((await send(deps, BASE)).changes).toEqual([]);
      const without = async (hours: number) => {
        const from = instantText(inHours(hours));
        await retract(deps, CURATOR, { ifuslots: [], from, until: "open", reason: "test", commit: true });
      };
      await without(1);
      await importFplane(deps, CURATOR, importOf("later.txt", fileOf(THIRD), instantText(inHours(48))));
      await without(48);
      deps.testClock.advance(2 * HOUR);
      expect((await send(deps, OTHER)).span.until).toBeNull();
    });

    test("an old status ends at a newer one that only agreed with the record", async () => {
      await send(deps, BASE, { at: inHours(-1) });
      const late = await send(deps, OTHER, { at: inHours(-4) });
      expect(late.span).toEqual({ from: inHours(-4), until: inHours(-1) });
      expect(await seat013(inHours(-2))).toBe("350");
      expect(await seat013(inHours(-1))).toBe("301");
      expect((await ask(deps, "")).confirmedUntil).toBe(inHours(-1));
    });

    test("an old status ends when a newer one was taken, though that was given a later start", async () => {
      await send(deps, OTHER, { at: inHours(-2), datestr: instantText(deps.clock()) });
      const late = await send(deps, THIRD, { at: inHours(-4) });
      expect(late.span).toEqual({ from: inHours(-4), until: inHours(-2) });
      const seen = await Promise.all([-3, -1, 0].map((hours) => seat013(inHours(hours))));
      expect(seen).toEqual(["351", "301", "350"]);
    });

    test("an old status does not undo a newer one that was given an earlier start", async () => {
      await send(deps, OTHER, { datestr: instantText(inHours(-5)) });
      const before = await ask(deps, instantText(inHours(-3)));
      for (const hours of [-3, -5]) {
        await expect(send(deps, BASE, { at: inHours(hours) })).rejects.toMatchObject({
          code: "conflict",
          message: expect.stringContaining(instantText(deps.clock())),
        });
      }
      const { text, interval, confirmedUntil } = before;
      expect(await ask(deps, instantText(inHours(-3)))).toMatchObject({ text, interval, confirmedUntil });
      expect((await send(deps, OTHER, { at: inHours(-3) })).changes).toEqual([]);
    });

    test("an old status may say what holds from where a newer one with an earlier start ends", async () => {
      await send(deps, THIRD, { at: inHours(-3) });
      const newer = await send(deps, OTHER, { datestr: instantText(inHours(-5)), as: CURATOR });
      expect(newer.span).toEqual({ from: inHours(-5), until: inHours(-3) });
      const late = await send(deps, BASE, { at: inHours(-1), datestr: instantText(inHours(-3)) });
      expect(late.span).toEqual({ from: inHours(-3), until: deps.clock() });
      const seen = await Promise.all([-4, -2, 0].map((hours) => seat013(inHours(hours))));
      expect(seen).toEqual(["350", "301", "351"]);
    });

    test("an old status does not undo a newer one by being given a later start", async () => {
      await send(deps, OTHER, { at: inHours(-2) });
      const replayed = send(deps, BASE, { at: inHours(-4), datestr: instantText(inHours(-1)) });
      await expect(replayed).rejects.toMatchObject({ code: "conflict" });
      expect(await seat013(deps.clock())).toBe("350");
    });

    test("a status ends where what is recorded ends", async () => {
      await retract(deps, CURATOR, {
        ifuslots: [],
        from: instantText(inHours(-1)),
        until: "open",
        reason: "test",
        commit: true,
      });
      const late = await send(deps, OTHER, { at: inHours(-3) });
      expect(late.span).toEqual({ from: inHours(-3), until: inHours(-1) });
      await expect(ask(deps, "")).rejects.toMatchObject({ code: "no-configuration" });
    });

    test("a status ends where an import has something else", async () => {
      const start = instantText(inHours(48));
      const imported = importOf("later.txt", fileOf(THIRD), start, { files: [] });
      await importFplane(deps, CURATOR, {
        ...imported,
        files: [{ name: "later.txt", text: fileOf(THIRD), from: start }],
      });
      const sent = await send(deps, OTHER);
      expect(sent.span.until).toBe(inHours(48));
      expect(await seat013(inHours(49))).toBe("351");
    });
  });

  describe("an explicit start", () => {
    test("after the newest change is anybody's, and becomes the start", async () => {
      const start = later(evening, HOUR);
      const sent = await send(deps, OTHER, { datestr: instantText(start), as: UPDATER });
      expect(sent.span).toEqual({ from: start, until: null });
      expect(await seat013(start)).toBe("350");
      expect(await seat013(later(start, -1))).toBe("301");
      expect((await ask(deps, "")).confirmedUntil).toBe(deps.clock());
    });

    test("before the newest change is the curator's, and ends at that change", async () => {
      const start = instantText(later(evening, HOUR));
      await send(deps, OTHER);
      deps.testClock.advance(HOUR);
      await expect(send(deps, THIRD, { datestr: start, as: UPDATER })).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining("curator"),
      });
      const sent = await send(deps, THIRD, { datestr: start, as: CURATOR });
      expect(sent.span).toEqual({ from: later(evening, HOUR), until: inHours(-1) });
      expect(await seat013(inHours(-2))).toBe("351");
      expect(await seat013(deps.clock())).toBe("350");
    });

    test("before the end of what is recorded is the curator's too", async () => {
      const from = instantText(inHours(-1));
      await retract(deps, CURATOR, { ifuslots: [], from, until: "open", reason: "test", commit: true });
      const sent = (hours: number) => send(deps, OTHER, { datestr: instantText(inHours(hours)), commit: false });
      await expect(sent(-2)).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining(from) });
      expect((await sent(-1)).span).toEqual({ from: inHours(-1), until: null });
    });

    test("at the newest change itself is anybody's", async () => {
      await send(deps, OTHER);
      const start = deps.clock();
      deps.testClock.advance(HOUR);
      const sent = await send(deps, THIRD, { datestr: instantText(start), as: UPDATER });
      expect(sent.span).toEqual({ from: start, until: null });
      expect([await seat013(later(start, -1)), await seat013(start)]).toEqual(["301", "351"]);
    });

    test("as a date is the noon at which that night begins", async () => {
      const date = instantText(deps.clock()).slice(0, 10);
      const sent = await send(deps, OTHER, { datestr: date, commit: false });
      const local = Temporal.Instant.from(instantText(sent.span.from)).toZonedDateTimeISO("America/Chicago");
      expect(local.toString().slice(0, 16)).toBe(`${date}T12:00`);
    });

    test("in the future confirms nothing before it, and more than a day ahead is refused", async () => {
      const sent = await send(deps, OTHER, { datestr: instantText(inHours(3)) });
      expect(sent.answer.confirmedUntil).toBeNull();
      expect(await seat013(deps.clock())).toBe("301");
      expect((await ask(deps, "")).confirmedUntil).toBe(evening);
      const dayAhead = send(deps, OTHER, { datestr: instantText(inHours(24)), commit: false });
      expect((await dayAhead).span.from).toBe(inHours(24));
      await expect(send(deps, OTHER, { datestr: instantText(later(inHours(24), 1)) })).rejects.toMatchObject({
        code: "future-status",
      });
    });

    test("that is no date is refused", async () => {
      const before = await newestRevision(deps);
      await expect(send(deps, OTHER, { datestr: "tonight" })).rejects.toMatchObject({ code: "bad-date" });
      expect(await newestRevision(deps)).toBe(before);
    });
  });

  describe("what it confirms", () => {
    test("each agreeing status confirms back to the one before, a change only itself", async () => {
      const confirmedAt = async (at: Instant) => (await ask(deps, instantText(at))).confirmedUntil;
      expect(await confirmedAt(deps.clock())).toBe(evening);
      await send(deps, BASE);
      expect(await confirmedAt(deps.clock())).toBe(deps.clock());
      const { facts } = readBody((await deps.store.bodyOf(await newestRevision(deps))) ?? "");
      expect(facts.confirmations).toMatchObject([{ span: { from: later(evening, 1), until: later(deps.clock(), 1) } }]);
      const agreed = deps.clock();
      deps.testClock.advance(DAY);
      await send(deps, OTHER);
      expect(await confirmedAt(deps.clock())).toBe(deps.clock());
      expect(await confirmedAt(inHours(-1))).toBe(agreed);
    });

    test("an agreeing status confirms nothing from before the last change", async () => {
      const set = { specid: "350", contid: "S/N 0001" };
      const corrections = [{ ifuslot: "013", from: instantText(inHours(-12)), until: "open", set }];
      await correct(deps, CURATOR, { corrections, reason: "test", commit: true });
      expect((await send(deps, OTHER)).changes).toEqual([]);
      const confirmedAt = async (hours: number) => (await ask(deps, instantText(inHours(hours)))).confirmedUntil;
      expect([await confirmedAt(-13), await confirmedAt(-12)]).toEqual([evening, deps.clock()]);
    });

    test("a status confirms nothing of what begins at its very data time", async () => {
      const corrections = [{ ifuslot: "013", from: instantText(deps.clock()), until: "open", set: { specid: "399" } }];
      await correct(deps, CURATOR, { corrections, reason: "test", commit: true });
      const sent = await send(deps, THIRD, { datestr: instantText(inHours(-5)), as: CURATOR });
      expect(sent.span.until).toBe(deps.clock());
      expect((await ask(deps, instantText(inHours(-1)))).confirmedUntil).toBe(deps.clock());
      expect((await ask(deps, "")).confirmedUntil).toBeNull();
    });

    test("strict answers what is confirmed and refuses what lies after", async () => {
      await send(deps, BASE);
      const asked = (at: Instant) => ask(deps, instantText(at), { strict: true });
      expect((await asked(deps.clock())).confirmedUntil).toBe(deps.clock());
      expect((await asked(later(evening, HOUR))).confirmedUntil).toBe(deps.clock());
      await expect(asked(later(deps.clock(), 1))).rejects.toMatchObject({
        code: "unconfirmed",
        message: expect.stringContaining(`confirmed until ${instantText(deps.clock())}`),
        details: { confirmedUntil: instantText(deps.clock()) },
      });
    });

    test("a late change takes back what was confirmed over its span, and nothing else", async () => {
      await send(deps, BASE, { at: inHours(-1) });
      await send(deps, OTHER, { at: inHours(-4) });
      const strictly = (hours: number) => ask(deps, instantText(inHours(hours)), { strict: true });
      expect((await strictly(-5)).confirmedUntil).toBe(inHours(-4));
      expect((await strictly(-4)).confirmedUntil).toBe(inHours(-4));
      await expect(strictly(-3)).rejects.toMatchObject({ code: "unconfirmed" });
      expect((await strictly(-1)).confirmedUntil).toBe(inHours(-1));
    });

    test("another auxiliary unit takes nothing of it back", async () => {
      await send(deps, BASE);
      const corrections = [{ ifuslot: "600", from: instantText(inHours(-2)), until: "open", set: { specid: "555" } }];
      await correct(deps, CURATOR, { corrections, reason: "test", commit: true });
      expect((await ask(deps, "")).interval.from).toBe(inHours(-2));
      expect((await ask(deps, "")).confirmedUntil).toBe(deps.clock());
    });

    test("an old status that agrees does not move what is confirmed back", async () => {
      await send(deps, BASE);
      await send(deps, BASE, { at: inHours(-3) });
      expect((await ask(deps, "")).confirmedUntil).toBe(deps.clock());
      expect((await getStatus(deps)).lastStatus?.dataTime).toBe(deps.clock());
    });
  });
});
