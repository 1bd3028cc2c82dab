import { describe, expect, test } from "bun:test";
import { samePosition, sameUnit } from "../../../src/domain/plane/placement.ts";

describe("two units are the same", () => {
  const unit = { ifuid: "001", specid: "301", specslot: "111", contid: "S/N 0001" };
  test("if everything about them is", () => {
    expect(sameUnit(unit, { ...unit })).toBe(true);
    for (const field of ["ifuid", "specid", "specslot", "contid"])
      expect(sameUnit(unit, { ...unit, [field]: null })).toBe(false);
  });

  test("and two positions to the last digit", () => {
    expect(samePosition({ x: 1.001, y: -2 }, { x: 1.001, y: -2 })).toBe(true);
    expect(samePosition({ x: 1.001, y: -2 }, { x: 1.002, y: -2 })).toBe(false);
    expect(samePosition({ x: 1.001, y: -2 }, { x: 1.001, y: 2 })).toBe(false);
  });
});
