import type { Row } from "./chronology.ts";

/** What can be chosen, by its name in the address. */
export const THINGS = ["seat", "ifu", "spec", "cont"] as const;
export type Thing = (typeof THINGS)[number];
export type Selection = { readonly thing: Thing; readonly id: string };

/** Which field of a row names it. */
export const FIELD_OF = { seat: "ifuslot", ifu: "ifuid", spec: "specid", cont: "contid" } as const;

/** How a thing is called at the beginning of a line. */
export const THING_NAMES = { seat: "Seat", ifu: "IFU", spec: "Spectrograph", cont: "Controller" } as const;

/** The same within a sentence. */
export const THING_WORDS = { seat: "seat", ifu: "IFU", spec: "spectrograph", cont: "controller" } as const;

/** Where it is. A SPECID is unique within one instrument only, so it may be in several. */
export function rowsWith(rows: readonly Row[], selected: Selection | null): Row[] {
  if (selected === null) return [];
  const field = FIELD_OF[selected.thing];
  return rows.filter((row) => row[field] === selected.id);
}

/** A selected IFU, spectrograph or controller shows as the seat that it is in. */
export function seatsWith(rows: readonly Row[], selected: Selection | null): Set<string> {
  return new Set(rowsWith(rows, selected).map((row) => row.ifuslot));
}
