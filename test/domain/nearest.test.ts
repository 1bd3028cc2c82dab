import { describe, expect, test } from "bun:test";
import { didYouMean, editsBetween, nearest } from "../../src/domain/nearest.ts";
import { instrumentOf } from "../../src/domain/plane/seat.ts";

const NAMES = ["get", "diff", "history", "status", "user", "update", "import"];

describe("the nearest name", () => {
  test.each([
    ["staus", ["status"]],
    ["histroy", ["history"]],
    ["gte", ["get"]],
    ["hist", ["history"]],
    ["uer", ["user"]],
    ["imports", ["import"]],
    ["xyz", []],
    ["", []],
    ["quarantine", []],
  ] as const)("to %j is %j", (typed, names) => {
    expect(nearest(typed, NAMES)).toEqual([...names]);
  });

  test("is none when too many are as near", () => {
    expect(nearest("x1", ["a1", "b1", "c1", "d1"])).toEqual([]);
  });

  test("an exchange of neighbours is one edit", () => {
    expect(editsBetween("ab", "ba")).toBe(1);
    expect(editsBetween("kitten", "sitting")).toBe(3);
    expect(editsBetween("", "abc")).toBe(3);
  });

  test("is offered in words, or not at all", () => {
    expect(didYouMean("gte", NAMES)).toBe("; did you mean get?");
    expect(didYouMean("zzz", NAMES)).toBe("");
  });

  test.each([
    ["130", "; the nearest are 103, "],
    ["011", "; the nearest are 013, 014, "],
    ["35", "; the nearest is 035"],
  ])("a seat %s is refused with those that were meant", (typed, told) => {
    expect(() => instrumentOf(typed)).toThrow(told);
  });
});
