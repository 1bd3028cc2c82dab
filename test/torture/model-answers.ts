import type { Layout } from "../../src/domain/files/fplane-file.ts";
import type { FocalPlaneRow } from "../../src/domain/plane/placement.ts";
import { AUXILIARY, nominalPosition, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { CONFIRMED, finite, type Model, NO_UNIT, positionKey, SEATS, same, seatKey, type Unit } from "./model.ts";

/** What the model answers, in the terms of the contract. */
export type ModelAnswer =
  | { readonly missing: "before-first" | "gap" | "retracted" }
  | {
      readonly virus: readonly FocalPlaneRow[];
      readonly auxiliary: readonly FocalPlaneRow[];
      readonly from: number;
      readonly until: number | null;
      readonly confirmedUntil: number | null;
    };

export function answer(model: Model, instant: number, rev: number, actual: boolean): ModelAnswer {
  const known = (ifuslot: string, at: number) => model.unit(ifuslot, at, rev);
  if (!VIRUS_SEATS.some((ifuslot) => known(ifuslot, instant) !== null))
    return { missing: whyMissing(model, instant, rev) };
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  for (const ifuslot of SEATS) {
    const stretch = shownStretch(model, ifuslot, instant, rev, actual);
    from = Math.max(from, stretch.from);
    until = Math.min(until, stretch.until);
  }
  return {
    ...plane(model, instant, rev, actual),
    from,
    until: finite(until),
    confirmedUntil: confirmed(model, from, until, rev),
  };
}

/** The two halves of the focal plane at an instant. */
function plane(model: Model, instant: number, rev: number, actual: boolean) {
  return {
    virus: VIRUS_SEATS.map((ifuslot): FocalPlaneRow => {
      const unit = model.unit(ifuslot, instant, rev) ?? NO_UNIT;
      const measured = actual ? measuredAt(model, ifuslot, unit, instant, rev) : null;
      return { ifuslot, ...unit, ...(measured ?? nominalPosition(ifuslot)), measured: measured !== null };
    }),
    auxiliary: AUXILIARY.map((builtIn): FocalPlaneRow => {
      const unit = model.unit(builtIn.ifuslot, instant, rev);
      return unit === null
        ? builtIn
        : { ...builtIn, ...unit, ...measuredAt(model, builtIn.ifuslot, unit, instant, rev) };
    }),
  };
}

function measuredAt(model: Model, ifuslot: string, { ifuid }: Unit, instant: number, rev: number) {
  return ifuid === null ? null : model.position(ifuslot, ifuid, instant, rev);
}

/** Around the instant, how long a seat shows the same: what stands in it and, where it counts, the position of that. */
function shownStretch(model: Model, ifuslot: string, instant: number, rev: number, actual: boolean) {
  const counts = actual || !VIRUS_SEATS.includes(ifuslot);
  const unit = model.unit(ifuslot, instant, rev);
  const keys = [seatKey(ifuslot)];
  if (counts && unit?.ifuid != null) keys.push(positionKey(ifuslot, unit.ifuid));
  const shown = (at: number) => {
    const there = model.unit(ifuslot, at, rev);
    return [there, counts && there !== null ? measuredAt(model, ifuslot, there, at, rev) : null];
  };
  return model.widest(keys, instant, shown, rev);
}

function whyMissing(model: Model, instant: number, rev: number): "before-first" | "gap" | "retracted" {
  for (let earlier = 1; earlier < rev; earlier += 1) {
    if (VIRUS_SEATS.some((ifuslot) => model.unit(ifuslot, instant, earlier) !== null)) return "retracted";
  }
  const keys = VIRUS_SEATS.map(seatKey);
  const first = model.bounds(keys, rev).find((at) => VIRUS_SEATS.some((seat) => model.unit(seat, at, rev) !== null));
  return first === undefined || instant < first ? "before-first" : "gap";
}

/** The last confirmed instant of a stretch; its end where that is confirmed up to it. */
function confirmed(model: Model, from: number, until: number, rev: number): number | null {
  const end = confirmedEnd(model, until, rev);
  if (end === null || end <= from) return null;
  return end >= until ? until : end - 1;
}

/** Where the last confirmed stretch ends that begins before an instant. */
export function confirmedEnd(model: Model, before: number, rev = model.newest): number | null {
  const pieces = model.pieces([CONFIRMED], rev).filter(({ from }) => from < before);
  return pieces.findLast(({ from }) => model.at(CONFIRMED, from, rev) === true)?.until ?? null;
}

/** The newest revision, up to one, that made the bytes of an answer other than they had been. */
export function changedBy(model: Model, instant: number, rev: number, actual: boolean): number {
  const bytes = (at: number) => fileText(model, instant, at, actual, "all-slots");
  for (let newest = rev; newest > 1; newest -= 1) if (!same(bytes(newest), bytes(newest - 1))) return newest;
  return 1;
}

/** The focal-plane file, written after the description of the format. */
export function fileText(model: Model, instant: number, rev: number, actual: boolean, layout: Layout): string {
  const { virus, auxiliary } = plane(model, instant, rev, actual);
  const active = virus.filter((row) => row.specid !== null);
  const lines = (layout === "short" ? active : [...virus, ...auxiliary]).map((row) => {
    const commented = layout === "full" && row.specid === null && virus.includes(row);
    const numbers = [row.x, row.y].map((value) => value.toFixed(3).padStart(8));
    const ids = [row.specid, row.specslot, row.ifuid].map((id) => id ?? "000");
    return `${commented ? "#" : ""}${[row.ifuslot, ...numbers, ...ids, "0.000", "1.000"].join("\t")}\n`;
  });
  const head = [
    "$Id$",
    "$Revision$",
    "$Author$",
    "$Date$",
    "IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC",
  ];
  const centre = "000\t   0.000\t   0.000\t900\t900\t900\t0.000\t1.000\n";
  return head.map((line) => `# ${line}\n`).join("") + centre + lines.join("");
}
