import { describe, expect, test } from "bun:test";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";
import type { KnownConfiguration } from "../../../src/service/configuration.ts";
import { createShelves } from "../../../src/service/memory/shelves.ts";

const at = (instant: number) => instant as Instant;
const span = (from: number, until: number | null): Span => ({
  from: at(from),
  until: until === null ? null : at(until),
});

/** A configuration that holds over a span. */
function over(from: number, until: number | null, rev = 1): KnownConfiguration {
  const plane = { virus: [], auxiliary: [] };
  return { plane, interval: span(from, until), changedBy: 1, confirmedUntil: null, lastModified: at(0), rev };
}

/** Shelves on which these are known of revision 1, nominal positions. */
function filled(most: number, ...known: readonly KnownConfiguration[]) {
  const shelves = createShelves(most);
  for (const each of known) shelves.put(1, false, each);
  return shelves;
}

describe("a configuration on a shelf", () => {
  test("is found at the instants of its interval, by its revision and its variant", () => {
    const [first, second] = [over(10, 20), over(30, null)];
    const shelves = filled(9, second, first);
    const found = [9, 10, 19, 20, 29, 30, 99].map((instant) => shelves.find(at(instant), 1, false));
    expect(found).toEqual([null, first, first, null, null, second, second]);
    expect([shelves.find(at(10), 2, false), shelves.find(at(10), 1, true)]).toEqual([null, null]);
  });

  test("that was read again takes the place of the one before", () => {
    const again = over(10, 15);
    const shelves = filled(9, over(10, 20), again);
    expect([shelves.find(at(12), 1, false), shelves.find(at(17), 1, false), shelves.size()]).toEqual([again, null, 1]);
  });

  test("makes room for a new one when it is on the shelf that was last added to the longest ago", () => {
    const shelves = filled(3, over(10, 20));
    shelves.put(2, false, over(10, 20, 2));
    shelves.put(1, false, over(20, 30));
    shelves.put(1, false, over(30, 40));
    expect(shelves.size()).toBe(3);
    expect(shelves.find(at(10), 2, false)).toBeNull();
    expect([10, 20, 30].map((instant) => shelves.find(at(instant), 1, false) !== null)).toEqual([true, true, true]);
    shelves.put(1, false, over(40, 50));
    expect([10, 40].map((instant) => shelves.find(at(instant), 1, false) !== null)).toEqual([false, true]);
  });
});

describe("when there is a newer revision, what is known of the one before", () => {
  test("is as true of it where it says nothing", () => {
    const shelves = filled(9, over(10, 20), over(30, 40));
    shelves.carryOver(1, 2, [span(50, null)]);
    expect(shelves.find(at(10), 2, false)).toEqual(over(10, 20, 2));
    expect(shelves.find(at(10), 1, false)).toBeNull();
  });

  test.each([
    ["overlaps it", span(12, 15), false],
    ["ends where it begins: both may be one interval now", span(5, 10), false],
    ["begins where it ends", span(20, 25), false],
    ["lies apart", span(5, 9), true],
  ])("is forgotten where what it says %s", (_what, said, isKept) => {
    const shelves = filled(9, over(10, 20));
    shelves.carryOver(1, 2, [said]);
    expect(shelves.find(at(15), 2, false) !== null).toBe(isKept);
    expect(shelves.former(at(15), false) !== null).toBe(!isKept);
  });

  test("is all forgotten when nothing can be trusted, and remembered as what was known before", () => {
    const shelves = filled(9, over(10, 20));
    shelves.carryOver(1, 2, null);
    expect(shelves.find(at(10), 2, false)).toBeNull();
    expect(shelves.find(at(10), 1, false)).toEqual(over(10, 20)); // of that revision it stays true
    expect(shelves.former(at(19), false)).toEqual(over(10, 20));
    expect([shelves.former(at(20), false), shelves.former(at(19), true)]).toEqual([null, null]);
  });

  test("and before that is told as the last revision had it", () => {
    const shelves = filled(9, over(10, 20));
    shelves.carryOver(1, 2, [span(10, 20)]);
    shelves.put(2, false, over(10, 20, 2));
    shelves.carryOver(2, 3, [span(10, 20)]);
    expect(shelves.former(at(10), false)?.rev).toBe(2);
  });

  test("is nothing any more of another record", () => {
    const shelves = filled(9, over(10, 20), over(30, 40));
    shelves.carryOver(1, 2, [span(10, 20)]);
    shelves.forget();
    expect([shelves.size(), shelves.find(at(30), 2, false), shelves.former(at(10), false)]).toEqual([0, null, null]);
  });
});

test("of what newer revisions say something about no more is remembered than there is room for", () => {
  const shelves = filled(2, over(10, 20), over(20, 30));
  shelves.carryOver(1, 2, null);
  shelves.put(2, false, over(30, 40, 2));
  shelves.carryOver(2, 3, null);
  expect([10, 20, 30].map((instant) => shelves.former(at(instant), false) !== null)).toEqual([false, true, true]);
});
