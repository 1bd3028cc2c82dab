import { describe, expect, test } from "bun:test";
import { readContid, readDataTime, readId } from "../../../src/domain/status/hardware-values.ts";
import type { Instant } from "../../../src/domain/time/instant.ts";

const ids: readonly (readonly [unknown, string | null])[] = [
  [53, "053"],
  [53.0, "053"],
  ["53", "053"],
  [" 053 ", "053"],
  ["53.0", "053"],
  ["'020'", "020"],
  ["'20     '", "020"],
  [999, "999"],
  [1, "001"],
  [-999999, null],
  [-999999.9, null],
  ["-999999", null],
  ["-999999.9", null],
  ["'        '", null],
  ["", null],
  [null, null],
  [0, null],
  ["000", null],
];
test.each(ids)("the id %p is read as %p", (value, id) => expect(readId(value)).toEqual({ value: id }));

const noIds = [-1, 1000, 53.5, Number.NaN, Infinity, "5e1", "+53", "0x35", "N/A", "5 3", "''''", true, [53], { a: 53 }];
test.each(noIds.map((value) => [value]))("%p is no id", (value) => {
  expect(readId(value)).toEqual({ problem: expect.stringContaining("an id is a whole number from 1 to 999") });
});

describe("controllers", () => {
  const contids: readonly (readonly [unknown, string | null])[] = [
    ["'S/N 0059'", "S/N 0059"],
    ["S/N 59", "S/N 0059"],
    ["s/n0059", "S/N 0059"],
    [59, "S/N 0059"],
    [9999, "S/N 9999"],
    ["x".repeat(40), "x".repeat(40)],
    ["0059", "S/N 0059"],
    ["A-17 rev 2", "A-17 rev 2"],
    ["S/N 12345", "S/N 12345"],
    ["S/N 0000", null],
    [" ' ' ", null],
    [-999999, null],
    [null, null],
  ];
  test.each(contids)("%p is read as %p", (value, contid) => expect(readContid(value)).toEqual({ value: contid }));

  const noContids = [10_000, 1.5, -4, "x".repeat(41), "tab\there", "é", false, ["S/N 0059"], {}];
  test.each(noContids.map((value) => [value]))("%p is no controller", (value) => {
    expect(readContid(value)).toEqual({ problem: expect.stringContaining('a controller is text such as "S/N 0059"') });
  });
});

test("Unix seconds are those from March 1973 up to where they can only be milliseconds", () => {
  for (const seconds of [1e8, 1e11, 1526956673.428])
    expect(readDataTime(seconds)).toEqual({ value: (seconds * 1e6) as Instant });
  for (const seconds of [1e8 - 1, 1e11 + 1, 0, -1e9]) expect(readDataTime(seconds)).toHaveProperty("problem");
});
