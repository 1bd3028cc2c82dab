import { describe, expect, test } from "bun:test";
import { readPositions } from "../../../src/domain/files/position-list.ts";

const HEADER = "# IFUSLOT X_FP Y_FP SPECID SPECSLOT IFUID IFUROT PLATESC\n";

describe("a list of positions", () => {
  test.each([
    ["blanks", "013 -449.9 150.1"],
    ["tabs", "013\t-449.9\t150.1"],
    ["commas", "013, -449.9 ,150.1"],
    ["a short seat", "13 -449.9 150.1"],
    ["a comment behind", "013 -449.9 150.1 # on the sky"],
    ["a byte-order mark, CRLF and blank lines", "\uFEFF\r\n013 -449.9 150.1\r\n\r\n"],
    ["more decimals than count", "013 -449.9001 +150.0999"],
  ])("is read with %s", (_what, text) => {
    expect(readPositions(text)).toMatchObject([{ ifuslot: "013", x: -449.9, y: 150.1 }]);
  });

  test("has no negative zero", () => {
    expect(readPositions("047 -0.0001 -0")).toEqual([{ line: 1, ifuslot: "047", x: 0, y: 0 }]);
  });

  test("may be a focal-plane file, of which the lines are told", () => {
    const text = `${HEADER}000 0 0 900 900 900 0 1\n013 -449.9 150.1 412 241 043 0 1\n`;
    expect(readPositions(text)).toEqual([{ line: 3, ifuslot: "013", x: -449.9, y: 150.1 }]);
  });

  test.each([
    ["nothing", "# none\n", "there is no position in it"],
    ["a seat that does not exist", "012 1 2", 'line 1: "012 1 2" is not a seat and its X and Y in arcsec'],
    ["a field too many", "013 1 2 3", 'line 1: "013 1 2 3" is not'],
    ["a field too few", "013 1", 'line 1: "013 1" is not'],
    ["no number", "013 1 nan", 'line 1: "013 1 nan" is not'],
    ["control characters", "013 \u009b2J 1", 'line 1: "013 \\u009b2J 1" is not'],
    ["a seat twice", "013 1 2\n014 1 2\n13 1 2", "seat 013 stands in lines 1 and 3"],
    [
      "a seat twice in a focal-plane file",
      "013 1 2 412 241 043 0 1\n013 1 3 412 241 043 0 1",
      "seat 013 stands in lines 1 and 2",
    ],
    [
      "a position that no file holds",
      "600 -35.8 12300",
      'line 1: Y_FP is "12300"; the file holds -999.999 to 9999.999 arcsec',
    ],
  ])("is refused for %s", (_what, text, message) => {
    expect(() => readPositions(text)).toThrow(message);
  });

  test("is refused with every line that is wrong", () => {
    expect(() => readPositions("x\n013 1 2\ny")).toThrow(
      'the list of positions was not understood, in 2 places:\n  line 1: "x" is not a seat and its X and Y in arcsec\n  line 3: "y"',
    );
  });
});
