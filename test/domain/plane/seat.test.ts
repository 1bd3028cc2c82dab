import { describe, expect, test } from "bun:test";
import {
  AUXILIARY,
  AUXILIARY_SEATS,
  IHMP_CENTRE,
  instrumentOf,
  isAuxiliarySeat,
  isSeat,
  isVirusSeat,
  nominalPosition,
  VIRUS_SEATS,
} from "../../../src/domain/plane/seat.ts";
import { realData } from "../../support/real-data.ts";

/** The list of the instrument's documentation, written the way it writes it. */
const DOCUMENTED = `013-016, 021-028, 030-039, 040-049, 050-055, 057-059, 060-065, 067-069, 070-079, 080-089, 091-098, 103-106`;
const full = realData("fplane/full-nominal-20181008.txt");

describe("the seats", () => {
  test("of VIRUS are the 82 documented ones, ascending", () => {
    const documented = DOCUMENTED.split(", ").flatMap((range) => {
      const [first = 0, last = 0] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => String(first + index).padStart(3, "0"));
    });
    expect(VIRUS_SEATS).toEqual(documented);
    expect(VIRUS_SEATS).toHaveLength(82);
  });

  test("of the other instruments are 15, in the order of the file", () => {
    expect(AUXILIARY_SEATS.join(" ")).toBe("056 066 555 600 601 602 603 604 610 611 612 613 614 615 616");
    expect(AUXILIARY.map((row) => row.ifuslot)).toEqual([...AUXILIARY_SEATS]);
  });

  test.each([
    ["013", true, false],
    ["106", true, false],
    ["055", true, false],
    ["056", false, true],
    ["616", false, true],
    ["000", false, false],
    ["020", false, false],
    ["13", false, false],
    ["605", false, false],
    ["constructor", false, false],
    ["", false, false],
  ])("%p: of VIRUS %p, auxiliary %p", (ifuslot, virus, auxiliary) => {
    expect(isVirusSeat(ifuslot)).toBe(virus);
    expect(isAuxiliarySeat(ifuslot)).toBe(auxiliary);
    expect(isSeat(ifuslot)).toBe(virus || auxiliary);
  });

  test.each([
    ["021", "VIRUS"],
    ["056", "LRS2"],
    ["066", "LRS2"],
    ["555", "BIB"],
    ["600", "HPF"],
    ["616", "HPF"],
  ] as const)("%s belongs to %s", (ifuslot, instrument) => {
    expect(instrumentOf(ifuslot)).toBe(instrument);
  });

  test("a seat that does not exist belongs to no instrument, and the error says which exist", () => {
    expect(() => instrumentOf("020")).toThrow('there is no seat "020"; seats are three digits: 013 to 106 for VIRUS');
    expect(() => instrumentOf("000")).toThrow(expect.objectContaining({ code: "bad-parameter" }));
  });
});

describe("the nominal position", () => {
  test.each([
    ["013", -450, 150],
    ["021", -350, 350],
    ["039", -250, -450],
    ["060", 50, 450],
    ["106", 450, -150],
  ])("of seat %s is %p, %p arcsec", (ifuslot, x, y) => {
    expect(nominalPosition(ifuslot)).toEqual({ x, y });
  });

  test("exists for VIRUS seats only", () => {
    for (const ifuslot of ["056", "603", "000", "020"]) {
      expect(() => nominalPosition(ifuslot)).toThrow(expect.objectContaining({ code: "bad-parameter" }));
    }
  });
});

test("row 000 is the origin and carries 900 three times", () => {
  expect(IHMP_CENTRE).toMatchObject({ ifuslot: "000", x: 0, y: 0, specid: "900", specslot: "900", ifuid: "900" });
});

test.skipIf(full === null)(
  "the built-in rows are those of the server's file of 2018-10-08 (needs the real files)",
  () => {
    const lines = (full ?? "").split("\n").filter((line) => /^#?\d/.test(line));
    const asWritten = lines.map((line) => {
      const [ifuslot = "", x, y, specid = "", specslot = "", ifuid = ""] = line.replace("#", "").split("\t");
      return { ifuslot, x: Number(x), y: Number(y), specid, specslot, ifuid };
    });
    const virus = asWritten.filter((row) => isVirusSeat(row.ifuslot));
    expect(virus.map(({ ifuslot, x, y }) => ({ ifuslot, x, y }))).toEqual(
      VIRUS_SEATS.map((ifuslot) => ({ ifuslot, ...nominalPosition(ifuslot) })),
    );
    const auxiliary = asWritten.filter((row) => isAuxiliarySeat(row.ifuslot));
    expect(AUXILIARY).toEqual(auxiliary.map((row) => ({ ...row, contid: null, measured: true })));
  },
);
