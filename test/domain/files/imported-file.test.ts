import { describe, expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { checkImport, isNominal, unitsOf } from "../../../src/domain/files/imported-file.ts";
import { nominalPosition, VIRUS_SEATS } from "../../../src/domain/plane/seat.ts";

/** A row as a file has it, at its nominal position if nothing else is given. */
function row(ifuslot: string, given: Record<string, unknown> = {}) {
  const at = VIRUS_SEATS.includes(ifuslot) ? nominalPosition(ifuslot) : { x: 1, y: 2 };
  return { line: 7, ifuslot, ...at, ifuid: null, specid: null, specslot: null, commented: false, ...given };
}

const OPTIONS = { actual: false, drop: [], force: false };

describe("checkImport", () => {
  test("takes a file as it is, and says nothing about it", () => {
    const rows = [row("013", { ifuid: "001", specid: "301" }), row("014"), row("056", { ifuid: "998", specid: "301" })];
    expect(checkImport(rows, OPTIONS)).toEqual({ rows, warnings: [] });
  });

  test.each([
    [
      "a seat",
      [row("013"), row("013", { line: 8 })],
      "line 7, seat 013: this seat stands twice: also seat 013 in line 8",
    ],
    [
      "an IFU",
      [row("013", { ifuid: "001" }), row("056", { line: 8, ifuid: "001" })],
      "line 7, seat 013: IFUID 001 is also that of seat 056 in line 8",
    ],
    [
      "a spectrograph",
      [row("013", { specid: "301" }), row("014", { line: 8, specid: "301" })],
      "line 7, seat 013: SPECID 301 is also that of seat 014 in line 8",
    ],
  ])("%s that stands twice is a conflict that names both lines", (_what, rows, message) => {
    expect(() => checkImport(rows, { ...OPTIONS, force: true })).toThrow(message);
    expect(() => checkImport(rows, { ...OPTIONS, force: true })).toThrow(FplaneError);
  });

  test("an id that stands three times names the two others in each row", () => {
    const rows = [1, 2, 3].map((n) => row(`01${n + 2}`, { line: n, ifuid: "001" }));
    expect(() => checkImport(rows, OPTIONS)).toThrow(
      "IFUID 001 is also that of seat 013 in line 1 and seat 015 in line 3",
    );
  });

  test.each([
    [2, false],
    [2.001, true],
    [-2, false],
    [100, true],
  ])("a position %d arcsec from nominal is too far: %p", (distance, isTooFar) => {
    const rows = [row("013", { x: -450 + distance })];
    const check = () => checkImport(rows, { ...OPTIONS, actual: true });
    if (isTooFar) expect(check).toThrow(`lies ${distance} arcsec from the nominal (-450, 150)`);
    else expect(check().rows).toEqual(rows);
    expect(checkImport(rows, { ...OPTIONS, actual: true, force: true }).rows).toEqual(rows);
  });

  test("a position exactly 2 arcsec from nominal is near enough on a slant too, where floating point says otherwise", () => {
    const rows = [row("013", { x: -448.4, y: 151.2 })];
    expect(Math.hypot(-448.4 + 450, 151.2 - 150)).toBeGreaterThan(2);
    expect(checkImport(rows, { ...OPTIONS, actual: true }).rows).toEqual(rows);
  });

  test("an auxiliary seat may be anywhere", () => {
    expect(checkImport([row("600", { ifuid: "902", x: 400 })], OPTIONS).warnings).toEqual([]);
  });

  test("a dropped row is neither taken nor checked", () => {
    const kept = row("014", { ifuid: "001" });
    expect(checkImport([row("013", { ifuid: "001", x: 0 }), kept], { ...OPTIONS, drop: ["013"] }).rows).toEqual([kept]);
  });

  test("what is dropped is said with its lines", () => {
    const rows = [row("013"), row("013", { line: 8 }), row("014", { line: 9 })];
    const told = (drop: string[]) => checkImport(rows.slice(drop.length === 0 ? 1 : 0), { ...OPTIONS, drop }).warnings;
    expect(told([])).toEqual([]);
    expect(told(["013"])).toEqual(["nothing is recorded of the dropped seat 013 (line 7 and 8)"]);
    const several = "nothing is recorded of the dropped seats 013 (line 7 and 8), 056 (not in the file)";
    expect(told(["056", "013", "056"])).toEqual([several]);
  });

  test("a position without an IFU is told of where it would have been recorded", () => {
    const told = (ifuslot: string, actual: boolean) =>
      checkImport([row(ifuslot, { x: -449 })], { ...OPTIONS, actual }).warnings;
    const lost = (ifuslot: string) => [expect.stringContaining(`seat ${ifuslot} has no IFU to which its position`)];
    expect(told("013", true)).toEqual(lost("013"));
    expect(told("013", false)).toEqual([]);
    expect(told("056", false)).toEqual(lost("056"));
  });

  test("one position that is not used is told of in the singular", () => {
    const [warning] = checkImport([row("013", { ifuid: "001", x: -449 })], OPTIONS).warnings;
    expect(warning).toBe("1 row carries a position that is not nominal and not recorded: --actual takes them");
  });
});

test("a position is nominal only if both coordinates are, and of a VIRUS seat", () => {
  const placed = (ifuslot: string, x: number, y: number) => isNominal({ line: 1, ifuslot, x, y });
  expect(placed("013", -450, 150)).toBe(true);
  expect(placed("013", -450, 150.001)).toBe(false);
  expect(placed("013", -450.001, 150)).toBe(false);
  expect(placed("056", -50, -150)).toBe(false);
});

describe("unitsOf", () => {
  test("tells of each VIRUS seat, of one that is not listed that it is empty, and of the auxiliary ones listed", () => {
    const units = unitsOf(
      [row("013", { ifuid: "001", specid: "301", specslot: "111" }), row("056", { ifuid: "998" })],
      [],
    );
    expect([...units.keys()]).toEqual([...VIRUS_SEATS, "056"]);
    expect(units.get("013")).toEqual({ ifuid: "001", specid: "301", specslot: "111", contid: null });
    expect(units.get("014")).toEqual({ ifuid: null, specid: null, specslot: null, contid: null });
    expect(units.get("056")).toMatchObject({ ifuid: "998" });
  });

  test("tells nothing of a dropped seat, listed or not", () => {
    const units = unitsOf([row("013", { ifuid: "001" })], ["013", "014"]);
    expect([units.has("013"), units.has("014"), units.has("015")]).toEqual([false, false, true]);
  });
});
