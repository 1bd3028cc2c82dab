import { expect, test } from "bun:test";
import { listed } from "../../src/domain/listed.ts";

test.each([
  [["a is wrong"], undefined, "no file: a is wrong"],
  [["a is wrong", "b too"], undefined, "no file, in 2 places:\n  a is wrong\n  b too"],
  [["a", "b", "c"], 2, "no file, in 3 places:\n  a\n  b\n  and 1 more"],
  [["a", "b"], 2, "no file, in 2 places:\n  a\n  b"],
])("%j, at most %p", (sentences, most, text) => {
  expect(listed("no file", sentences, most)).toBe(text);
});
