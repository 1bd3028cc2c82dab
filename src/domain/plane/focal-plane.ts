import { EMPTY_UNIT, type FocalPlane, type FocalPlaneRow, type PlanePosition, type Unit } from "./placement.ts";
import { AUXILIARY, nominalPosition, VIRUS_SEATS } from "./seat.ts";

/**
 * Puts a focal plane together. A VIRUS seat of which nothing is known shows as empty, one without a measured position at
 * its nominal one; an auxiliary seat of which nothing is recorded is taken from the built-in table.
 *
 * @param unitOf what stands in a seat; null: nothing is known
 * @param positionOf the measured position of the IFU that is in the seat, arcsec; null: there is none
 */
export function focalPlane(
  unitOf: (ifuslot: string) => Unit | null,
  positionOf: (ifuslot: string) => PlanePosition | null,
): FocalPlane {
  return {
    virus: VIRUS_SEATS.map((ifuslot): FocalPlaneRow => {
      const position = positionOf(ifuslot);
      const unit = unitOf(ifuslot) ?? EMPTY_UNIT;
      return { ifuslot, ...unit, ...(position ?? nominalPosition(ifuslot)), measured: position !== null };
    }),
    auxiliary: AUXILIARY.map((builtIn) => {
      const unit = unitOf(builtIn.ifuslot);
      return unit === null ? builtIn : { ...builtIn, ...unit, ...positionOf(builtIn.ifuslot) };
    }),
  };
}
