import { describe, expect, test } from "bun:test";
import { nextAttempt, nextHour } from "../../../src/domain/time/delivery-times.ts";
import { HOUR, instantOf, instantText, SECOND } from "../../../src/domain/time/instant.ts";

const NOW = instantOf("2020-07-01T18:00:00Z");

describe("the next attempt", () => {
  const pauses = [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360];
  test.each(pauses.map((minutes, i) => [i + 1, minutes] as const))(
    "after %d failures comes after %d minutes",
    (n, minutes) => {
      expect(nextAttempt(NOW, n, 0) - NOW).toBe(minutes * 60 * SECOND);
    },
  );

  test("comes every 6 hours for ever, after any number of failures", () => {
    expect(nextAttempt(NOW, 5000, 0) - NOW).toBe(6 * HOUR);
  });

  test("is up to a quarter earlier, so that servers do not try in step", () => {
    expect(nextAttempt(NOW, 3, 0.5) - NOW).toBe(210 * SECOND);
    expect(nextAttempt(NOW, 3, 1) - NOW).toBe(180 * SECOND);
  });
});

describe("the hour of the digest", () => {
  const cases = [
    ["2020-07-01T12:59:00Z", 8, "2020-07-01T13:00:00Z", "later on the same day"],
    ["2020-07-01T13:00:00Z", 8, "2020-07-02T13:00:00Z", "the next day when it is that hour now"],
    ["2020-12-01T13:30:00Z", 8, "2020-12-01T14:00:00Z", "by the clock of the winter"],
    ["2020-10-31T14:00:00Z", 8, "2020-11-01T14:00:00Z", "across the end of summer time"],
    ["2020-03-08T07:00:00Z", 2, "2020-03-08T08:00:00Z", "an hour later where the clock skips it"],
    ["2020-03-08T08:00:00Z", 2, "2020-03-09T07:00:00Z", "at its own hour again on the day after it was skipped"],
    ["2020-07-02T04:00:00Z", 0, "2020-07-02T05:00:00Z", "at midnight"],
  ] as const;
  test.each(cases)("after %s, at %d local time, is %s: %s", (now, hour, expected) => {
    expect(instantText(nextHour(instantOf(now), hour, "America/Chicago"))).toBe(expected);
  });
});
