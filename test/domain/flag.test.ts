import { describe, expect, test } from "bun:test";
import { readFlag } from "../../src/domain/flag.ts";

describe("a flag", () => {
  test.each([true, 1, "1", "true", "TRUE", "True", "yes", "YES"])("%p is yes", (value) => {
    expect(readFlag("commit", value, false)).toBe(true);
  });

  test.each([false, 0, "0", "false", "FALSE", "no", "No"])("%p is no, also where yes is the default", (value) => {
    expect(readFlag("commit", value, true)).toBe(false);
  });

  test.each([undefined, null])("%p is what holds without it", (value) => {
    expect([readFlag("commit", value, true), readFlag("commit", value, false)]).toEqual([true, false]);
  });

  const wrong = ["", " ", "on", "off", "2", "-1", "truee", "t", 2, 0.5, Number.NaN, [], ["yes"], {}, [[1]]];
  test.each(wrong.map((value) => [JSON.stringify(value), value] as const))("%s is refused by name", (_text, value) => {
    expect(() => readFlag("commit", value, false)).toThrow(/^commit is .*: it takes 0, 1, true, false, yes or no$/);
  });

  test("a value that is nested beyond all measure is refused by name too", () => {
    const nested = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    expect(() => readFlag("commit", nested, false)).toThrow(/^commit is a list of 1: it takes 0, 1, true/);
  });

  test("a long value is cut in the message", () => {
    expect(() => readFlag("commit", "x".repeat(1000), false)).toThrow(/^.{30,140}$/);
  });
});
