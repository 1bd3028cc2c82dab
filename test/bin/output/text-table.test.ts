import { describe, expect, test } from "bun:test";
import { textTable, wrap } from "../../../bin/output/text-table.ts";

const ROWS = [
  ["REV", "WHEN", "WHY"],
  ["1", "2018-01-01T18:00:00Z", "the file of 2018, as it was found in the archive of the survey"],
  ["12", "2019-03-28T17:00:00Z", "short"],
];

describe("a table", () => {
  test("is as wide as it is where there is no terminal", () => {
    expect(textTable(ROWS, null).split("\n")).toEqual([
      "REV  WHEN                  WHY",
      "1    2018-01-01T18:00:00Z  the file of 2018, as it was found in the archive of the survey",
      "12   2019-03-28T17:00:00Z  short",
      "",
    ]);
  });

  test("wraps its widest column on a terminal, and loses nothing", () => {
    expect(textTable(ROWS, 50).split("\n")).toEqual([
      "REV  WHEN                  WHY",
      "1    2018-01-01T18:00:00Z  the file of 2018, as it",
      "                           was found in the",
      "                           archive of the survey",
      "12   2019-03-28T17:00:00Z  short",
      "",
    ]);
  });

  test.each([200, 80, 60, 48])("fits %i columns, whatever is in it", (columns) => {
    const rows = [...ROWS, ["3", "x", `${"/very/long/path".repeat(10)} Zürich 数値 ${"word ".repeat(50)}`]];
    const lines = textTable(rows, columns).split("\n");
    expect(lines.filter((line) => Bun.stringWidth(line) > columns)).toEqual([]);
    expect(lines.join("").replaceAll(/\s/g, "")).toContain("/very/long/path".repeat(1));
  });

  test("does not break a time to fit a terminal that is too narrow", () => {
    expect(textTable(ROWS, 20)).toContain("2018-01-01T18:00:00Z");
  });

  test("a cell cannot steer the terminal", () => {
    expect(textTable([["A"], ["x\u001B[2J\ny"]], null)).toBe("A\nx [2J y\n");
  });
});

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ["fits", 4, ["fits"]],
] as const)("%j wrapped at %i", (text, width, lines) => {
  expect(wrap(text, width)).toEqual([...lines]);
});
