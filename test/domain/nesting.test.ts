import { expect, test } from "bun:test";
import { isNestedDeeperThan } from "../../src/domain/nesting.ts";

test.each([
  [0, 1, false],
  [0, null, false],
  [0, {}, true],
  [1, {}, false],
  [1, [], false],
  [1, { a: null, b: "x" }, false],
  [1, { a: 1, b: [] }, true],
  [2, { a: [1, 2] }, false],
  [2, [[[]]], true],
  [3, [[[]], {}], false],
])("more than %d levels: %j is %p", (levels, value, deeper) => {
  expect(isNestedDeeperThan(levels, value)).toBe(deeper);
});

test("a nesting of any depth is looked into no deeper than asked", () => {
  const deep: unknown = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
  expect(isNestedDeeperThan(500, deep)).toBe(true);
});
