import fc from "fast-check";
import type { Model, Unit } from "./model.ts";
import { SOME_IFUS, SOME_SEATS, SOME_SPECTROGRAPHS } from "./world.ts";

/** What somebody says of some seats; an undefined field is not said. */
export type SaidUnit = {
  readonly ifuid: string | null;
  readonly specid: string | null;
  readonly specslot?: string | null | undefined;
  readonly contid?: string | null | undefined;
};

const seat = fc.constantFrom(...SOME_SEATS);
const ifuid = fc.constantFrom(...SOME_IFUS, null);
const specid = fc.constantFrom(...SOME_SPECTROGRAPHS, null);

/** How what is said differs from what is recorded. */
export const edit = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("put" as const), seat, ifuid, specid }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("swap", "swapIfus", "move"), seat, other: seat }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("lose", "unsay"), seat }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("learn" as const),
      seat,
      specslot: fc.constantFrom("111", "112", null, undefined),
      contid: fc.constantFrom("S/N 0001", "S/N 0002", undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("claim" as const), seat, ifuid, specid }) },
);
export type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

/** What is recorded at an instant of the few seats, changed by the edits. Only a claim lets an id stand twice. */
export function said(model: Model, instant: number, edits: readonly Edit[]): Map<string, SaidUnit> {
  const units = new Map<string, SaidUnit>();
  for (const ifuslot of SOME_SEATS) {
    const unit = model.unit(ifuslot, instant);
    if (unit?.specid != null) units.set(ifuslot, unit);
  }
  for (const change of edits) apply(units, change);
  return units;
}

function apply(units: Map<string, SaidUnit>, change: Edit): void {
  const old = units.get(change.seat);
  switch (change.kind) {
    case "put":
      free(units, change);
      units.set(change.seat, { ifuid: change.ifuid, specid: change.specid });
      return;
    case "claim":
      units.set(change.seat, { ifuid: change.ifuid, specid: change.specid });
      return;
    case "swap":
      exchange(units, change.seat, change.other);
      return;
    case "move":
      units.delete(change.other);
      exchange(units, change.seat, change.other);
      return;
    case "swapIfus": {
      const other = units.get(change.other);
      if (old === undefined || other === undefined) return;
      units.set(change.seat, { ...old, ifuid: other.ifuid });
      units.set(change.other, { ...other, ifuid: change.seat === change.other ? other.ifuid : old.ifuid });
      return;
    }
    case "lose":
      units.delete(change.seat);
      return;
    case "unsay":
      if (old !== undefined) units.set(change.seat, { ifuid: old.ifuid, specid: old.specid });
      return;
    case "learn":
      if (old !== undefined) units.set(change.seat, { ...old, specslot: change.specslot, contid: change.contid });
  }
}

function exchange(units: Map<string, SaidUnit>, a: string, b: string): void {
  const [inA, inB] = [units.get(a), units.get(b)];
  units.delete(a);
  units.delete(b);
  if (inB !== undefined) units.set(a, inB);
  if (inA !== undefined) units.set(b, inA);
}

/** Takes ids out of the seats that have them. */
function free(units: Map<string, SaidUnit>, ids: Pick<Unit, "ifuid" | "specid">): void {
  for (const [ifuslot, unit] of units) {
    const left = {
      ...unit,
      ifuid: unit.ifuid === ids.ifuid ? null : unit.ifuid,
      specid: unit.specid === ids.specid ? null : unit.specid,
    };
    if (left.ifuid === null && left.specid === null) units.delete(ifuslot);
    else units.set(ifuslot, left);
  }
}

/** Whether an IFU or a spectrograph stands twice. */
export function contradictsItself(units: ReadonlyMap<string, Pick<SaidUnit, "ifuid" | "specid">>): boolean {
  const ids = [...units.values()].flatMap(({ ifuid: ifu, specid: spec }) => [
    ...(ifu === null ? [] : [`ifu ${ifu}`]),
    ...(spec === null ? [] : [`spec ${spec}`]),
  ]);
  return new Set(ids).size < ids.length;
}
