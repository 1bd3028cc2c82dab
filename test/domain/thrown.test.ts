import { expect, test } from "bun:test";
import { messageOf } from "../../src/domain/thrown.ts";

test.each([
  ["an error by its message", new Error("the disk is full"), "the disk is full"],
  ["anything else as it is written", 404, "404"],
  [
    "a broken connection without the hint for programmers",
    new Error("The socket connection was closed unexpectedly. For more information, pass `verbose: true` in fetch()"),
    "The socket connection was closed unexpectedly",
  ],
])("%s", (_what, thrown, told) => {
  expect(messageOf(thrown)).toBe(told);
});
