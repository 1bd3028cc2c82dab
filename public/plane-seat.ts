import { isVirusSeat, nominalPosition } from "../src/domain/seat.ts";
import type { Row } from "./chronology.ts";
import { setAttribute, svg } from "./elements.ts";
import { auxiliaryName, isUnmeasured, kindOf, nominalOf, seatWords } from "./seat-kind.ts";

/** Side of the box of a seat, arcsec: an IFU covers 51. */
export const SIDE = 51;
const HALF = SIDE / 2;

/** One seat of the picture. */
export type SeatMark = {
  readonly ifuslot: string;
  readonly group: SVGGElement;
  /** What is chosen and focused. It holds no text: its name says more than the numbers do. */
  readonly target: SVGElement;
  /** Where it is drawn, in the units of the picture, y upwards. */
  readonly at: { readonly x: number; readonly y: number };
  readonly show: (row: Row | null, marks: Marks) => void;
};

export type Marks = {
  readonly changed: boolean;
  readonly held: boolean;
  readonly previewed: boolean;
  readonly selected: boolean;
  readonly measured: boolean;
};

/** A VIRUS seat: its number above the box, its spectrograph in it, its IFU below. */
export function virusSeat(ifuslot: string): SeatMark {
  const at = nominalPosition(ifuslot);
  const spec = svg("text", { class: "spec", y: 8.5, "text-anchor": "middle" });
  const ifu = svg("text", { class: "ifu", y: 43, "text-anchor": "middle" });
  const body = svg(
    "g",
    { class: "body" },
    svg("rect", { class: "box", x: -HALF, y: -HALF, width: SIDE, height: SIDE, rx: 3 }),
    svg("rect", { class: "hatch", x: -HALF, y: -HALF, width: SIDE, height: SIDE, rx: 3, fill: "url(#hatch)" }),
    svg("path", { class: "strike", d: `M${-HALF + 8},${HALF - 8}L${HALF - 8},${-HALF + 8}` }),
    svg("path", { class: "ear", d: `M${HALF},${-HALF}h-17l17,17z` }),
    svg("path", { class: "lock", d: LOCK }),
    svg("circle", { class: "pin", cx: -HALF + 7.5, cy: -HALF + 7.5, r: 3.6 }),
    spec,
  );
  const target = seatRing();
  const group = svg(
    "g",
    { class: "seat virus" },
    target,
    svg("text", { class: "slot", y: -31, "text-anchor": "middle" }, ifuslot),
    body,
    ifu,
  );
  return {
    ifuslot,
    group,
    target,
    at,
    show: (row, marks) => {
      const place = row !== null && marks.measured ? row : at;
      setAttribute(group, "transform", `translate(${at.x},${-at.y})`);
      setAttribute(body, "transform", `translate(${round(place.x - at.x)},${round(at.y - place.y)})`);
      setText(spec, row?.specid ?? "");
      setText(ifu, row?.ifuid ?? "");
      describe({ group, target }, ifuslot, row, marks);
    },
  };
}

function seatRing(): SVGRectElement {
  return svg("rect", { class: "ring", x: -33, y: -47, width: 66, height: 96, rx: 8 });
}

/** A padlock in the lower left corner of the box. */
export const LOCK = "M-22,12h12v10h-12zm2.5,0v-3a3.5,3.5 0 0 1 7,0v3";

/** Their numbers are written to the left, where they hit no other. */
const TO_THE_LEFT: ReadonlySet<string> = new Set(["600", "602", "611", "614", "615"]);

/** An auxiliary instrument, where it is: round and marked as a seat is, or a small diamond. */
export function auxiliarySeat(ifuslot: string, first: Row, scale = 1): SeatMark {
  const name = auxiliaryName(ifuslot);
  const isRound = name.startsWith("LRS2");
  const target = isRound ? seatRing() : svg("circle", { class: "ring", r: 11 / scale });
  const group = svg("g", { class: "seat auxiliary" }, target);
  if (isRound) {
    group.append(
      svg("text", { class: "slot", y: -31, "text-anchor": "middle" }, ifuslot),
      svg("circle", { class: "box", r: HALF }),
      svg("text", { class: "spec", y: 8.5, "text-anchor": "middle" }, name.slice(-1)),
      svg("text", { class: "ifu", y: 43, "text-anchor": "middle" }, name),
    );
  } else {
    const size = 5.5 / scale;
    const side = TO_THE_LEFT.has(ifuslot) ? -1 : 1;
    group.append(
      svg("path", { class: "box", d: `M0,${-size}L${size},0L0,${size}L${-size},0z` }),
      svg(
        "text",
        { class: "name", x: (side * 9) / scale, y: 4.5 / scale, "text-anchor": side === 1 ? "start" : "end" },
        name === "HPF" ? ifuslot : name,
      ),
    );
  }
  return {
    ifuslot,
    group,
    target,
    at: first,
    show: (row, marks) => {
      const { x, y } = row ?? first;
      setAttribute(group, "transform", `translate(${x},${-y})`);
      describe({ group, target }, ifuslot, row, marks);
    },
  };
}

function describe(
  { group, target }: Pick<SeatMark, "group" | "target">,
  ifuslot: string,
  row: Row | null,
  marks: Marks,
): void {
  setAttribute(group, "data-kind", row === null ? "unknown" : kindOf(row));
  setAttribute(group, "data-unmeasured", row !== null && isUnmeasured(row));
  setAttribute(group, "data-measured", row !== null && row.ifuid !== null && row.measured);
  setAttribute(group, "data-changed", marks.changed);
  setAttribute(group, "data-held", marks.held);
  setAttribute(group, "data-previewed", marks.previewed);
  setAttribute(target, "aria-pressed", String(marks.selected));
  setAttribute(target, "aria-label", seatLabel(ifuslot, row, marks));
}

/** `Seat 024: IFU 035, spectrograph 315; active, changed`. */
export function seatLabel(ifuslot: string, row: Row | null, marks: Pick<Marks, "changed" | "held">): string {
  const name = isVirusSeat(ifuslot) ? `Seat ${ifuslot}` : `${auxiliaryName(ifuslot)}, seat ${ifuslot}`;
  if (row === null) return `${name}: nothing is recorded`;
  const ids = [
    ...(row.ifuid === null ? [] : [`IFU ${row.ifuid}`]),
    ...(row.specid === null ? [] : [`spectrograph ${row.specid}`]),
  ];
  const words = seatWords(row, marks).join(", ");
  return ids.length === 0 ? `${name}: ${words}` : `${name}: ${ids.join(", ")}; ${words}`;
}

/** How far the measured position lies from the nominal one, arcsec. */
export function offsetOf(row: Row): { readonly x: number; readonly y: number } {
  const nominal = nominalOf(row);
  return { x: row.x - nominal.x, y: row.y - nominal.y };
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
