import { AUXILIARY, instrumentOf, isVirusSeat, nominalPosition } from "../src/domain/plane/seat.ts";
import type { Row } from "./chronology.ts";

/** What stands in a seat, as far as the picture tells it apart. */
export type SeatKind = "active" | "idle" | "empty" | "auxiliary";

export function kindOf(row: Row): SeatKind {
  if (!isVirusSeat(row.ifuslot)) return "auxiliary";
  if (row.specid !== null) return "active";
  return row.ifuid === null ? "empty" : "idle";
}

const AUXILIARY_NAMES: Readonly<Record<string, string>> = { "056": "LRS2-B", "066": "LRS2-R", "555": "BIB" };

/** What an auxiliary seat is called by those who use it. */
export function auxiliaryName(ifuslot: string): string {
  return AUXILIARY_NAMES[ifuslot] ?? instrumentOf(ifuslot);
}

/** A place in the focal plane, arcsec, y upwards. */
export type Place = { readonly x: number; readonly y: number };

/** Where the plate's design puts a VIRUS seat; an auxiliary one has recorded positions only. */
export function nominalOf(row: Row): Place {
  return isVirusSeat(row.ifuslot) ? nominalPosition(row.ifuslot) : row;
}

const AUXILIARY_PLACES: ReadonlyMap<string, Place> = new Map(AUXILIARY.map((row) => [row.ifuslot, row]));

/** Where a seat is drawn while no row says more. */
export function placeOf(ifuslot: string): Place {
  return AUXILIARY_PLACES.get(ifuslot) ?? nominalPosition(ifuslot);
}

/** How far the measured position lies from the nominal one. */
export function offsetOf(row: Row): Place {
  const nominal = nominalOf(row);
  return { x: row.x - nominal.x, y: row.y - nominal.y };
}

/** Whether the position of an IFU in a VIRUS seat is not measured, so that the nominal one stands in. */
export function isUnmeasured(row: Row): boolean {
  return isVirusSeat(row.ifuslot) && row.ifuid !== null && !row.measured;
}

/** All that is special about a seat, in words, for the table and for who hears the picture. */
export function seatWords(row: Row, marks: { readonly changed: boolean; readonly held: boolean }): string[] {
  const kind = kindOf(row);
  return [
    kind === "empty" ? "empty" : kind === "idle" ? "no spectrograph" : kind === "auxiliary" ? "auxiliary" : "active",
    ...(isUnmeasured(row) ? ["not measured"] : []),
    ...(marks.held ? ["held"] : []),
    ...(marks.changed ? ["changed"] : []),
  ];
}
