import { describe, expect, test } from "bun:test";
import { correct } from "../../../src/service/correct.ts";
import { importFplane } from "../../../src/service/import-fplane.ts";
import { setPositions } from "../../../src/service/positions.ts";
import { retract } from "../../../src/service/retract.ts";
import { revert } from "../../../src/service/revert.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { CURATOR, importOf, observatory } from "../../support/observatory.ts";
import { changed, fileOf, newestRevision, unitsIn } from "../../support/verbs.ts";

const UNITS = unitsIn(12);
const YEARS = [
  { name: "a.txt", text: fileOf(UNITS), from: "20190101", until: "20200101" },
  { name: "b.txt", text: fileOf(changed(UNITS, { "014": { specid: "352" } })), from: "20200101", until: "20210101" },
];

const RECORDED = "all that the file says was recorded before: no seat changes";

describeOnEngines("an import over what was put right by hand", (engine) => {
  /** Two years are imported; then somebody finds out which spectrograph stood in 013 in the middle of the first. */
  const corrected = async (...seats: readonly string[]) => {
    const deps = observatory((await engine.open()).store);
    const bring = (options: Partial<Parameters<typeof importFplane>[2]> = {}) =>
      importFplane(deps, CURATOR, { ...importOf("", "", ""), files: YEARS, ...options });
    await bring();
    const corrections = seats.map((ifuslot, i) => {
      return { ifuslot, from: "20190301", until: "20190401", set: { specid: String(401 + i) } };
    });
    await correct(deps, CURATOR, { corrections, reason: "the headers say so", commit: true });
    const warnings = async (options: Partial<Parameters<typeof importFplane>[2]> = {}) =>
      (await bring({ commit: false, ...options })).files.map((file) => file.warnings);
    return { deps, rev: await newestRevision(deps), bring, warnings };
  };

  test("says which correction it replaces, in the preview already, and how to keep it", async () => {
    const { rev, warnings } = await corrected("013");
    const by = `revision ${rev} (correct by cora: the headers say so)`;
    expect(await warnings()).toEqual([[`what ${by} says of 013 is replaced; --drop 013 keeps it`], [RECORDED]]);
    expect((await warnings({ drop: ["013"] })).flat().join()).not.toContain("replaced");
  });

  test("counts the seats when they are many", async () => {
    const seats = UNITS.slice(0, 9).map((unit) => unit.ifuslot);
    const { warnings } = await corrected(...seats);
    expect((await warnings())[0]?.join()).toContain(`says of 9 seats is replaced; --drop ${seats.join(",")} keeps it`);
  });

  test("has nothing to say when it agrees, elsewhere, or once the correction was taken back", async () => {
    const { deps, rev, bring, warnings } = await corrected("013");
    const [first, second] = YEARS;
    if (first === undefined || second === undefined) throw new Error("unreachable");
    const agreeing = { ...first, text: fileOf(changed(UNITS, { "013": { specid: "401" } })) };
    expect(await warnings({ files: [{ ...agreeing, from: "20190301", until: "20190401" }] })).toEqual([[RECORDED]]);
    expect(await warnings({ files: [second] })).toEqual([[RECORDED]]);
    await bring({ commit: true });
    expect(await warnings()).toEqual([[RECORDED], [RECORDED]]);
    await revert(deps, CURATOR, { revision: rev + 1, reason: "not so", commit: true });
    expect((await warnings())[0]).toHaveLength(1); // the revert has put it right again
  });

  test("says that it was recorded before, as the new revision that it is, and not of a file that only repeats the one before", async () => {
    const deps = observatory((await engine.open()).store);
    const twice = [...YEARS.slice(0, 1), { ...YEARS[1], name: "b.txt", text: fileOf(UNITS), from: "20200101" }];
    const bring = () => importFplane(deps, CURATOR, { ...importOf("", "", ""), files: twice });
    expect((await bring()).files.map((file) => file.warnings)).toEqual([[], []]);
    const again = (await bring()).files;
    expect(again.map((file) => file.warnings)).toEqual([[RECORDED], [RECORDED]]);
    expect(again.map((file) => file.revision)).toEqual([3, 4]);
  });

  test("also of an auxiliary seat that only an earlier file lists, after the next one begins", async () => {
    const deps = observatory((await engine.open()).store);
    const [a, b] = [fileOf(UNITS), fileOf(UNITS, { layout: "short" })];
    const years = [
      { name: "a.txt", text: a, from: "20190101", until: "open" },
      { name: "b.txt", text: b, from: "20200101", until: "20200201" },
    ];
    const bring = () => importFplane(deps, CURATOR, { ...importOf("", "", ""), files: years });
    await bring();
    const corrections = [{ ifuslot: "056", from: "20200301", until: "20200401", set: { specid: "501" } }];
    await correct(deps, CURATOR, { corrections, reason: "the headers say so", commit: true });
    const said = "what revision 3 (correct by cora: the headers say so) says of 056 is replaced; --drop 056 keeps it";
    expect((await bring()).files.map((file) => file.warnings)).toEqual([[said], [RECORDED]]);
  });

  describe("that was taken back", () => {
    const takenBack = async (ifuslots: readonly string[]) => {
      const corrected = observatory((await engine.open()).store);
      const bring = (options: Partial<Parameters<typeof importFplane>[2]> = {}) =>
        importFplane(corrected, CURATOR, { ...importOf("", "", ""), files: YEARS, ...options });
      await bring();
      const span = { from: "20190301", until: "20190401" };
      await retract(corrected, CURATOR, { ifuslots, ...span, reason: "nobody knows", commit: true });
      const warnings = async (options: Partial<Parameters<typeof importFplane>[2]> = {}) =>
        (await bring({ commit: false, ...options })).files.map((file) => file.warnings);
      return { deps: corrected, rev: await newestRevision(corrected), bring, warnings };
    };

    test("by a retraction: says which, and how to keep it", async () => {
      const { rev, bring, warnings } = await takenBack(["013", "021"]);
      const by = `revision ${rev} (retract by cora: nobody knows)`;
      const said = `what ${by} has taken back of 013, 021 is recorded again; --drop 013,021 keeps it`;
      expect(await warnings()).toEqual([[said], [RECORDED]]);
      expect((await warnings({ drop: ["013", "021"] })).flat().join()).not.toContain("again");
      await bring({ commit: true });
      expect(await warnings()).toEqual([[RECORDED], [RECORDED]]);
    });

    test("twice: the last retraction is named", async () => {
      const { deps, rev, bring, warnings } = await takenBack(["013"]);
      await bring({ commit: true });
      const wider = { from: "20190201", until: "20190501", reason: "still nobody", commit: true };
      await retract(deps, CURATOR, { ifuslots: ["013"], ...wider });
      expect((await warnings())[0]).toEqual([
        expect.stringContaining(`what revision ${rev + 3} (retract by cora: still`),
      ]);
    });

    test("by the revert of an import of what was not so", async () => {
      const { deps, rev, warnings } = await takenBack([]);
      await revert(deps, CURATOR, { revision: rev, reason: "it was so", commit: true });
      await revert(deps, CURATOR, { revision: 2, reason: "another telescope's", commit: true });
      const said = `what revision ${rev + 2} (revert by cora: another telescope's) has taken back of 97 seats is recorded`;
      expect((await warnings())[1]).toEqual([expect.stringContaining(said)]);
    });
  });

  test("names the act that measured the positions which it replaces", async () => {
    const { deps, rev, warnings } = await corrected("014");
    const list = { text: "013 -450.2 150.3", name: "sky.txt", drop: [], force: false };
    await setPositions(deps, CURATOR, { ...list, from: "20190601", reason: "on the sky", commit: true });
    const [file] = YEARS;
    if (file === undefined) throw new Error("unreachable");
    const measured = { ...file, text: fileOf(UNITS, { at: { "013": [-449.9, 150.1] } }) };
    const said = `the position of 013 by revision ${rev + 1} (positions by cora: on the sky) is replaced; --drop 013 keeps it`;
    expect((await warnings({ files: [measured], actual: true }))[0]).toContain(said);
    expect((await warnings({ files: [measured] }))[0]?.join()).not.toContain(said);
  });
});
