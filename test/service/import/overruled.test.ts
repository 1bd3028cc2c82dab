import { expect, test } from "bun:test";
import { correct } from "../../../src/service/correct.ts";
import { importFplane } from "../../../src/service/import-fplane.ts";
import { revert } from "../../../src/service/revert.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { CURATOR, importOf, observatory } from "../../support/observatory.ts";
import { changed, fileOf, newestRevision, unitsIn } from "../../support/verbs.ts";

const UNITS = unitsIn(12);
const YEARS = [
  { name: "a.txt", text: fileOf(UNITS), from: "20190101", until: "20200101" },
  { name: "b.txt", text: fileOf(changed(UNITS, { "014": { specid: "352" } })), from: "20200101", until: "20210101" },
];

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
    expect(await warnings()).toEqual([[`what ${by} says of 013 is replaced; --drop 013 keeps it`], []]);
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
    expect(await warnings({ files: [{ ...agreeing, from: "20190301", until: "20190401" }] })).toEqual([[]]);
    expect(await warnings({ files: [second] })).toEqual([[]]);
    await bring({ commit: true });
    expect(await warnings()).toEqual([[], []]);
    await revert(deps, CURATOR, { revision: rev + 1, reason: "not so", commit: true });
    expect((await warnings())[0]).toHaveLength(1); // the revert has put it right again
  });
});
