import { beforeAll, describe, expect, test } from "bun:test";
import publicHistory from "../../db/history/hetdex-2017-2024.tsv" with { type: "text" };
import { configurationsOf, readChronicle } from "../../src/domain/files/chronicle.ts";
import { readFrameList } from "../../src/domain/files/frames.ts";
import { checkFrames, disagreementText, proposalText } from "../../src/service/check.ts";
import { correct } from "../../src/service/correct.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { realData } from "../support/real-data.ts";
import { STARTING } from "../support/site.ts";
import { changed, fileOf, newestRevision, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(6);
const HEADERS = realData("fplane/fits-headers-20200701.txt");
const reason = "headers";

/** What the headers of a night (a UT date) say of some seats: `013 301 111 001`. */
function frames(date: string, ...units: readonly string[]): string {
  return units.map((unit) => `${date}T053210.5_${unit.slice(0, 3)}LU_sci.fits ${unit}\n`).join("");
}

describeOnEngines("check", (engine) => {
  let deps: ReturnType<typeof observatory>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    await importFplane(deps, CURATOR, importOf("a.txt", fileOf(UNITS), "20190101"));
    const other = changed(UNITS, { "013": { specid: "399" } });
    await importFplane(deps, CURATOR, importOf("b.txt", fileOf(other), "20190201"));
  }, STARTING);
  const check = (list: string, asOf?: string) =>
    checkFrames(deps, { frames: readFrameList(list), ...(asOf === undefined ? {} : { asOf }) });

  test("frames that say what is recorded of their night agree; what a header does not say is not held against it", async () => {
    const agreeing = frames("20190115", "013 301 111 001", "014 302 222 002", "015 -999999 -999999.9 003");
    const result = await check(`${agreeing}${frames("20190215", "013 399 111 001")}`);
    expect(result).toEqual({ checked: 4, revision: await newestRevision(deps), disagreements: [], proposals: [] });
  });

  test("one that says otherwise is found, with what is recorded, and the correction that it asks for", async () => {
    const { disagreements, proposals } = await check(frames("20190115", "013 377 111 001", "014 302 222 002"));
    expect(disagreements.map(disagreementText)).toEqual([
      "20190115T053210.5_013LU_sci.fits  seat 013 at 2019-01-15T05:32:10.5Z: SPECID 377 in the header, 301 recorded",
    ]);
    expect(proposals.map(proposalText)).toEqual([
      'fplane correct --slot 013 --from 2019-01-14 --until 2019-01-15 --set specid=377 --reason "..."',
    ]);
  });

  test("a run of nights is one proposal; a frame between that agrees, or asks for something else, parts it", async () => {
    const nights = ["20190110", "20190112", "20190115"].map((date) => frames(date, "013 377 111 001")).join("");
    const { proposals } = await check(nights);
    expect(proposals).toEqual([
      { ifuslot: "013", from: "2019-01-09", until: "2019-01-15", set: { specid: "377" }, frames: 3 },
    ]);
    const agreeing = await check(`${nights}${frames("20190113", "013 301 111 001")}`);
    expect(agreeing.proposals.map(({ from, until, frames: n }) => [from, until, n])).toEqual([
      ["2019-01-09", "2019-01-12", 2],
      ["2019-01-14", "2019-01-15", 1],
    ]);
    const parted = await check(
      `${nights}${frames("20190113", "013 301 111 001")}${frames("20190114", "013 378 111 001")}`,
    );
    expect(parted.proposals.map(({ from, until, set, frames: n }) => [from, until, set["specid"], n])).toEqual([
      ["2019-01-09", "2019-01-12", "377", 2],
      ["2019-01-13", "2019-01-14", "378", 1],
      ["2019-01-14", "2019-01-15", "377", 1],
    ]);
  });

  test("what it proposes makes the frames agree", async () => {
    const list =
      frames("20190120", "013 302 111 002", "014 301 222 001") +
      frames("20190122", "014 301 222 001", "013 302 111 002");
    const { proposals, revision } = await check(list);
    expect(proposals.map(({ set }) => set)).toEqual([
      { specid: "302", ifuid: "002" },
      { specid: "301", ifuid: "001" },
    ]);
    await correct(deps, CURATOR, { corrections: proposals, reason, commit: true });
    expect((await check(list)).disagreements).toEqual([]);
    expect((await check(list, String(revision))).disagreements).toHaveLength(4);
  });

  test("a night of which nothing is known agrees with nobody; auxiliary seats are not compared", async () => {
    const { disagreements, proposals } = await check(frames("20180101", "013 301 111 001", "056 501 998 998"));
    expect(disagreements.map(({ frame, recorded, span }) => [frame.ifuslot, recorded, span])).toEqual([
      ["013", null, null],
    ]);
    expect(proposals).toHaveLength(1);
  });

  test("a date that there is not, and a revision that there is not, are refused", async () => {
    await expect(check("x.fits 013 301 111 001 20190230")).rejects.toMatchObject({ code: "bad-date" });
    await expect(check(frames("20190115", "013 301 111 001"), "999")).rejects.toMatchObject({ code: "not-found" });
  });

  describe.skipIf(HEADERS === null)("the frames of 2020-07-01 (needs the real files)", () => {
    let history: ReturnType<typeof observatory>;
    beforeAll(async () => {
      history = observatory((await engine.open()).store);
      const { placements } =
        configurationsOf(readChronicle(publicHistory)).findLast(({ night }) => night <= "20200630") ?? {};
      await importFplane(history, CURATOR, importOf("2020.txt", fileOf(placements ?? []), "20200601"));
    }, STARTING);
    const real = HEADERS === null ? [] : readFrameList(HEADERS);

    test("all agree with the public history", async () => {
      const { checked, disagreements } = await checkFrames(history, { frames: real });
      expect(checked).toBe(real.length);
      expect(checked).toBeGreaterThan(60);
      expect(disagreements.map(disagreementText)).toEqual([]);
    });

    test("had the record been wrong they would have found it, and what they propose puts it right", async () => {
      const swapped = ["015", "024"].map((ifuslot) => {
        const { specid, ifuid, specslot } =
          real.find((frame) => frame.ifuslot !== ifuslot && ["015", "024"].includes(frame.ifuslot)) ?? {};
        const set = { specid: specid ?? "", ifuid: ifuid ?? "", specslot: specslot ?? "" };
        return { ifuslot, from: "20200630", until: "20200701", set };
      });
      await correct(history, CURATOR, { corrections: swapped, reason: "as the old server had it", commit: true });
      const { disagreements, proposals } = await checkFrames(history, { frames: real });
      expect([...new Set(disagreements.map(({ frame }) => frame.ifuslot))].sort()).toEqual(["015", "024"]);
      await correct(history, CURATOR, { corrections: proposals, reason, commit: true });
      expect((await checkFrames(history, { frames: real })).disagreements).toEqual([]);
    });
  });
});
