import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { FplaneError } from "../../../src/domain/errors.ts";
import { type Layout, renderFplane } from "../../../src/domain/files/fplane-file.ts";
import { readFplane } from "../../../src/domain/files/fplane-reader.ts";
import { checkStrictly } from "../../../src/domain/files/fplane-strict.ts";
import { LAYOUTS, madeUpPlane, planeOf } from "../../support/planes.ts";

const FULL = renderFplane(madeUpPlane(), "full");
const SHORT = renderFplane(madeUpPlane(), "short");
const ALL_SLOTS = renderFplane(madeUpPlane(), "all-slots");

/** The file with one line changed; a change that changes nothing fails the test. */
function withLine(text: string, line: number, change: (content: string) => string): string {
  const lines = text.split("\n");
  const content = lines[line - 1] ?? "";
  expect(change(content)).not.toBe(content);
  lines[line - 1] = change(content);
  return lines.join("\n");
}

function withField(text: string, line: number, column: number, value: string): string {
  return withLine(text, line, (content) =>
    content
      .split("\t")
      .with(column - 1, value)
      .join("\t"),
  );
}

test.each([...LAYOUTS])("the layout %s passes", (layout) => {
  expect(() => checkStrictly(renderFplane(madeUpPlane(), layout), layout)).not.toThrow();
});

type Fault = readonly [rule: string, text: string, layout: Layout, line: number, message: string];

/** Line 7 is seat 013 and line 12 seat 022, both active; line 11 is seat 021, commented out in the full layout. */
const FAULTS: readonly Fault[] = [
  ["no byte-order mark", `\uFEFF${FULL}`, "full", 1, "only ASCII and LF"],
  ["ASCII only", withLine(FULL, 8, (row) => row.replace("\t", "\u00a0")), "full", 8, "only ASCII and LF"],
  ["LF only", FULL.replaceAll("\n", "\r\n"), "full", 1, 'it holds "\\r"'],
  ["a newline at the end", FULL.slice(0, -1), "full", 103, "newline at the end is missing"],
  ["one newline at the end", `${FULL}\n`, "full", 104, "blank"],
  ["no blank line in between", withLine(FULL, 50, (row) => `${row}\n`), "full", 51, "blank"],
  ["the first comment", FULL.replace("# $Id$", "# $Id: 1$"), "full", 1, 'not the comment line "# $Id$"'],
  ["all five comments", FULL.replace("# $Date$\n", ""), "full", 4, 'not the comment line "# $Date$"'],
  [
    "the blanks in the fifth comment",
    FULL.replace("IFUROT  PLATESC", "IFUROT PLATESC"),
    "full",
    5,
    "not the comment line",
  ],
  ["no sixth comment", FULL.replace("000\t", "# by fplane\n000\t"), "full", 6, "not row 000"],
  ["row 000 after the comments", FULL.replace(/^000\t.*\n/m, ""), "full", 6, "not row 000"],
  ["row 000 as it is", FULL.replace("000\t   0.000", "000\t   0.001"), "full", 6, "not row 000"],
  [
    "at most 100 rows",
    FULL + ALL_SLOTS.split("\n").slice(6, 9).join("\n").concat("\n"),
    "full",
    106,
    "more than 100 rows",
  ],
  [
    "100 rows are not too many, but seats twice are",
    FULL + ALL_SLOTS.split("\n").slice(6, 8).join("\n").concat("\n"),
    "full",
    104,
    "seat 013 stands in line 7",
  ],
  ["no comment after the rows", `${FULL}# end\n`, "full", 104, "eight fields"],
  ["not seven fields", withLine(FULL, 8, (row) => row.replace(/\t1\.000$/, "")), "full", 8, "eight fields"],
  ["not nine fields", withLine(FULL, 8, (row) => `${row}\tx`), "full", 8, "eight fields"],
  ["no empty field", withField(FULL, 8, 6, ""), "full", 8, "eight fields"],
  ["no blank in a field", withField(FULL, 8, 6, "0 1"), "full", 8, "eight fields"],
  ["tabs between the fields", withLine(FULL, 8, (row) => row.replace("\t0.000", " 0.000")), "full", 8, "eight fields"],
  ["no blank before the #", withLine(FULL, 11, (row) => ` ${row}`), "full", 11, "with or without one #"],
  ["no blank after the #", withLine(FULL, 11, (row) => row.replace("#", "# ")), "full", 11, "eight fields"],
  ["one # only", withLine(FULL, 11, (row) => `#${row}`), "full", 11, "with or without one #"],
  ["a seat of three digits", withField(FULL, 7, 1, "13"), "full", 7, '"13" is not a seat of three digits'],
  ["a seat that exists", withField(FULL, 7, 1, "012"), "full", 7, "there is no seat 012"],
  ["x eight wide", withField(FULL, 8, 2, "-450.00"), "full", 8, 'the position "-450.00"'],
  ["y eight wide", withField(FULL, 8, 3, "50.000"), "full", 8, 'the position "50.000"'],
  ["not nine wide", withField(FULL, 8, 2, "-1000.000"), "full", 8, 'the position "-1000.000"'],
  ["three decimals", withField(FULL, 8, 2, " -450.00"), "full", 8, "is not a number written as %8.3f"],
  ["four decimals never", withField(FULL, 8, 3, " 50.0000"), "full", 8, "is not a number written as %8.3f"],
  ["padded on the left", withField(FULL, 8, 3, "50.000  "), "full", 8, "is not a number written as %8.3f"],
  ["no leading zero", withField(FULL, 8, 3, "0050.000"), "full", 8, "is not a number written as %8.3f"],
  ["no minus zero", withField(FULL, 8, 3, "  -0.000"), "full", 8, "is not a number written as %8.3f"],
  ["no nan", withField(FULL, 8, 3, "     nan"), "full", 8, "is not a number written as %8.3f"],
  ["a SPECID of three digits", withField(FULL, 8, 4, "61"), "full", 8, 'the id "61"'],
  ["a numeric SPECSLOT", withField(FULL, 8, 5, "N/A"), "full", 8, 'the id "N/A"'],
  ["an IFUID of three digits", withField(FULL, 8, 6, "0081"), "full", 8, 'the id "0081"'],
  ["IFUROT 0.000", withField(FULL, 8, 7, "0.0"), "full", 8, "IFUROT and PLATESC"],
  ["PLATESC 1.000", withField(FULL, 8, 8, "1.0"), "full", 8, "IFUROT and PLATESC"],
  ["each seat once", withField(FULL, 8, 1, "013"), "full", 8, "seat 013 stands in line 7 already"],
  [
    "each seat once, also commented out",
    withField(FULL, 11, 1, "#013"),
    "full",
    11,
    "seat 013 stands in line 7 already",
  ],
  ["each IFUID once", withField(FULL, 8, 6, "082"), "full", 8, "IFUID 082 stands in line 7 already"],
  [
    "each IFUID once, also of an empty seat that is not commented out",
    withField(ALL_SLOTS, 11, 6, "082"),
    "all-slots",
    11,
    "IFUID 082 stands in line 7 already",
  ],
  ["each IFUID once, of whatever instrument", withField(FULL, 89, 6, "081"), "full", 89, "IFUID 081 stands in line 8"],
  ["each SPECID once", withField(FULL, 8, 4, "600"), "full", 8, "SPECID 600 stands in line 7 already"],
  ["each SPECID once among HPF", withField(FULL, 93, 4, "902"), "full", 93, "SPECID 902 stands in line 92 already"],
  [
    "full: an empty VIRUS seat is commented out",
    withLine(FULL, 11, (row) => row.slice(1)),
    "full",
    11,
    "if and only if",
  ],
  ["full: an active seat is not", withLine(FULL, 7, (row) => `#${row}`), "full", 7, "if and only if"],
  ["full: an auxiliary seat is not", withLine(FULL, 89, (row) => `#${row}`), "full", 89, "if and only if"],
  [
    "full: an auxiliary seat without a SPECID is not",
    withLine(withField(FULL, 89, 4, "000"), 89, (row) => `#${row}`),
    "full",
    89,
    "if and only if",
  ],
  [
    "full: no seat is missing",
    withLine(FULL, 8, () => "").replace("\n\n", "\n"),
    "full",
    8,
    "seat 014 is expected here",
  ],
  ["full: the last seat is not missing", FULL.replace(/^616\t.*\n/m, ""), "full", 103, "seat 616 is expected here"],
  ["full: seats ascend", FULL.replace(/^(014\t.*\n)(015\t.*\n)/m, "$2$1"), "full", 8, "seat 014 is expected here"],
  [
    "full: auxiliary seats come last",
    FULL.replace(/^(106\t.*\n)(056\t.*\n)/m, "$2$1"),
    "full",
    88,
    "seat 106 is expected here",
  ],
  ["all-slots: nothing is commented out", FULL, "all-slots", 11, "no row is commented out"],
  ["all-slots: no seat is missing", SHORT, "all-slots", 11, "seat 021 is expected here"],
  ["short: nothing is commented out", FULL, "short", 11, "VIRUS rows with a SPECID only"],
  ["short: no empty seat", withField(SHORT, 7, 4, "000"), "short", 7, "VIRUS rows with a SPECID only"],
  [
    "short: no auxiliary seat",
    SHORT + FULL.split("\n").slice(88, 89).join("").concat("\n"),
    "short",
    SHORT.split("\n").length,
    "VIRUS rows with a SPECID only",
  ],
  ["short: seats ascend", SHORT.replace(/^(014\t.*\n)(015\t.*\n)/m, "$2$1"), "short", 8, "seat 014 is expected here"],
  ["not empty", "", "full", 1, "newline at the end is missing"],
];

describe("a file that breaks a reader is refused, naming the line", () => {
  test.each(FAULTS.map((fault) => [...fault] as const))("%s", (_, text, layout, line, message) => {
    let refusal: unknown;
    try {
      checkStrictly(text, layout);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(FplaneError);
    expect(refusal).toMatchObject({ code: "internal", details: { line } });
    expect(String(refusal)).toContain(`line ${line}: `);
    expect(String(refusal)).toContain(message);
  });
});

test("the same SPECID at VIRUS and at LRS2 is allowed: it is unique within one instrument only", () => {
  expect(() => checkStrictly(withField(FULL, 89, 4, "601"), "full")).not.toThrow();
});

test("the same IFUID in a seat that is commented out is allowed: no reader sees that row", () => {
  expect(() => checkStrictly(withField(FULL, 11, 6, "082"), "full")).not.toThrow();
});

test.each([...LAYOUTS])("%s: whatever one changed character leaves passing is what would be rendered", (layout) => {
  const text = renderFplane(madeUpPlane(), layout);
  const anyEdit = fc.record({
    at: fc.nat({ max: text.length }),
    removed: fc.constantFrom(0, 1),
    inserted: fc.constantFrom("", "0", "1", "9", "#", " ", "\t", "\n", "-", ".", "x"),
  });
  fc.assert(
    fc.property(anyEdit, ({ at, removed, inserted }) => {
      const edited = text.slice(0, at) + inserted + text.slice(at + removed);
      try {
        checkStrictly(edited, layout);
      } catch (error) {
        expect(error).toMatchObject({ code: "internal" });
        return;
      }
      expect(renderFplane(planeOf(readFplane(edited).rows), layout)).toBe(edited);
    }),
    { numRuns: 1000 },
  );
});
