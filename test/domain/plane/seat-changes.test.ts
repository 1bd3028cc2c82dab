import { describe, expect, test } from "bun:test";
import { EMPTY_UNIT } from "../../../src/domain/plane/placement.ts";
import { changeText, seatChanges } from "../../../src/domain/plane/seat-changes.ts";

const UNIT = { ifuid: "001", specid: "301", specslot: "111", contid: "S/N 0001" };
const OTHER = { ...UNIT, specid: "302" };

describe("seatChanges", () => {
  const changes = (before: Record<string, typeof UNIT | null>, after: Record<string, typeof UNIT | null>) =>
    seatChanges(new Map(Object.entries(before)), new Map(Object.entries(after)));

  test("lists what differs, and nothing else", () => {
    expect(changes({ "013": UNIT, "014": UNIT }, { "013": UNIT, "014": OTHER })).toEqual([
      { ifuslot: "014", before: UNIT, after: OTHER },
    ]);
  });

  test("a seat of which nothing was known is no empty seat", () => {
    const empty = EMPTY_UNIT as typeof UNIT;
    expect(changes({ "013": null }, { "013": empty, "014": empty, "015": null as never })).toEqual([
      { ifuslot: "013", before: null, after: empty },
      { ifuslot: "014", before: null, after: empty },
    ]);
    expect(changes({ "013": empty }, { "013": null as never })).toEqual([
      { ifuslot: "013", before: empty, after: null },
    ]);
  });
});

describe("a change in one line", () => {
  test.each([
    ["021  SPECID 301 -> 302", UNIT, OTHER],
    ["021  SPECSLOT 111 -> 000, CONTID S/N 0001 -> 000", UNIT, { ...UNIT, specslot: null, contid: null }],
    ["021  SPECID 000 -> 301, SPECSLOT 000 -> 111, IFUID 000 -> 001", null, { ...UNIT, contid: null }],
    ["021  SPECID 301 -> 000, SPECSLOT 111 -> 000, IFUID 001 -> 000, CONTID S/N 0001 -> 000", UNIT, null],
    ["021  unknown -> empty", null, EMPTY_UNIT],
    ["021  empty -> unknown", EMPTY_UNIT, null],
  ])("%s", (text, before, after) => {
    expect(changeText({ ifuslot: "021", before, after })).toBe(text);
  });
});
