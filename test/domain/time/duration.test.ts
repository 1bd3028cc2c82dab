import { describe, expect, test } from "bun:test";
import { readDuration } from "../../../src/domain/time/duration.ts";
import { DAY, HOUR, SECOND } from "../../../src/domain/time/instant.ts";

describe("a duration", () => {
  test.each([
    ["24h", DAY],
    ["30m", HOUR / 2],
    ["90s", 90 * SECOND],
    ["7d", 7 * DAY],
    ["1.5h", 1.5 * HOUR],
    ["0", 0],
    ["0h", 0],
  ])("%s is %d microseconds", (text, microseconds) => {
    expect(readDuration(text, "the grace")).toBe(microseconds);
  });

  test.each(["", "24", "h", "-1h", "1 h", "1w", "24H", "1e3h", ".5h", "1h30m", "9999999h", "x".repeat(1000)])(
    "%p is none, and the refusal says what is",
    (text) => {
      expect(() => readDuration(text, "the grace")).toThrow(/^the grace is ".{0,60}"(\.\.\.)?: it takes .*24h/);
    },
  );
});
