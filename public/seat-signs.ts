import { svg } from "./elements.ts";
import type { SeatKind } from "./seat-kind.ts";

/** Side of the box of a seat, arcsec: an IFU covers 51. */
const SIDE = 51;
export const HALF = SIDE / 2;

/** What is to be seen of a seat by more than colour, as the attributes that the style sheet knows. */
export type SeatLook = {
  readonly "data-kind": SeatKind | "unknown";
  readonly "data-measured"?: boolean;
  readonly "data-unmeasured"?: boolean;
  readonly "data-changed"?: boolean;
  readonly "data-held"?: boolean;
};

type Sign = "strike" | "hatch" | "ear" | "lock" | "pin";

/** The box of a VIRUS seat. */
export function seatBox(): SVGRectElement {
  return svg("rect", { class: "box", x: -HALF, y: -HALF, width: SIDE, height: SIDE, rx: 3 });
}

/** Which signs the box of a VIRUS seat bears. */
export function signsOf(look: SeatLook): Sign[] {
  const borne: Readonly<Record<Sign, boolean>> = {
    hatch: look["data-held"] === true,
    strike: look["data-kind"] === "empty",
    ear: look["data-changed"] === true,
    lock: look["data-held"] === true,
    pin: look["data-measured"] === true || look["data-unmeasured"] === true,
  };
  return (Object.keys(borne) as Sign[]).filter((sign) => borne[sign]);
}

/** A sign, to be drawn over the box. */
export function signShape(sign: Sign): SVGElement {
  switch (sign) {
    case "hatch":
      return svg("rect", { class: sign, x: -HALF, y: -HALF, width: SIDE, height: SIDE, rx: 3, fill: "url(#hatch)" });
    case "strike":
      return svg("path", { class: sign, d: `M${-HALF + 8},${HALF - 8}L${HALF - 8},${-HALF + 8}` });
    case "ear":
      return svg("path", { class: sign, d: `M${HALF},${-HALF}h-17l17,17z` });
    case "lock":
      return svg("path", { class: sign, d: "M-22,12h12v10h-12zm2.5,0v-3a3.5,3.5 0 0 1 7,0v3" });
    case "pin":
      return svg("circle", { class: sign, cx: -HALF + 7.5, cy: -HALF + 7.5, r: 3.6 });
  }
}
