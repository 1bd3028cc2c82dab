import { describe, expect, test } from "bun:test";
import { parseDatestr } from "../../../src/domain/time/datestr.ts";
import {
  contains,
  type Instant,
  instantOf,
  instantText,
  later,
  overlaps,
  type Span,
} from "../../../src/domain/time/instant.ts";

const [MARCH, APRIL, MAY, JUNE] = ["03", "04", "05", "06"].map((month) => instantOf(`2020-${month}-01T00:00:00Z`));
const during = (from: Instant | undefined, until: Instant | undefined | null): Span => ({
  from: from as Instant,
  until: until as Instant | null,
});

describe("a span", () => {
  test("holds its first instant and ends before its last", () => {
    const span = during(MARCH, APRIL);
    expect(contains(span, later(span.from, -1))).toBe(false);
    expect(contains(span, span.from)).toBe(true);
    expect(contains(span, later(APRIL as Instant, -1))).toBe(true);
    expect(contains(span, APRIL as Instant)).toBe(false);
  });

  test.each([
    ["one after the other, touching", during(MARCH, APRIL), during(APRIL, MAY), false],
    ["one after the other, touching, the later one open", during(MARCH, APRIL), during(APRIL, null), false],
    ["one after the other, apart", during(MARCH, APRIL), during(MAY, null), false],
    ["crossing", during(MARCH, MAY), during(APRIL, JUNE), true],
    ["one within the other", during(MARCH, null), during(APRIL, MAY), true],
    ["both open", during(MARCH, null), during(JUNE, null), true],
  ])("overlaps another or not, whichever is asked: %s", (_what, a, b, expected) => {
    expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]);
  });
});

describe("the first and the last instant", () => {
  test.each(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999968Z"])("%s is read and written as it is", (text) => {
    expect(instantText(instantOf(text))).toBe(text);
  });

  test.each(["0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59.999969Z", "9999-12-31T23:59:59-00:01"])(
    "%s lies outside the years 0001 to 9999",
    (text) => {
      expect(() => instantOf(text)).toThrow("the date lies outside the years 0001 to 9999");
    },
  );
});

test.each([
  ["2018-07-16T05:00:00.123456789Z", "2018-07-16T05:00:00.123456Z"],
  ["1970-01-01T00:00:00.000000999Z", "1970-01-01T00:00:00Z"],
  ["1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"],
  ["1900-01-01T00:00:00.000000001Z", "1900-01-01T00:00:00Z"],
])("%s is read as the microsecond in which it lies, as a datestr is", (text, expected) => {
  const datestr = parseDatestr(text);
  expect(instantText(instantOf(text))).toBe(expected);
  expect(datestr).toEqual({ kind: "instant", instant: instantOf(expected) });
});
