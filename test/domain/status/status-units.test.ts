import { describe, expect, test } from "bun:test";
import { EMPTY_UNIT } from "../../../src/domain/plane/placement.ts";
import { VIRUS_SEATS } from "../../../src/domain/plane/seat.ts";
import type { StatusUnit } from "../../../src/domain/status/hardware-status.ts";
import { unitsAfter } from "../../../src/domain/status/status-units.ts";

const UNIT = { ifuid: "001", specid: "301", specslot: "111", contid: "S/N 0001" };
const OTHER = { ifuid: "002", specid: "302", specslot: "112", contid: "S/N 0002" };

/** A unit as the status shows it in a seat; what is left out, the status does not say. */
function shown(ifuslot: string, unit: Partial<StatusUnit>): StatusUnit {
  return { path: "config", ifuslot, ifuid: null, specid: null, specslot: undefined, contid: undefined, ...unit };
}

describe("what stands in the seats after a status", () => {
  const after = (units: readonly StatusUnit[], before: Record<string, typeof UNIT | null> = { "013": UNIT }) =>
    unitsAfter(new Map(Object.entries(before)), units);

  test("is told of every VIRUS seat, also of those that were unknown", () => {
    const told = after([shown("014", OTHER)], {});
    expect([...told.keys()]).toEqual([...VIRUS_SEATS]);
    expect(told.get("014")).toEqual(OTHER);
    expect(told.get("013")).toEqual(EMPTY_UNIT);
  });

  test.each([
    ["all that the status says", { ...OTHER }, OTHER],
    ["the same unit, of which it says nothing more", { ifuid: "001", specid: "301" }, UNIT],
    [
      "unset values as unsaid ones, for the same unit",
      { ifuid: "001", specid: "301", specslot: null, contid: null },
      UNIT,
    ],
    [
      "another spectrograph, whose bay and controller are not known",
      { ifuid: "001", specid: "399" },
      { ...UNIT, specid: "399", specslot: null, contid: null },
    ],
    [
      "another IFU: the bay follows the pair, the controller the spectrograph",
      { ifuid: "099", specid: "301" },
      { ...UNIT, ifuid: "099", specslot: null },
    ],
    [
      "a spectrograph that is gone: the bay stays with the IFU",
      { ifuid: "001", specid: null },
      { ...UNIT, specid: null, contid: null },
    ],
    ["a seat shown as empty", {}, EMPTY_UNIT],
    ["a new bay", { ifuid: "001", specid: "301", specslot: "258" }, { ...UNIT, specslot: "258" }],
  ])("is, for %s", (_what, unit, expected) => {
    expect(after([shown("013", unit)]).get("013")).toEqual(expected);
  });

  test("a controller without a spectrograph is not kept: it is the spectrograph's", () => {
    const before = { ...UNIT, specid: null } as unknown as typeof UNIT;
    expect(after([shown("013", { ifuid: "001" })], { "013": before }).get("013")).toMatchObject({ contid: null });
  });

  test("a seat that is not mentioned keeps IFU and bay, and loses spectrograph and controller", () => {
    expect(after([shown("014", OTHER)]).get("013")).toEqual({ ...UNIT, specid: null, contid: null });
  });

  test("unless its IFU is shown elsewhere: then nothing is left", () => {
    expect(after([shown("014", { ...OTHER, ifuid: "001" })]).get("013")).toEqual(EMPTY_UNIT);
  });

  test("a spectrograph that is shown elsewhere leaves the IFU where it was", () => {
    expect(after([shown("014", { ...OTHER, specid: "301" })]).get("013")).toMatchObject({ ifuid: "001", specid: null });
  });
});
