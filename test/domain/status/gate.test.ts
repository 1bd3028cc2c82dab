import { expect, test } from "bun:test";
import type { Unit } from "../../../src/domain/plane/placement.ts";
import { VIRUS_SEATS } from "../../../src/domain/plane/seat.ts";
import { seatChanges } from "../../../src/domain/plane/seat-changes.ts";
import { DEFAULT_GATE, gateReason } from "../../../src/domain/status/gate.ts";

const unit = (n: number): Unit => ({ ifuid: `${100 + n}`, specid: `${300 + n}`, specslot: null, contid: null });
const EMPTY: Unit = { ifuid: null, specid: null, specslot: null, contid: null };

/** So many units, one a seat. */
const units = (count: number) => new Map<string, Unit>(VIRUS_SEATS.slice(0, count).map((seat, i) => [seat, unit(i)]));

function reasonOf(before: ReadonlyMap<string, Unit | null>, after: ReadonlyMap<string, Unit>, limits = DEFAULT_GATE) {
  return gateReason(before, seatChanges(before, after), limits);
}

test("a share of the active units may change, and not one more", () => {
  const others = (count: number) => new Map([...units(40)].map(([seat, u], i) => [seat, i < count ? unit(60 + i) : u]));
  expect(reasonOf(units(40), others(10))).toBeNull();
  expect(reasonOf(units(40), others(11))).toStartWith("it changes 11 seats, 28 % of the 40 active units");
});

test("the share that is allowed is told as it was set, whatever it is in floating point", () => {
  const limits = { changedShare: 0.07, lostUnits: 99 };
  expect(reasonOf(units(40), new Map([...units(40)].map(([seat]) => [seat, EMPTY])), limits)).toBe(
    "it changes 40 seats, 100 % of the 40 active units (more than 7 %)",
  );
});

test("a unit that is in another seat is not lost", () => {
  const turned = new Map([...units(40)].map(([seat], i) => [seat, unit((i + 1) % 40)]));
  expect(reasonOf(units(40), turned, { changedShare: 1, lostUnits: 0 })).toBeNull();
  const without = new Map([...units(40)].map(([seat, u], i) => [seat, i < 2 ? EMPTY : u]));
  expect(reasonOf(units(40), without, { changedShare: 1, lostUnits: 2 })).toBeNull();
  expect(reasonOf(units(40), without, { changedShare: 1, lostUnits: 1 })).toBe("2 units are lost (more than 1)");
});

test("an IFU that is another is a change, a bay or a controller that is learned is none", () => {
  const strict = { changedShare: 0, lostUnits: 0 };
  const [first = ""] = VIRUS_SEATS;
  const other = (values: Partial<Unit>) => new Map([...units(4), [first, { ...unit(0), ...values }]]);
  expect(reasonOf(units(4), other({ ifuid: "999" }), strict)).toContain("it changes 1 seats, 25 %");
  expect(reasonOf(units(4), other({ specslot: "111", contid: "S/N 0001" }), strict)).toBeNull();
});

test("what is learned of an IFU that feeds no spectrograph is no change either", () => {
  const idle = (specslot: string | null) =>
    new Map([...units(4), [VIRUS_SEATS[4] ?? "", { ...unit(4), specid: null, specslot }]]);
  expect(reasonOf(idle(null), idle("111"), { changedShare: 0, lostUnits: 0 })).toBeNull();
});

test("the first configuration is never gated", () => {
  expect(reasonOf(new Map(), units(78), { changedShare: 0, lostUnits: 0 })).toBeNull();
});
