import { EMPTY_UNIT, type Unit } from "../plane/placement.ts";
import { VIRUS_SEATS } from "../plane/seat.ts";
import type { StatusUnit } from "./hardware-status.ts";

/**
 * What stands in every VIRUS seat according to a hardware status, given what stood there before. A seat that the status
 * does not mention has lost its spectrograph; its IFU stays, unless the status shows that IFU elsewhere. What a status
 * leaves unsaid of a unit is kept as long as the unit is the same.
 *
 * @param before per seat; a seat that is missing, or null, is one of which nothing was known
 */
export function unitsAfter(
  before: ReadonlyMap<string, Unit | null>,
  units: readonly StatusUnit[],
): ReadonlyMap<string, Unit> {
  const shown = new Map(units.map((unit) => [unit.ifuslot, unit]));
  const ifusShown = new Set(units.flatMap((unit) => unit.ifuid ?? []));
  return new Map(
    VIRUS_SEATS.map((ifuslot) => {
      const old = before.get(ifuslot) ?? EMPTY_UNIT;
      const unit = shown.get(ifuslot);
      return [ifuslot, unit === undefined ? withoutSpectrograph(old, ifusShown) : asShown(unit, old)];
    }),
  );
}

function withoutSpectrograph(old: Unit, ifusShown: ReadonlySet<string>): Unit {
  if (old.ifuid !== null && ifusShown.has(old.ifuid)) return EMPTY_UNIT;
  return { ifuid: old.ifuid, specid: null, specslot: old.specslot, contid: null };
}

function asShown(unit: StatusUnit, old: Unit): Unit {
  const { ifuid, specid } = unit;
  const sameSpectrograph = specid !== null && specid === old.specid;
  const sameBay = ifuid === old.ifuid && (sameSpectrograph || specid === null);
  return {
    ifuid,
    specid,
    specslot: unit.specslot ?? (sameBay ? old.specslot : null),
    contid: unit.contid ?? (sameSpectrograph ? old.contid : null),
  };
}
