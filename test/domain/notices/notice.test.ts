import { expect, test } from "bun:test";
import { oneLine } from "../../../src/domain/notices/notice.ts";

test("a text becomes one line, and a long one is cut", () => {
  expect(oneLine(" a\r\n\u2028b\u0007 ")).toBe("a b");
  const longest = oneLine("x".repeat(10_000)).length - " ...".length;
  expect(oneLine("x".repeat(longest))).toBe("x".repeat(longest));
  expect(oneLine("x".repeat(longest + 1))).toBe(`${"x".repeat(longest)} ...`);
});
