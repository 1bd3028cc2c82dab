import { h, svg } from "./elements.ts";
import { LOCK } from "./plane-seat.ts";

const MARKS = [
  ["measured", { "data-kind": "active", "data-measured": true }],
  ["not measured", { "data-kind": "active", "data-unmeasured": true }],
  ["no spectrograph", { "data-kind": "idle" }],
  ["empty", { "data-kind": "empty" }],
  ["held", { "data-kind": "active", "data-held": true }],
  ["changed", { "data-kind": "active", "data-changed": true }],
  ["auxiliary", { "data-kind": "auxiliary" }],
] as const;

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
    ...MARKS.map(([name, marks]) =>
      h(
        "li",
        {},
        svg(
          "svg",
          { viewBox: "-28 -28 56 56", "aria-hidden": "true" },
          svg("g", { class: "seat", ...marks }, ...shapes(marks["data-kind"])),
        ),
        name,
      ),
    ),
  );
}

function shapes(kind: string): SVGElement[] {
  if (kind === "auxiliary") return [svg("circle", { class: "box", r: 22 })];
  return [
    svg("rect", { class: "box", x: -24, y: -24, width: 48, height: 48, rx: 3 }),
    svg("rect", { class: "hatch", x: -24, y: -24, width: 48, height: 48, rx: 3, fill: "url(#hatch)" }),
    svg("path", { class: "strike", d: "M-16,16L16,-16" }),
    svg("path", { class: "ear", d: "M24,-24h-20l20,20z" }),
    svg("path", { class: "lock", d: LOCK }),
    svg("circle", { class: "pin", cx: -15, cy: -15, r: 5 }),
  ];
}
