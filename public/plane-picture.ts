import type { Desk } from "./desk.ts";
import { button, h, refill, svg } from "./elements.ts";
import { moveArrows, offsetArrows } from "./plane-arrows.ts";
import { axes, compass } from "./plane-axes.ts";
import { drawSeats } from "./plane-seats.ts";
import { zoomable } from "./plane-zoom.ts";
import type { Scene } from "./scene.ts";
import { seatsWith } from "./selection.ts";

/** The focal plane as a picture, to scale. Each seat is a button, reached with Tab and the arrow keys. */
export function createPicture(desk: Desk): HTMLElement {
  const picture = svg(
    "svg",
    { class: "plane", role: "group", "aria-label": "The focal plane, to scale" },
    definitions(),
    axes(),
  );
  drawSeats(desk, picture);
  const overlay = svg("g", { class: "overlay" });
  picture.append(overlay);
  desk.onScene((scene) => refill(overlay, ...overlaid(scene)));
  const zoom = zoomable(picture);
  return h(
    "div",
    { class: "pictureBox" },
    picture,
    h(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      button("+", () => zoom.by(1.5), { "aria-label": "Zoom in", title: "Zoom in" }),
      button("−", () => zoom.by(1 / 1.5), { "aria-label": "Zoom out", title: "Zoom out" }),
      button("⤢", zoom.whole, { "aria-label": "Whole picture", title: "Whole picture" }),
    ),
  );
}

function* overlaid({ state, rows, diff }: Scene) {
  if (diff !== null) yield moveArrows(diff, seatsWith(rows, state.selected));
  if (state.vectors > 0) yield offsetArrows(rows, state.vectors);
  if (state.pa !== null) yield compass(state.pa);
}

function definitions(): SVGDefsElement {
  const head = (name: string) =>
    svg(
      "marker",
      { id: `head-${name}`, viewBox: "0 0 8 8", refX: 6.5, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto" },
      svg("path", { class: `head ${name}`, d: "M0,0.5L8,4L0,7.5L2,4z" }),
    );
  return svg(
    "defs",
    {},
    svg(
      "pattern",
      { id: "hatch", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("path", { class: "hatchLine", d: "M0,0v9" }),
    ),
    head("move"),
    head("offset"),
    head("needle"),
  );
}
