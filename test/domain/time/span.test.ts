import { describe, expect, test } from "bun:test";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";
import {
  commonSpan,
  earlierEnd,
  earliest,
  elementary,
  hull,
  shared,
  spanJson,
  spanOfJson,
  spanWithout,
} from "../../../src/domain/time/span.ts";

const at = (microseconds: number | null) => microseconds as Instant | null;
const span = (from: number, until: number | null): Span => ({ from: from as Instant, until: at(until) });

test.each([
  [3, 5, 3],
  [5, 3, 3],
  [null, 5, 5],
  [5, null, 5],
  [null, null, null],
])("of the ends %p and %p the earlier one is %p: an open one comes last", (a, b, expected) => {
  expect(earlierEnd(at(a), at(b))).toBe(at(expected));
});

test("the earliest of several instants; of none there is none", () => {
  expect(earliest([7, 3, 5] as Instant[])).toBe(3 as Instant);
  expect(earliest([])).toBeNull();
});

describe("what two spans have in common", () => {
  test.each([
    ["where one ends first", span(1, 5), span(3, 9), span(3, 5)],
    ["where one lies in the other", span(1, 9), span(3, 5), span(3, 5)],
    ["where one is open", span(1, null), span(3, 9), span(3, 9)],
    ["where both are", span(1, null), span(3, null), span(3, null)],
  ])("%s", (_what, a, b, expected) => {
    expect([shared(a, b), shared(b, a)]).toEqual([expected, expected]);
  });
});

describe("what is left of a span", () => {
  test.each([
    ["without nothing is all of it", span(1, 9), [], [span(1, 9)]],
    ["without its beginning", span(1, 9), [span(0, 3)], [span(3, 9)]],
    ["without its end", span(1, null), [span(5, null)], [span(1, 5)]],
    ["without its middle", span(1, null), [span(3, 5)], [span(1, 3), span(5, null)]],
    ["without all of it is nothing, also exactly", span(1, 9), [span(1, 9)], []],
    ["without its first half, exactly, is the second", span(1, 9), [span(1, 5)], [span(5, 9)]],
    ["without its second half, exactly, is the first", span(1, 9), [span(5, 9)], [span(1, 5)]],
    ["without several", span(1, 9), [span(6, 7), span(2, 4)], [span(1, 2), span(4, 6), span(7, 9)]],
    ["without what only touches it is all of it", span(3, 5), [span(1, 3), span(5, 9)], [span(3, 5)]],
    ["without more than it is, is nothing", span(3, 5), [span(1, null)], []],
  ])("%s", (_what, whole, others, expected) => {
    expect(spanWithout(whole, others)).toEqual(expected);
  });
});

describe("the stretches between neighbouring bounds", () => {
  test.each([
    ["of none", [], []],
    ["of spans apart are also those between them", [span(1, 3), span(5, 7)], [span(1, 3), span(3, 5), span(5, 7)]],
    ["end openly where a span does", [span(1, null), span(3, 5)], [span(1, 3), span(3, 5), span(5, null)]],
    ["are the same twice", [span(1, 3), span(1, 3)], [span(1, 3)]],
  ])("%s", (_what, spans, expected) => {
    expect(elementary(spans)).toEqual(expected);
  });
});

test("what many stretches have in common begins with the last of them and ends with the first to end", () => {
  const open = { from: null, until: null };
  expect(commonSpan([span(5, 40), { from: null, until: at(30) }, span(12, null)], 20 as Instant)).toEqual(span(12, 30));
  expect(commonSpan([open, span(5, null)], 20 as Instant)).toEqual(span(5, null));
});

test("the shortest span that holds several ends with the last to end, and openly where one of them does", () => {
  expect(hull([span(5, 9), span(3, 20), span(7, 8)])).toEqual(span(3, 20));
  expect(hull([span(5, 9), span(3, null)])).toEqual(span(3, null));
});

test("a span in JSON is read as it was written", () => {
  for (const one of [span(5, 9), span(-1, null)]) expect(spanOfJson(spanJson(one))).toEqual(one);
  expect(spanJson(span(0, null))).toEqual({ from: "1970-01-01T00:00:00Z", until: null });
});
