import { expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import {
  fieldNamed,
  type StatusAliases,
  type StatusField,
  statusNames,
} from "../../../src/domain/status/hardware-names.ts";

const known: readonly (readonly [string, StatusField | undefined])[] = [
  ["IFUSLOT", "ifuslot"],
  ["ifu_slot", "ifuslot"],
  ["Ifu-Slot", "ifuslot"],
  ["IFU SLOT", "ifuslot"],
  ["ssa", "specslot"],
  ["SpecSlot", "specslot"],
  ["contid", "contid"],
  ["__data_time", "dataTime"],
  ["data_time", "dataTime"],
  ["__wire_time", undefined],
  ["IFUSLOTS", undefined],
  ["constructor", undefined],
  ["__proto__", undefined],
  ["", undefined],
];
test.each(known)("the key %p of a status stands for %p", (key, field) => {
  expect(fieldNamed(statusNames(), key)).toBe(field);
});

test("a telescope's own names are added to the built-in ones", () => {
  const names = statusNames({ ifuslot: ["Head Seat"], specid: ["SPECID"] });
  expect(["head_seat", "IFUSLOT", "specid"].map((key) => fieldNamed(names, key))).toEqual([
    "ifuslot",
    "ifuslot",
    "specid",
  ]);
});

const refused: readonly (readonly [StatusAliases, string])[] = [
  [{ ifuslot: ["ssa"] }, 'the name "ssa" given for IFUSLOT of a hardware status already stands for SSA'],
  [{ ifuid: ["id"], specid: ["ID"] }, 'the name "id" given for IFUID of a hardware status already stands for SPECID'],
  [{ contid: ["__"] }, 'the name "__" given for CONTID of a hardware status is blank'],
];
test.each(refused)("the aliases %p are refused", (aliases, message) => {
  expect(() => statusNames(aliases)).toThrow(
    new FplaneError("bad-parameter", `${message}; each name stands for one field`),
  );
});
