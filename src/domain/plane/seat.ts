import { FplaneError } from "../errors.ts";
import { editsBetween } from "../nearest.ts";
import { shown } from "../shown.ts";
import type { FocalPlaneRow, PlanePosition } from "./placement.ts";

/** What a seat belongs to. A SPECID is unique within one instrument only: LRS2 and VIRUS both have used 501-503. */
export const INSTRUMENTS = ["VIRUS", "LRS2", "BIB", "HPF"] as const;

export type Instrument = (typeof INSTRUMENTS)[number];

/** Each column of the IFU head mounting plate and the rows in it that hold a VIRUS seat: seat `ccr` is column cc, row r. */
const ROWS_OF_COLUMN: readonly (readonly [column: string, rows: string])[] = [
  ["01", "3456"],
  ["02", "12345678"],
  ["03", "0123456789"],
  ["04", "0123456789"],
  ["05", "012345789"],
  ["06", "012345789"],
  ["07", "0123456789"],
  ["08", "0123456789"],
  ["09", "12345678"],
  ["10", "3456"],
];

/** The 82 seats of VIRUS, ascending, as the file lists them. */
export const VIRUS_SEATS: readonly string[] = ROWS_OF_COLUMN.flatMap(([column, rows]) =>
  [...rows].map((row) => column + row),
);

type AuxiliaryFacts = readonly [ifuslot: string, instrument: Instrument, x: number, y: number, id: string];

/** The auxiliary rows as the server wrote them on 2018-10-08; there SPECID, SPECSLOT and IFUID are the same number. */
const AUXILIARY_FACTS: readonly AuxiliaryFacts[] = [
  ["056", "LRS2", -50, -150, "998"],
  ["066", "LRS2", 50, -150, "999"],
  ["555", "BIB", 0.7, -73.13, "901"],
  ["600", "HPF", -35.8, 12.3, "902"],
  ["601", "HPF", -62.4, -16.1, "903"],
  ["602", "HPF", -66.4, -11.7, "904"],
  ["603", "HPF", -25.9, 17.5, "905"],
  ["604", "HPF", -29.9, 21.9, "906"],
  ["610", "HPF", -56.6, -6.6, "907"],
  ["611", "HPF", -34, -19, "908"],
  ["612", "HPF", -29.2, -15.4, "909"],
  ["613", "HPF", -25.3, -11, "910"],
  ["614", "HPF", -67, 16.8, "911"],
  ["615", "HPF", -63.2, 21.3, "912"],
  ["616", "HPF", -58.3, 24.8, "913"],
];

/** The 15 auxiliary seats in the order of the file. */
export const AUXILIARY_SEATS: readonly string[] = AUXILIARY_FACTS.map(([ifuslot]) => ifuslot);

/** All 97 seats in the order of the file. */
export const SEATS: readonly string[] = [...VIRUS_SEATS, ...AUXILIARY_SEATS];

/**
 * The auxiliary rows that stand in until an import brings others. They count as measured, since the recorded position
 * of an auxiliary seat is used in the nominal and in the actual variant. Positions in arcsec from the IHMP centre.
 */
export const AUXILIARY: readonly FocalPlaneRow[] = AUXILIARY_FACTS.map(([ifuslot, , x, y, id]) => ({
  ifuslot,
  ifuid: id,
  specid: id,
  specslot: id,
  contid: null,
  x,
  y,
  measured: true,
}));

const BUILT_IN: ReadonlyMap<string, FocalPlaneRow> = new Map(AUXILIARY.map((row) => [row.ifuslot, row]));

/** What a file shows in an auxiliary seat of which nothing is recorded; undefined for any other seat. */
export function builtInRow(ifuslot: string): FocalPlaneRow | undefined {
  return BUILT_IN.get(ifuslot);
}

/** Row `000`, the centre of the IFU head mounting plate: the origin by definition, the same in every file. */
export const IHMP_CENTRE: FocalPlaneRow = {
  ifuslot: "000",
  ifuid: "900",
  specid: "900",
  specslot: "900",
  contid: null,
  x: 0,
  y: 0,
  measured: false,
};

const INSTRUMENT_OF_SEAT: ReadonlyMap<string, Instrument> = new Map([
  ...VIRUS_SEATS.map((ifuslot) => [ifuslot, "VIRUS"] as const),
  ...AUXILIARY_FACTS.map(([ifuslot, instrument]) => [ifuslot, instrument] as const),
]);

/** Whether it is one of the 82 VIRUS seats. */
export function isVirusSeat(ifuslot: string): boolean {
  return INSTRUMENT_OF_SEAT.get(ifuslot) === "VIRUS";
}

/** Whether it is one of the 15 auxiliary seats. */
export function isAuxiliarySeat(ifuslot: string): boolean {
  return isSeat(ifuslot) && !isVirusSeat(ifuslot);
}

/** Whether it is a VIRUS or an auxiliary seat. `000` is a point of reference, not a seat. */
export function isSeat(ifuslot: string): boolean {
  return INSTRUMENT_OF_SEAT.has(ifuslot);
}

/**
 * The instrument that a seat belongs to.
 * @throws FplaneError `bad-parameter` when there is no such seat.
 */
export function instrumentOf(ifuslot: string): Instrument {
  const instrument = INSTRUMENT_OF_SEAT.get(ifuslot);
  if (instrument === undefined) {
    throw new FplaneError(
      "bad-parameter",
      `there is no seat ${shown(ifuslot)}; seats are three digits: 013 to 106 for VIRUS, or one of ${AUXILIARY_SEATS.join(", ")}${nearestSeatsText(ifuslot)}`,
    );
  }
  return instrument;
}

/** `; the nearest are 013, 014, 021`: the seats, of those that will do, that somebody who wrote this may have meant. */
export function nearestSeatsText(typed: string, seats: readonly string[] = SEATS): string {
  const near = seats
    .map((seat) => ({
      seat,
      edits: editsBetween(typed.slice(0, 20), seat),
      away: Math.abs(Number(seat) - Number(typed)),
    }))
    .filter(({ edits }) => edits === 1)
    .toSorted((a, b) => a.away - b.away);
  if (near.length === 0) return "";
  const named = near.slice(0, 3).map(({ seat }) => seat);
  return named.length === 1 ? `; the nearest is ${named[0]}` : `; the nearest are ${named.join(", ")}`;
}

/**
 * Where the design of the plate puts the VIRUS seat `ccr`, arcsec from the IHMP centre: X = -450 + 100 (cc - 1),
 * Y = 450 - 100 r.
 * @throws FplaneError `bad-parameter` when it is not a VIRUS seat: the others have recorded positions only.
 */
export function nominalPosition(ifuslot: string): PlanePosition {
  if (!isVirusSeat(ifuslot)) {
    throw new FplaneError(
      "bad-parameter",
      `${shown(ifuslot)} has no nominal position; the VIRUS seats, 013 to 106, have one`,
    );
  }
  return { x: -450 + 100 * (Number(ifuslot.slice(0, 2)) - 1), y: 450 - 100 * Number(ifuslot.slice(2)) };
}
