import { expect, test } from "bun:test";
import { shown } from "../../src/domain/shown.ts";

test("a value is shown on one line of printable ASCII, cut where it is long", () => {
  expect(shown("a\nb\u009b\u202e")).toBe('"a\\nb\\u009b\\u202e"');
  expect(shown("x".repeat(1000))).toBe(`"${"x".repeat(60)}"...`);
  expect(shown("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
  expect([shown([1, 2]), shown({}), shown(null), shown(1.5)]).toEqual(["a list of 2", "an object", "null", "1.5"]);
});

test("a value can be nested as deeply as it likes, and call itself what it likes", () => {
  expect(shown(JSON.parse(`${'{"a":['.repeat(20_000)}${"]}".repeat(20_000)}`))).toBe("an object");
  expect(shown(JSON.parse('{"toString": 1, "toJSON": 1}'))).toBe("an object");
});
