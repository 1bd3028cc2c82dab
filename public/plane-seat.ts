import { isVirusSeat } from "../src/domain/plane/seat.ts";
import type { Row } from "./chronology.ts";
import { refill, setAttribute, svg } from "./elements.ts";
import { auxiliaryName, isUnmeasured, kindOf, type Place, placeOf, seatWords } from "./seat-kind.ts";
import { HALF, type SeatLook, seatBox, signShape, signsOf } from "./seat-signs.ts";

/** One seat of the picture. */
export type SeatMark = {
  readonly ifuslot: string;
  readonly group: SVGGElement;
  /** What is chosen and focused. It holds no text: its name says more than the numbers do. */
  readonly target: SVGElement;
  /** Where it is drawn while no row says more. */
  readonly at: Place;
  /** @returns whether anything is written that was not: that is what takes the browser long */
  readonly show: (row: Row | null, marks: Marks) => boolean;
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
  const at = placeOf(ifuslot);
  const spec = specText("");
  const ifu = ifuText("");
  const signs = svg("g");
  const body = svg("g", { class: "body" }, seatBox(), signs, spec);
  let borne = "";
  const target = seatRing();
  const group = svg("g", { class: "seat virus" }, target, slotText(ifuslot), body, ifu);
  return {
    ifuslot,
    group,
    target,
    at,
    show: (row, marks) => {
      const place = row !== null && marks.measured ? row : at;
      setAttribute(group, "transform", `translate(${at.x},${-at.y})`);
      setAttribute(body, "transform", `translate(${round(place.x - at.x)},${round(at.y - place.y)})`);
      const written = [setText(spec, row?.specid ?? ""), setText(ifu, row?.ifuid ?? "")];
      const wanted = signsOf(describe({ group, target }, ifuslot, row, marks));
      if (wanted.join() !== borne) refill(signs, ...wanted.map(signShape));
      borne = wanted.join();
      return written.includes(true);
    },
  };
}

const slotText = (text: string) => svg("text", { class: "slot", y: -31, "text-anchor": "middle" }, text);
const specText = (text: string) => svg("text", { class: "spec", y: 8.5, "text-anchor": "middle" }, text);
const ifuText = (text: string) => svg("text", { class: "ifu", y: 43, "text-anchor": "middle" }, text);

function seatRing(): SVGRectElement {
  return svg("rect", { class: "ring", x: -33, y: -47, width: 66, height: 96, rx: 8 });
}

/** Their numbers are written to the left, where they hit no other. */
const TO_THE_LEFT: ReadonlySet<string> = new Set(["600", "602", "611", "614", "615"]);

/** An auxiliary instrument, where it is: round and marked as a seat is, or a small diamond. @param scale how many times enlarged */
export function auxiliarySeat(ifuslot: string, scale: number): SeatMark {
  const at = placeOf(ifuslot);
  const name = auxiliaryName(ifuslot);
  const isRound = name.startsWith("LRS2");
  const target = isRound ? seatRing() : svg("circle", { class: "ring", r: 11 / scale });
  const group = svg("g", { class: "seat auxiliary" }, target);
  if (isRound) {
    group.append(slotText(ifuslot), svg("circle", { class: "box", r: HALF }), specText(name.slice(-1)), ifuText(name));
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
    at,
    show: (row, marks) => {
      const { x, y } = row ?? at;
      setAttribute(group, "transform", `translate(${x},${-y})`);
      describe({ group, target }, ifuslot, row, marks);
      return false;
    },
  };
}

function describe(
  { group, target }: Pick<SeatMark, "group" | "target">,
  ifuslot: string,
  row: Row | null,
  marks: Marks,
): SeatLook {
  const look: SeatLook = {
    "data-kind": row === null ? "unknown" : kindOf(row),
    "data-unmeasured": row !== null && isUnmeasured(row),
    "data-measured": row !== null && row.ifuid !== null && row.measured,
    "data-changed": marks.changed,
    "data-held": marks.held,
  };
  for (const [name, value] of Object.entries(look)) setAttribute(group, name, value);
  setAttribute(group, "data-previewed", marks.previewed);
  setAttribute(target, "aria-pressed", String(marks.selected));
  setAttribute(target, "aria-label", seatLabel(ifuslot, row, marks));
  return look;
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

function setText(element: Element, text: string): boolean {
  if (element.textContent === text) return false;
  element.textContent = text;
  return true;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
