import { beforeEach, describe, expect, test } from "bun:test";
import { instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN, CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { ask, changed, fileOf, newestRevision, shownIn, unit, unitsIn } from "../support/verbs.ts";

const FIRST = unitsIn(4);
const SECOND = changed(FIRST, { "013": { specid: "350" } });
const THIRD = changed(FIRST, { "013": { specid: "360" } });

describeOnEngines("importFplane", (engine) => {
  let deps: ReturnType<typeof observatory>;
  // Each test imports into a decade of its own, of one database; `year` is the first of it.
  let year = 1900;
  let database: Awaited<ReturnType<typeof engine.open>> | undefined;
  beforeEach(async () => {
    database ??= await engine.open();
    deps = observatory(database.store);
    year += 10;
  });
  const date = (offset: number, monthDay = "0101") => `${year + offset}${monthDay}`;
  const noon = (offset: number) => instantOf(`${year + offset}-01-01T18:00:00Z`);
  const bring = (
    files: readonly { name?: string; text: string; from: string; until?: string }[],
    options: Partial<Parameters<typeof importFplane>[2]> & { as?: typeof CURATOR | null } = {},
  ) => {
    const { as = CURATOR, ...rest } = options;
    const named = files.map((file, i) => ({ name: `file-${i + 1}.txt`, ...file }));
    const defaults = { actual: false, drop: [], force: false, reason: "test", commit: true };
    return importFplane(deps, as, { ...defaults, files: named, ...rest });
  };
  const seat013 = async (datestr: string) => shownIn(await ask(deps, datestr), "013").slice(4, 7);
  const closed = () => date(9);

  describe("spans", () => {
    test("a file with an end holds from its first noon to its last, and is confirmed over all of it", async () => {
      const { files } = await bring([{ text: fileOf(FIRST), from: date(0), until: date(1) }]);
      expect(files).toEqual([
        {
          name: "file-1.txt",
          revision: await newestRevision(deps),
          from: noon(0),
          until: noon(1),
          endsEarlier: [],
          active: 4,
          positions: 0,
          warnings: [],
        },
      ]);
      const answer = await ask(deps, instantText(later(noon(1), -1)), { strict: true });
      expect(answer).toMatchObject({ text: fileOf(FIRST), interval: { from: noon(0), until: noon(1) } });
      expect(answer.confirmedUntil).toBe(noon(1));
      await expect(ask(deps, instantText(noon(1)))).rejects.toMatchObject({ code: "no-configuration" });
    });

    test("several files follow one another, in whatever order they are given, each a revision", async () => {
      const before = await newestRevision(deps);
      const until = closed();
      const { files } = await bring([
        { name: "c.txt", text: fileOf(THIRD), from: date(2), until },
        { name: "a.txt", text: fileOf(FIRST), from: date(0), until },
        { name: "b.txt", text: fileOf(SECOND), from: date(1), until },
      ]);
      expect(files.map(({ name, revision, until }) => [name, revision, until])).toEqual([
        ["a.txt", before + 1, noon(1)],
        ["b.txt", before + 2, noon(2)],
        ["c.txt", before + 3, noon(9)],
      ]);
      expect([await seat013(date(0)), await seat013(date(1)), await seat013(date(2))]).toEqual(["301", "350", "360"]);
      expect((await ask(deps, date(1))).interval).toEqual({ from: noon(1), until: noon(2) });
      expect((await ask(deps, date(0), { strict: true })).confirmedUntil).toBe(noon(1));
    });

    test("after a file with an end of its own there is a gap until the next file", async () => {
      await bring([
        { text: fileOf(FIRST), from: date(0), until: closed() },
        { text: fileOf(SECOND), from: date(1), until: date(2) },
        { text: fileOf(THIRD), from: date(3), until: closed() },
      ]);
      expect([await seat013(date(0)), await seat013(date(1)), await seat013(date(3))]).toEqual(["301", "350", "360"]);
      await expect(ask(deps, date(2))).rejects.toMatchObject({ details: { reason: "gap" } });
    });

    test("without an end each seat ends at its next recorded change, and the answer says which and when", async () => {
      await bring([{ text: fileOf(SECOND), from: date(2), until: closed() }]);
      await bring([{ text: fileOf(changed(SECOND, { "014": null })), from: date(1), until: date(2) }]);
      const { files } = await bring([{ text: fileOf(FIRST), from: date(0) }]);
      expect(files[0]?.until).toBeNull();
      expect(files[0]?.endsEarlier).toHaveLength(82 + 15);
      expect(files[0]?.endsEarlier).toContainEqual({ ifuslot: "013", until: noon(1) });
      expect(files[0]?.warnings).toEqual([
        `97 seats end at ${instantText(noon(1))}, where the next change is recorded; --until open overrides it`,
      ]);
      expect([await seat013(date(0)), await seat013(date(1)), await seat013(date(2))]).toEqual(["301", "350", "350"]);
    });

    test("a few seats that end earlier than the rest are named", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }]);
      await bring([{ text: fileOf(changed(FIRST, { "014": { specid: "370" } })), from: date(3), until: closed() }]);
      const { files } = await bring([{ text: fileOf(SECOND), from: date(1) }]);
      expect(files[0]?.warnings[0]).toBe(
        `seat 014 ends at ${instantText(noon(3))}, where the next change is recorded; --until open overrides it`,
      );
      expect(shownIn(await ask(deps, date(3)), "014")).toStartWith("002 370");
      expect(await seat013(date(3))).toBe("350");
      // What it says of some seats only it does not confirm.
      expect((await ask(deps, date(2))).confirmedUntil).toBe(noon(3));
      expect((await ask(deps, date(3))).confirmedUntil).toBeNull();
    });

    test("each of several files ends at what is recorded next after its own start", async () => {
      await bring([
        { text: fileOf(FIRST), from: date(0), until: date(2) },
        { text: fileOf(THIRD), from: date(2), until: date(4) },
        { text: fileOf(SECOND), from: date(4), until: closed() },
      ]);
      const text = fileOf(changed(FIRST, { "014": { specid: "370" } }));
      const { files } = await bring([
        { text, from: date(1) },
        { text, from: date(3) },
      ]);
      const endOf013 = files.map(({ endsEarlier }) => endsEarlier.find(({ ifuslot }) => ifuslot === "013")?.until);
      expect(endOf013).toEqual([noon(2), noon(4)]);
      expect(await Promise.all([1, 2, 3, 4].map((n) => seat013(date(n))))).toEqual(["301", "360", "301", "350"]);
    });

    test("a measured position ends where its seat changes, and where the next file has a nominal one", async () => {
      const measured = fileOf(FIRST, { at: { "013": [-450.1, 150] } });
      const x = async (n: number) => {
        const { plane } = await ask(deps, date(n), { actualPositions: true });
        return plane.virus.find((row) => row.ifuslot === "013")?.x;
      };
      await bring([{ text: fileOf(SECOND), from: date(2), until: closed() }]);
      await bring([{ text: measured, from: date(1) }], { actual: true });
      expect([await x(1), await x(2)]).toEqual([-450.1, -450]);
      await bring(
        [
          { text: measured, from: date(3), until: closed() },
          { text: fileOf(FIRST), from: date(4), until: closed() },
        ],
        { actual: true },
      );
      expect([await x(3), await x(4)]).toEqual([-450.1, -450]);
    });

    test("what is recorded for a part of the time is said for the rest of it", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: date(2) }]);
      await bring([{ text: fileOf(FIRST), from: date(1), until: date(4) }]);
      expect((await ask(deps, date(3))).interval).toEqual({ from: noon(0), until: noon(4) });
    });

    test("what is recorded already adds no placement, whatever the file's end", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }]);
      const before = await ask(deps, date(0));
      await bring([{ text: fileOf(FIRST), from: date(1), until: date(2) }]);
      const body = await deps.store.bodyOf(await newestRevision(deps));
      expect(JSON.parse(body ?? "").facts.placements).toEqual([]);
      expect((await ask(deps, date(3))).interval).toEqual(before.interval);
    });

    test.each([
      ["an end before its start", { from: "20190201", until: "20190101" }, "bad-parameter", "would end"],
      ["an end at its start", { from: "20190101", until: "20190101" }, "bad-parameter", "would end"],
      ["a start that is no date", { from: "open" }, "bad-date", "open"],
      ["an end that is no date", { from: "20190101", until: "never" }, "bad-date", "never"],
    ])("%s is refused", async (_what, span, code, message) => {
      await expect(bring([{ text: fileOf(FIRST), ...span }])).rejects.toMatchObject({
        code,
        message: expect.stringContaining(message),
      });
    });

    test("two files that begin at the same time are a conflict that names both", async () => {
      const both = bring([
        { name: "a.txt", text: fileOf(FIRST), from: date(0) },
        { name: "b.txt", text: fileOf(SECOND), from: instantText(noon(0)) },
      ]);
      await expect(both).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("a.txt and b.txt begin at the same time"),
      });
    });
  });

  describe("what is taken", () => {
    test("a dry run tells the same and leaves no trace", async () => {
      const before = await newestRevision(deps);
      const dry = await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }], { commit: false });
      expect(dry).toMatchObject({ committed: false, files: [{ revision: null, active: 4 }] });
      expect(await newestRevision(deps)).toBe(before);
      const real = await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }]);
      expect(real.files).toEqual([{ ...dry.files[0], revision: before + 1 } as (typeof real.files)[0]]);
    });

    test("a seat that a short file does not list is empty, an auxiliary one is not spoken of", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }]);
      const short = fileOf(FIRST.slice(0, 3), { layout: "short" });
      await bring([{ text: short, from: date(1), until: closed() }]);
      expect(shownIn(await ask(deps, date(1)), "016")).toBe("000 000 000");
      expect(shownIn(await ask(deps, date(1)), "056")).toBe("998 998 998");
    });

    test("of a dropped seat nothing is recorded", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }]);
      await bring([{ text: fileOf(THIRD), from: date(1), until: closed() }], { drop: ["013", "056"] });
      expect(await seat013(date(1))).toBe("301");
    });

    test("the upload is kept in the body of the revision, with its digest and the options", async () => {
      const text = fileOf(FIRST);
      await bring([{ name: "kept.txt", text, from: date(0), until: closed() }], { drop: ["016"], force: true });
      const body = await deps.store.bodyOf(await newestRevision(deps));
      const sha256 = new Bun.CryptoHasher("sha256").update(text).digest("hex");
      expect(body).toContain(JSON.stringify({ name: "kept.txt", sha256, text }));
      expect(body).toContain('{"actual":false,"drop":["016"],"force":true}');
    });

    test("a reason stays on one line of the log", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }], { reason: " old\nnights\u2028found " });
      expect(await deps.store.newestRevision()).toMatchObject({
        kind: "import",
        actor: CURATOR.username,
        reason: "old nights found",
      });
    });
  });

  describe("who may", () => {
    test.each([
      ["nobody without a key", null, "no-key"],
      ["no updater", UPDATER, "forbidden"],
    ])("%s", async (_who, as, code) => {
      await expect(bring([{ text: fileOf(FIRST), from: date(0) }], { as })).rejects.toMatchObject({ code });
    });

    test("an administrator", async () => {
      await bring([{ text: fileOf(FIRST), from: date(0), until: closed() }], { as: ADMIN });
      expect((await deps.store.newestRevision())?.actor).toBe(ADMIN.username);
    });

    test("nobody without a reason or a file", async () => {
      await expect(bring([{ text: fileOf(FIRST), from: date(0) }], { reason: " " })).rejects.toMatchObject({
        code: "bad-parameter",
        message: expect.stringContaining("reason"),
      });
      await expect(bring([])).rejects.toMatchObject({ code: "bad-parameter" });
    });
  });

  describe("conflicts with what is recorded", () => {
    test("all are named, each with its seats and span, and nothing is recorded", async () => {
      const late = [unit("103", "001", "390"), unit("104", "071", "302")];
      await bring([{ text: fileOf(late, { layout: "short" }), from: date(2), until: closed() }]);
      const drop = ["103", "104"];
      const before = await newestRevision(deps);
      const brought = bring([{ text: fileOf(FIRST), from: date(1), until: date(3) }], { drop });
      const span = { from: instantText(noon(2)), until: instantText(noon(3)) };
      await expect(brought).rejects.toMatchObject({
        code: "conflict",
        details: {
          conflicts: [
            { kind: "ifuid", id: "001", seats: ["013", "103"], ...span },
            { kind: "specid", id: "302", seats: ["014", "104"], ...span },
          ],
        },
      });
      expect(await newestRevision(deps)).toBe(before);
    });

    test("of several files none is recorded when one is refused", async () => {
      const before = await newestRevision(deps);
      const brought = bring([
        { text: fileOf(FIRST), from: date(0), until: closed() },
        { name: "broken.txt", text: "013 broken\n", from: date(1), until: closed() },
      ]);
      await expect(brought).rejects.toMatchObject({
        code: "bad-fplane",
        message: expect.stringMatching(/^broken\.txt: .*line 1/),
        details: { file: "broken.txt" },
      });
      expect(await newestRevision(deps)).toBe(before);
      await expect(ask(deps, date(0))).rejects.toMatchObject({ code: "no-configuration" });
    });

    test("each file that is refused is named, so that all can be mended before the next try", async () => {
      const brought = bring([
        { name: "broken.txt", text: "013 broken\n", from: date(0), until: closed() },
        { name: "whole.txt", text: fileOf(FIRST), from: date(1), until: closed() },
        { name: "empty.txt", text: "", from: date(2), until: closed() },
      ]);
      await expect(brought).rejects.toMatchObject({
        code: "bad-fplane",
        message: expect.stringMatching(
          /^the files cannot be taken, in 2 places:\n {2}broken\.txt: .*line 1.*\n {2}empty\.txt: /,
        ),
        details: { files: [{ file: "broken.txt" }, { file: "empty.txt" }] },
      });
    });
  });
});
