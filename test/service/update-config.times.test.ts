import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { DAY, HOUR, type Instant, instantText, later, SECOND } from "../../src/domain/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
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

    test("an old status ends at a newer one that only agreed with the record", async () => {
      await send(deps, BASE, { at: inHours(-1) });
      const late = await send(deps, OTHER, { at: inHours(-4) });
      expect(late.span).toEqual({ from: inHours(-4), until: inHours(-1) });
      expect(await seat013(inHours(-2))).toBe("350");
      expect(await seat013(inHours(-1))).toBe("301");
      expect((await ask(deps, "")).confirmedUntil).toBe(inHours(-1));
    });

    test("an old status does not undo a newer one that was given an earlier start", async () => {
      await send(deps, OTHER, { datestr: instantText(inHours(-5)) });
      const before = await ask(deps, instantText(inHours(-3)));
      await expect(send(deps, BASE, { at: inHours(-3) })).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining(instantText(deps.clock())),
      });
      const { text, interval, confirmedUntil } = before;
      expect(await ask(deps, instantText(inHours(-3)))).toMatchObject({ text, interval, confirmedUntil });
      expect((await send(deps, OTHER, { at: inHours(-3) })).changes).toEqual([]);
    });

    test("an old status does not undo a newer one by being given a later start", async () => {
      await send(deps, OTHER, { at: inHours(-2) });
      const replayed = send(deps, BASE, { at: inHours(-4), datestr: instantText(inHours(-1)) });
      await expect(replayed).rejects.toMatchObject({ code: "conflict" });
      expect(await seat013(deps.clock())).toBe("350");
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
      await expect(send(deps, OTHER, { datestr: instantText(inHours(25)) })).rejects.toMatchObject({
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
      const agreed = deps.clock();
      deps.testClock.advance(DAY);
      await send(deps, OTHER);
      expect(await confirmedAt(deps.clock())).toBe(deps.clock());
      expect(await confirmedAt(inHours(-1))).toBe(agreed);
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

    test("an old status that agrees does not move what is confirmed back", async () => {
      await send(deps, BASE);
      await send(deps, BASE, { at: inHours(-3) });
      expect((await ask(deps, "")).confirmedUntil).toBe(deps.clock());
    });
  });
});
