import { beforeEach, describe, expect, test } from "bun:test";
import { FplaneError } from "../../src/domain/errors.ts";
import { AUXILIARY } from "../../src/domain/plane/seat.ts";
import { type ImportRequest, importFplane } from "../../src/service/import-fplane.ts";
import { revisionBody } from "../../src/service/revisions.ts";
import { describeOnEngines } from "../support/engines.ts";
import { CURATOR, observatory } from "../support/observatory.ts";
import { realData } from "../support/real-data.ts";
import { ask, changed, fileOf, newestRevision, shownIn, unit, unitsIn } from "../support/verbs.ts";

const UNITS = unitsIn(4);
const FULL_2018 = realData("fplane/full-nominal-20181008.txt");
const ACTUAL_2019 = realData("fplane/short-actual-20190528.txt");
const FAULTY_2020 = realData("fplane/short-actual-20200530-faulty.txt");
const HAND_2016 = realData("fplane/hand-2016.txt");
const HAND_2018 = realData("fplane/hand-2018-07-17.txt");

type Problem = { readonly line: number; readonly ifuslot: string; readonly message: string };

describeOnEngines("the rows of an imported file", (engine) => {
  let deps: ReturnType<typeof observatory>;
  // Each test imports into a month of its own, of one database.
  let month = 0;
  let database: Awaited<ReturnType<typeof engine.open>> | undefined;
  beforeEach(async () => {
    database ??= await engine.open();
    deps = observatory(database.store);
    month += 1;
  });
  const day = (n: number) => `${1900 + month}010${n}`;
  const bring = (text: string, options: Partial<ImportRequest> = {}) =>
    importFplane(deps, CURATOR, {
      files: [{ name: "file.txt", text, from: day(1), until: day(9) }],
      actual: false,
      drop: [],
      force: false,
      reason: "test",
      commit: true,
      ...options,
    });
  const get = (actualPositions: boolean, layout: "full" | "short" = "full") =>
    ask(deps, day(2), { actualPositions, layout });
  const refused = async (promise: Promise<unknown>): Promise<{ message: string; problems: Problem[] }> => {
    const error = await promise.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (!(error instanceof FplaneError) || error.code !== "conflict")
      throw new Error("it was not refused as a conflict");
    return { message: error.message, problems: error.details["problems"] as Problem[] };
  };

  test("every row that cannot be taken is named, not only the first", async () => {
    const at = { "013": [-450, 152.001], "016": [-349, -150] } as const;
    const text = fileOf(changed(UNITS, { "014": { ifuid: "001" }, "015": { specid: "302" } }), { at });
    const before = await newestRevision(deps);
    const { message, problems } = await refused(bring(`${text}${text.match(/^056.*\n/m)?.[0]}`));
    const twice = (line: number, other: number) =>
      ["this seat stands twice: also", "SPECID 998 is also that of", "IFUID 998 is also that of"].map((what) => [
        line,
        "056",
        `${what} seat 056 in line ${other}`,
      ]);
    expect(problems.map(({ line, ifuslot, message }) => [line, ifuslot, message])).toEqual([
      [7, "013", "IFUID 001 is also that of seat 014 in line 8"],
      [7, "013", "its position (-450, 152.001) lies 2.001 arcsec from the nominal (-450, 150)"],
      [8, "014", "SPECID 302 is also that of seat 015 in line 9"],
      [8, "014", "IFUID 001 is also that of seat 013 in line 7"],
      [9, "015", "SPECID 302 is also that of seat 014 in line 8"],
      [10, "016", "its position (-349, -150) lies 101 arcsec from the nominal (-450, -150)"],
      ...twice(89, 104),
      ...twice(104, 89),
    ]);
    for (const { message: sentence } of problems) expect(message).toContain(sentence);
    expect(message).toEndWith("Leave rows out with --drop SEAT,..., take far positions with --force");
    expect(await newestRevision(deps)).toBe(before);
  });

  test("dropped rows are not looked at, and the rest is taken", async () => {
    const text = fileOf(changed(UNITS, { "014": { ifuid: "001" } }), { at: { "015": [0, 0] } });
    const { files } = await bring(text, { drop: ["014", "015"] });
    expect(files[0]?.active).toBe(2);
    expect(shownIn(await get(false), "013")).toBe("001 301 111");
    expect(shownIn(await get(false), "015")).toBe("000 000 000");
  });

  test("a seat to drop must exist", async () => {
    await expect(bring(fileOf(UNITS), { drop: ["013", "14", "000"] })).rejects.toMatchObject({
      code: "bad-parameter",
      message: expect.stringContaining("there is no seat 14, 000 to drop"),
    });
  });

  test("exactly 2 arcsec is near enough, and --force takes any position, but no duplicate", async () => {
    await bring(fileOf(UNITS, { at: { "013": [-452, 150] } }), { actual: true });
    const far = fileOf(UNITS, { at: { "013": [0, 0] } });
    await refused(bring(far, { actual: true }));
    await bring(far, { actual: true, force: true });
    expect((await get(true)).text).toBe(far);
    await refused(bring(fileOf(changed(UNITS, { "014": { ifuid: "001" } })), { force: true }));
  });

  test("positions are recorded with --actual only, and the rows that are not nominal are told of otherwise", async () => {
    const text = fileOf(UNITS, { at: { "013": [-450.1, 150], "015": [-450, -49.9] } });
    const without = await bring(text);
    expect(without.files[0]).toMatchObject({
      positions: 0,
      warnings: ["2 rows carry positions that are not nominal and not recorded: --actual takes them"],
    });
    expect((await get(true)).text).toBe(fileOf(UNITS));
    const taken = await bring(text, { actual: true });
    expect(taken.files[0]).toMatchObject({ positions: 2, warnings: [] });
    expect((await get(true)).text).toBe(text);
    expect((await get(false)).text).toBe(fileOf(UNITS));
  });

  test("a nominal position takes back no measurement", async () => {
    const text = fileOf(UNITS, { at: { "013": [-450.1, 150] } });
    await bring(text, { actual: true });
    const again = await bring(fileOf(UNITS), { actual: true });
    expect(again.files[0]?.positions).toBe(0);
    expect((await get(true)).text).toBe(text);
  });

  test("an auxiliary position goes on where the next file does not list the seat", async () => {
    const auxiliary = AUXILIARY.map((row) => (row.ifuslot === "056" ? { ...row, x: -50.5, y: -149.5 } : row));
    const files = [
      { name: "full.txt", text: fileOf(UNITS, { auxiliary }), from: day(1), until: day(9) },
      { name: "short.txt", text: fileOf(UNITS, { layout: "short" }), from: day(2), until: day(9) },
    ];
    await bring("", { files });
    expect((await get(false)).text).toBe(fileOf(UNITS, { auxiliary }));
  });

  test("of files that follow one another each position is recorded where it becomes another, and told of each file", async () => {
    const [here, there] = [{ "013": [-450.5, 150] }, { "013": [-450.25, 150] }] as const;
    const files = [here, here, there, there, here].map((at, i) => ({
      ...{ name: `${i}.txt`, text: fileOf(UNITS, { at }), from: day(i + 1) },
      ...(i === 4 ? { until: day(9) } : {}),
    }));
    const { files: results } = await bring("", { files, actual: true });
    expect(results.map((result) => result.positions)).toEqual([1, 1, 1, 1, 1]);
    const found = [1, 2, 3, 4, 5].map(
      async (n) => /^013\t *(\S+)/m.exec((await ask(deps, day(n), { actualPositions: true })).text)?.[1],
    );
    expect(await Promise.all(found)).toEqual(["-450.500", "-450.500", "-450.250", "-450.250", "-450.500"]);
    const again = await bring("", { files, actual: true });
    const body = await revisionBody(deps.store, again.files[0]?.revision ?? 0);
    expect(body.facts.placements).toEqual([]);
    expect(body.facts.positions).toEqual([]);
  });

  test("a position without an IFU cannot be recorded, and the seat is named", async () => {
    const auxiliary = AUXILIARY.map((row) =>
      row.ifuslot === "603" ? { ...row, ifuid: null, specid: null, x: -25.123, y: 17.321 } : row,
    );
    const text = fileOf([...UNITS, unit("021", null, null)], { auxiliary, at: { "021": [-350.1, 350] } });
    const lost = (seat: string, at: string) =>
      `seat ${seat} has no IFU to which its position (${at}) could belong: not recorded`;
    expect((await bring(text)).files[0]?.warnings).toEqual([lost("603", "-25.123, 17.321")]);
    expect((await bring(text, { actual: true })).files[0]?.warnings.slice(0, 2)).toEqual([
      lost("021", "-350.1, 350"),
      lost("603", "-25.123, 17.321"),
    ]);
  });

  test("LRS2 and VIRUS may use the same SPECID", async () => {
    const auxiliary = AUXILIARY.map((row) => (row.ifuslot === "056" ? { ...row, specid: "501" } : row));
    const text = fileOf([unit("013", "001", "501", "111")], { auxiliary });
    await bring(text);
    expect((await get(false)).text).toBe(text);
  });

  describe("real files", () => {
    test.skipIf(FULL_2018 === null)(
      "the full file of 2018 comes back byte for byte (needs the real files)",
      async () => {
        const { files } = await bring(FULL_2018 ?? "");
        expect(files[0]).toMatchObject({ active: 43, warnings: [] });
        expect((await get(false)).text).toBe(FULL_2018 ?? "");
      },
    );

    test.skipIf(ACTUAL_2019 === null)("the measured file of 2019 comes back (needs the real files)", async () => {
      await bring(ACTUAL_2019 ?? "", { actual: true });
      expect((await get(true, "short")).text).toBe(ACTUAL_2019 ?? "");
    });

    test.skipIf(FAULTY_2020 === null)(
      "the faulty file of 2020 is refused for seat 015 (needs the real files)",
      async () => {
        const { problems } = await refused(bring(FAULTY_2020 ?? "", { actual: true }));
        expect(problems).toHaveLength(1);
        expect(problems[0]).toMatchObject({ ifuslot: "015", message: expect.stringContaining("lies 141.4") });
        await bring(FAULTY_2020 ?? "", { actual: true, drop: ["015"] });
      },
    );

    test.skipIf(HAND_2016 === null)("the hand-written file of 2016 is taken (needs the real files)", async () => {
      expect((await bring(HAND_2016 ?? "")).files[0]?.active).toBeGreaterThan(0);
    });

    test.skipIf(HAND_2018 === null)(
      "that of 2018-07-17 is refused with every row, and taken without them (needs the real files)",
      async () => {
        const { problems } = await refused(bring(HAND_2018 ?? ""));
        const twice = problems.filter(({ message }) => message.includes("also"));
        const far = problems.filter(({ message }) => message.includes("arcsec"));
        expect([twice.length, far.length]).toEqual([2, 3]);
        const drop = [...new Set(twice.map(({ ifuslot }) => ifuslot))];
        await bring(HAND_2018 ?? "", { drop, force: true });
      },
    );
  });
});
