import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { FplaneError } from "../../../src/domain/errors.ts";
import { type ChronicleRow, configurationsOf, readChronicle } from "../../../src/domain/files/chronicle.ts";
import { VIRUS_SEATS } from "../../../src/domain/plane/seat.ts";
import { realData } from "../../support/real-data.ts";

const SHIPPED = readFileSync(new URL("../../../db/history/hetdex-2017-2024.tsv", import.meta.url), "utf8");
const HEADER = "IFUSLOT\tSPECID\tIFUID\tSPECSLOT\tFIRST_NIGHT\tLAST_NIGHT";

/** A table of a comment (line 1), the column names (line 2) and rows written with blanks (line 3 onward). */
function table(...rows: string[]): string {
  return `${["# made up", HEADER, ...rows.map((row) => row.replaceAll(" ", "\t"))].join("\n")}\n`;
}

function refusal(text: string): FplaneError {
  try {
    readChronicle(text);
  } catch (error) {
    if (error instanceof FplaneError) return error;
    throw error;
  }
  throw new Error("the table was accepted");
}

function rowsOn(rows: readonly ChronicleRow[], night: string): ChronicleRow[] {
  return rows.filter((row) => row.firstNight <= night && (row.lastNight === null || night <= row.lastNight));
}

/** The local night of a shot `YYYYMMDDvNNN`, which is named by its UT date. */
function nightOf(shot: string): string {
  return Temporal.PlainDate.from(shot.slice(0, 8)).subtract({ days: 1 }).toString().replaceAll("-", "");
}

describe("reading a chronicle", () => {
  test("a row becomes text ids and nights, and 000 and - become null", () => {
    const rows = readChronicle(table("013 401 043 241 20181101 20191016", "013 412 043 000 20191017 -"));
    expect(rows).toEqual([
      {
        line: 3,
        ifuslot: "013",
        specid: "401",
        ifuid: "043",
        specslot: "241",
        firstNight: "20181101",
        lastNight: "20191016",
      },
      {
        line: 4,
        ifuslot: "013",
        specid: "412",
        ifuid: "043",
        specslot: null,
        firstNight: "20191017",
        lastNight: null,
      },
    ]);
  });

  test("an empty LAST_NIGHT means the same as -", () => {
    const [row] = readChronicle(table("013 401 043 241 20181101 "));
    expect(row?.lastNight).toBeNull();
  });

  test("a table without rows is empty", () => {
    expect(readChronicle(table())).toEqual([]);
  });

  test.each([
    ["no column names", "# nothing\n", [1], "column names"],
    ["rows before the column names", "013\t401\t043\t241\t20181101\t-\n", [1], "column names"],
    ["a missing field", table("013 401 043 241 20181101"), [3], "this row has 5"],
    ["a field too many", table("013 401 043 241 20181101 - x"), [3], "this row has 7"],
    ["an auxiliary seat", table("056 401 043 241 20181101 -"), [3], 'IFUSLOT "056"'],
    ["an unpadded seat", table("13 401 043 241 20181101 -"), [3], 'IFUSLOT "13"'],
    ["an unpadded spectrograph", table("013 41 043 241 20181101 -"), [3], 'SPECID "41"'],
    ["an IFU of four digits", table("013 401 0043 241 20181101 -"), [3], 'IFUID "0043"'],
    ["a row without spectrograph", table("013 000 043 241 20181101 -"), [3], "SPECID is 000"],
    ["a row without IFU", table("013 401 000 241 20181101 -"), [3], "IFUID is 000"],
    ["a bay that does not exist", table("013 401 043 269 20181101 -"), [3], 'SPECSLOT "269"'],
    ["a night with hyphens", table("013 401 043 241 2018-11-01 -"), [3], 'FIRST_NIGHT "2018-11-01"'],
    ["a first night that does not exist", table("013 401 043 241 20180230 -"), [3], "FIRST_NIGHT 20180230"],
    ["a last night that does not exist", table("013 401 043 241 20181101 20190631"), [3], "LAST_NIGHT 20190631"],
    ["an end before the beginning", table("013 401 043 241 20181101 20181031"), [3], "is before FIRST_NIGHT"],
    [
      "one seat twice on the night that both claim",
      table("013 401 043 241 20181101 20191017", "013 412 044 241 20191017 -"),
      [3, 4],
      "seat 013 is in both on night 20191017",
    ],
    [
      "one spectrograph in two seats",
      table("013 401 043 241 20181101 -", "014 411 077 221 20181101 -", "015 401 038 000 20190101 20190102"),
      [3, 5],
      "SPECID 401 is in both on night 20190101",
    ],
    [
      "one IFU in two seats, the later row first",
      table("014 411 043 221 20191017 -", "013 401 043 241 20181101 -"),
      [3, 4],
      "IFUID 043 is in both on night 20191017",
    ],
  ])("%s is refused by line", (_, text, lines, message) => {
    const error = refusal(text);
    expect(error.code).toBe("bad-fplane");
    expect(error.details["lines"]).toEqual(lines);
    expect(error.message).toContain(message);
    for (const line of lines) expect(error.message).toContain(String(line));
  });
});

describe("configurations of a chronicle", () => {
  const seat = (night: string, ifuslot: string, text: string) =>
    configurationsOf(readChronicle(text))
      .find((configuration) => configuration.night === night)
      ?.placements.find((placement) => placement.ifuslot === ifuslot);

  test("every configuration has all 82 VIRUS seats, ascending", () => {
    const [only] = configurationsOf(readChronicle(table("013 401 043 241 20181101 -")));
    expect(only?.placements.map(({ ifuslot }) => ifuslot)).toEqual([...VIRUS_SEATS].sort());
    expect(only?.placements).toHaveLength(82);
  });

  test("a unit that leaves makes a configuration on the night after its last, also over the end of a year", () => {
    const text = table("014 411 077 221 20200101 -", "013 401 043 241 20181101 20191231", "015 410 038 000 20181101 -");
    expect(configurationsOf(readChronicle(text)).map(({ night }) => night)).toEqual(["20181101", "20200101"]);
  });

  test("a unit is still there on its last night, also when that is its only one", () => {
    const text = table("013 401 043 241 20181101 20181105", "014 411 077 221 20181105 20181105");
    for (const ifuslot of ["013", "014"]) {
      expect(seat("20181105", ifuslot, text)?.specid).not.toBeNull();
      expect(seat("20181106", ifuslot, text)?.specid).toBeNull();
    }
  });

  test("a seat whose unit left keeps nothing", () => {
    const text = table("013 401 043 241 20181101 20181102");
    expect(seat("20181101", "013", text)).toEqual({
      ifuslot: "013",
      ifuid: "043",
      specid: "401",
      specslot: "241",
      contid: null,
    });
    expect(seat("20181103", "013", text)).toEqual({
      ifuslot: "013",
      ifuid: null,
      specid: null,
      specslot: null,
      contid: null,
    });
  });

  test("two rows that tell of one uninterrupted stay make one configuration", () => {
    const text = table("013 401 043 241 20181101 20181130", "013 401 043 241 20181201 -");
    expect(configurationsOf(readChronicle(text)).map(({ night }) => night)).toEqual(["20181101"]);
  });

  test("no rows make no configuration", () => {
    expect(configurationsOf([])).toEqual([]);
  });
});

describe("the shipped history of HETDEX", () => {
  const rows = readChronicle(SHIPPED);
  const configurations = configurationsOf(rows);

  test("it has 132 rows and begins on the first night of the science shots", () => {
    expect(rows).toHaveLength(132);
    expect(configurations[0]?.night).toBe("20170102");
  });

  test("its configurations ascend, each differs from the one before, and none holds anything twice", () => {
    expect(configurations).toHaveLength(63);
    for (const [index, { night, placements }] of configurations.entries()) {
      const before = configurations[index - 1];
      if (before !== undefined) {
        expect(night > before.night).toBe(true);
        expect(placements).not.toEqual(before.placements);
      }
      const units = placements.filter(({ specid }) => specid !== null);
      expect(new Set(units.map(({ specid }) => specid)).size).toBe(units.length);
      expect(new Set(units.map(({ ifuid }) => ifuid)).size).toBe(units.length);
    }
  });

  test("seats 054, 055, 064 and 065 are always empty", () => {
    expect(rows.filter(({ ifuslot }) => ["054", "055", "064", "065"].includes(ifuslot))).toEqual([]);
  });

  test.each([
    ["20170102", 14],
    ["20170131", 14],
    ["20180103", 30],
    ["20180131", 30],
    ["20181203", 46],
    ["20181231", 47],
    ["20191129", 59],
    ["20191130", 60],
    ["20191231", 62],
    ["20201231", 72],
    ["20210816", 77],
    ["20210817", 78],
    ["20240730", 78],
  ])("on night %s it has %i units", (night, units) => {
    expect(rowsOn(rows, night)).toHaveLength(units);
  });

  test.each([
    ["20191129", ["015 410/038", "024 317/039"]],
    ["20191130", ["015 317/038", "024 410/039"]],
    ["20200530", ["015 317/038", "024 410/039", "078 422/069", "079 401/068"]],
    ["20191216", ["015 317/038", "024 410/039", "078 401/069"]],
    ["20200125", ["015 317/038", "024 410/039", "079 401/068"]],
  ])("on night %s the contested seats are resolved", (night, units) => {
    const contested = rowsOn(rows, night).filter(({ ifuslot }) => ["015", "024", "078", "079"].includes(ifuslot));
    expect(contested.map(({ ifuslot, specid, ifuid }) => `${ifuslot} ${specid}/${ifuid}`)).toEqual(units);
  });

  const shots = realData("history/config_history.tsv");

  test.skipIf(shots === null)(
    "it holds every combination of the shots on its nights, except the named conflicts (needs the real files)",
    () => {
      const combinations = (shots ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      expect(combinations).toHaveLength(135);
      const missing = combinations.filter((line) => {
        const [ifuslot, specid, ifuid, first = "", last = ""] = line.split("\t");
        return !rows.some(
          (row) =>
            row.ifuslot === ifuslot &&
            row.specid === specid &&
            row.ifuid === ifuid &&
            row.firstNight <= nightOf(first) &&
            (row.lastNight === null || nightOf(last) <= row.lastNight),
        );
      });
      expect(missing.map((line) => line.split("\t").slice(0, 5).join(" "))).toEqual([
        "015 410 039 20191201v016 20200623v014",
        "024 317 038 20191215v011 20200623v014",
        "078 401 068 20200121v008 20200127v034",
      ]);
    },
  );

  test.skipIf(shots === null)(
    "no row begins before its first shot, but for the night on which 317 and 410 swapped (needs the real files)",
    () => {
      const firstShots = new Map<string, string>(
        (shots ?? "").split("\n").map((line) => {
          const [ifuslot, specid, ifuid, first = ""] = line.split("\t");
          return [`${ifuslot} ${specid}/${ifuid}`, first] as const;
        }),
      );
      const early = rows
        .map((row) => ({ unit: `${row.ifuslot} ${row.specid}/${row.ifuid}`, night: row.firstNight }))
        .filter(({ unit, night }) => night !== nightOf(firstShots.get(unit) ?? "19000101"));
      expect(early).toEqual([
        { unit: "015 317/038", night: "20191130" },
        { unit: "024 410/039", night: "20191130" },
      ]);
    },
  );
});
