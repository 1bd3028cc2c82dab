import { h, svg } from "./elements.ts";
import { type SeatLook, seatBox, signShape, signsOf } from "./seat-signs.ts";

const LOOKS: readonly (readonly [name: string, look: SeatLook])[] = [
  ["measured", { "data-kind": "active", "data-measured": true }],
  ["not measured", { "data-kind": "active", "data-unmeasured": true }],
  ["no spectrograph", { "data-kind": "idle" }],
  ["empty", { "data-kind": "empty" }],
  ["held", { "data-kind": "active", "data-held": true }],
  ["changed", { "data-kind": "active", "data-changed": true }],
  ["auxiliary", { "data-kind": "auxiliary" }],
];

/** What the marks of the picture mean; drawn as the picture draws them. */
export function createLegend(): HTMLElement {
  return h(
    "div",
    { class: "key" },
    h("p", { class: "quiet" }, "Above a box its seat, in it the spectrograph, below it the IFU."),
    list(),
  );
}

function list(): HTMLElement {
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    ...LOOKS.map(([name, look]) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "-28 -28 56 56", "aria-hidden": "true" },
          svg("g", { class: "seat", ...look }, ...shapes(look)),
        ),
        name,
      ),
    ),
  );
}

function shapes(look: SeatLook): SVGElement[] {
  if (look["data-kind"] === "auxiliary") return [svg("circle", { class: "box", r: 22 })];
  return [seatBox(), ...signsOf(look).map(signShape)];
}
