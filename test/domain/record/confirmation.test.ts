import { describe, expect, test } from "bun:test";
import { confirmedUntilIn, demandConfirmed, unconfirmedBefore } from "../../../src/domain/record/confirmation.ts";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";

const at = (microseconds: number) => microseconds as Instant;
const span = (from: number, until: number | null): Span => ({
  from: at(from),
  until: until === null ? null : at(until),
});
const ends = (microseconds: number | null) => (microseconds === null ? null : at(microseconds));

describe("until when an interval is confirmed", () => {
  test.each([
    ["by nothing", span(10, 20), null, null],
    ["by what ended before it began", span(10, 20), 9, null],
    ["by what ended as it began", span(10, 20), 10, null],
    ["by a status at its first instant", span(10, 20), 11, 10],
    ["by a status within it", span(10, 20), 16, 15],
    ["by what ends as it does", span(10, 20), 20, 20],
    ["by what ends after it", span(10, 20), 25, 20],
    ["without an end", span(10, null), 16, 15],
  ])("%s", (_what, interval, end, expected) => {
    expect(confirmedUntilIn(interval, ends(end))).toBe(ends(expected));
  });
});

describe("a stretch of an answer is confirmed up to its end", () => {
  const NOW = 50;
  test.each([
    ["when a status speaks of its last instant", span(10, 20), 19, null],
    ["but not when it speaks of the one before", span(10, 20), 18, "from 1970-01-01T00:00:00.00001Z"],
    ["when nothing is asked of what lies after now", span(10, 70), 49, null],
    ["or without an end", span(10, null), 49, null],
    ["but of all before now", span(10, 70), 48, "to 1970-01-01T00:00:00.00005Z is not confirmed: until"],
    [
      "and for one that begins after now, of its whole length",
      span(60, 70),
      null,
      "00:00:00.00006Z on is not confirmed",
    ],
    ["and from now on", span(50, 70), null, "00:00:00.00005Z on is not confirmed"],
    ["and not by nothing", span(10, 20), null, "no hardware status has confirmed it"],
  ])("%s", (_what, stretch, confirmedUntil, refusal) => {
    const error = unconfirmedBefore(stretch, ends(confirmedUntil), at(NOW));
    if (refusal === null) expect(error).toBeNull();
    else expect(error).toMatchObject({ code: "unconfirmed", message: expect.stringContaining(refusal) });
  });
});

test("strict takes the instant of the status itself, and none after it", () => {
  const confirmedUntil = at(15);
  demandConfirmed({ instant: at(15), confirmedUntil });
  expect(() => demandConfirmed({ instant: at(16), confirmedUntil })).toThrow("is not confirmed: confirmed until");
  expect(() => demandConfirmed({ instant: at(15), confirmedUntil: null })).toThrow("no hardware status");
});
