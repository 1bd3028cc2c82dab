import { describe, expect, test } from "bun:test";
import { renderFplane, rowsOf } from "../../src/domain/files/fplane-file.ts";
import { checkStrictly } from "../../src/domain/files/fplane-strict.ts";
import { LAYOUTS, madeUpPlane } from "../support/planes.ts";
import {
  columnsLikeCommentedHeader,
  readLikeAwk,
  readLikeFortran,
  readLikeLoadtxt,
  readLikePyhetdex,
} from "../support/readers.ts";

const PLANE = madeUpPlane();
const FULL = renderFplane(PLANE, "full");

describe.each([...LAYOUTS])("the programs of the survey read the layout %s", (layout) => {
  const text = renderFplane(PLANE, layout);
  const shown = rowsOf(PLANE, layout);
  const seen = shown.filter((row) => layout !== "full" || row.specid !== null);
  const seats = ["000", ...seen.map((row) => row.ifuslot)];

  test("pyhetdex finds row 000 and every seat that is not commented out, and loses none", () => {
    const { rows, bySeat, byIfuid } = readLikePyhetdex(text);
    expect(rows).toBe(seats.length);
    expect([...bySeat.keys()]).toEqual(seats);
    expect(byIfuid.size).toBe(seats.length);
    for (const { ifuslot, x, y } of seen) expect(bySeat.get(ifuslot)).toEqual({ x, y });
  });

  test("pyhetdex finds every spectrograph by its SPECID", () => {
    const { bySpecid } = readLikePyhetdex(text);
    for (const { specid } of seen) if (specid !== null) expect(bySpecid.has(Number(specid))).toBe(true);
  });

  test("Fortran, which skips six lines, starts at the first seat and misses none", () => {
    expect(readLikeFortran(text).map(([seat]) => seat.replace("#", ""))).toEqual(shown.map((row) => row.ifuslot));
  });

  test("numpy loadtxt reads eight columns of numbers", () => {
    const rows = readLikeLoadtxt(text);
    expect(rows.map((row) => row.length)).toEqual(seats.map(() => 8));
    expect(rows.map(([seat, x, y]) => [seat, x, y])).toEqual([
      [0, 0, 0],
      ...seen.map(({ ifuslot, x, y }) => [Number(ifuslot), x, y]),
    ]);
  });

  test("awk finds seat, X_FP and Y_FP in columns one to three", () => {
    expect(readLikeAwk(text).map(([seat, x, y]) => [seat, Number(x), Number(y)])).toEqual([
      ["000", 0, 0],
      ...seen.map(({ ifuslot, x, y }) => [ifuslot, x, y]),
    ]);
  });

  test("readers that take the first comment for the header get $Id$, as they always did: ECSV is for them", () => {
    expect(columnsLikeCommentedHeader(text)).toEqual(["$Id$"]);
  });
});

test("only the layout all-slots shows every seat to a program that skips comments", () => {
  const seatsIn = (layout: (typeof LAYOUTS)[number]): number =>
    readLikePyhetdex(renderFplane(PLANE, layout)).bySeat.size;
  expect(seatsIn("all-slots")).toBe(1 + 97);
  expect(seatsIn("full")).toBeLessThan(1 + 97);
});

describe("what breaks a reader is refused before it is served", () => {
  const seatLine = /^014\t.*\n/m;
  const fullRows = readLikeFortran(FULL).length;

  test.each([
    ["a blank line in between", "pyhetdex", FULL.replace(seatLine, "$&\n"), readLikePyhetdex, "8"],
    ["a blank line at the end", "pyhetdex", `${FULL}\n\n`, readLikePyhetdex, "8"],
    ["a ninth column", "pyhetdex", FULL.replaceAll(/\t1\.000$/gm, "$&\tS/N0059"), readLikePyhetdex, "8"],
    ["an indented #", "pyhetdex", FULL.replace("\n#0", "\n #0"), readLikePyhetdex, "int"],
    ["a byte-order mark", "pyhetdex", `\uFEFF${FULL}`, readLikePyhetdex, "8"],
    ["a SPECID that is no number", "pyhetdex", FULL.replace("\t601\t", "\tN/A\t"), readLikePyhetdex, "int"],
    [
      "a seventh line that is a comment",
      "Fortran",
      FULL.replace("000\t", "# a\n# b\n000\t"),
      readLikeFortran,
      "runs on",
    ],
    ["a comment after the rows", "Fortran", `${FULL}# end\n`, readLikeFortran, "runs on"],
    [
      "more than 100 rows",
      "Fortran",
      FULL + FULL.split("\n").slice(6, 11).join("\n").concat("\n"),
      readLikeFortran,
      "100 rows",
    ],
    ["text in a numeric column", "loadtxt", FULL.replace("\t601\t", "\tN/A\t"), readLikeLoadtxt, "float"],
  ])("%s stops %s", (_, __, text, reader, message) => {
    expect(() => reader(text)).toThrow(message);
    expect(() => checkStrictly(text, "full")).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("fewer header lines make Fortran lose seats silently", () => {
    const text = FULL.replace("# $Id$\n", "");
    expect(readLikeFortran(text)).toHaveLength(fullRows - 1);
    expect(() => checkStrictly(text, "full")).toThrow("line 1");
  });

  test.each([
    ["an IFUID", FULL.replace("\t081\t", "\t082\t"), "byIfuid"],
    ["a SPECID", FULL.replace("\t601\t", "\t600\t"), "bySpecid"],
    ["a seat", FULL.replace("\n014\t", "\n013\t"), "bySeat"],
  ] as const)("%s that stands twice makes pyhetdex lose a row silently", (_, text, key) => {
    const { rows, [key]: keyed } = readLikePyhetdex(text);
    expect(keyed.size).toBe(rows - 1);
    expect(() => checkStrictly(text, "full")).toThrow("stands in line 7 already");
  });
});
