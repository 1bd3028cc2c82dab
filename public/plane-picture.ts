import { AUXILIARY, VIRUS_SEATS } from "../src/domain/seat.ts";
import type { Row } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, h, refill, svg } from "./elements.ts";
import { moveArrows, offsetArrows } from "./plane-arrows.ts";
import { axes, compass } from "./plane-axes.ts";
import { walkable } from "./plane-keys.ts";
import { auxiliarySeat, type SeatMark, virusSeat } from "./plane-seat.ts";
import { zoomable } from "./plane-zoom.ts";
import type { Scene } from "./scene.ts";
import { auxiliaryName } from "./seat-kind.ts";

/** The fibre bundles of HPF lie within 50 arcsec: they are drawn again, twice as large, in a free corner. */
const INSET = { x: -507, y: 383, size: 124, view: { x: -78, y: -33, size: 64 } };

/** The focal plane as a picture, to scale. Each seat is a button, reached with Tab and the arrow keys. */
export function createPicture(desk: Desk): HTMLElement {
  const seats = new Map<string, SeatMark>();
  const inset = svg("svg", {
    ...{ x: INSET.x, y: INSET.y, width: INSET.size, height: INSET.size },
    viewBox: `${INSET.view.x} ${INSET.view.y} ${INSET.view.size} ${INSET.view.size}`,
  });
  const plane = svg("g");
  for (const ifuslot of VIRUS_SEATS) seats.set(ifuslot, virusSeat(ifuslot));
  const small: SVGPathElement[] = [];
  for (const first of AUXILIARY) {
    const isHpf = auxiliaryName(first.ifuslot) === "HPF";
    const mark = auxiliarySeat(first.ifuslot, first, isHpf ? INSET.size / INSET.view.size : 1);
    seats.set(first.ifuslot, mark);
    if (!isHpf) continue;
    inset.append(mark.group);
    small.push(svg("path", { class: "dot", d: "M0,-3L3,0L0,3L-3,0z", "data-seat": first.ifuslot }));
  }
  for (const mark of seats.values()) if (!inset.contains(mark.group)) plane.append(mark.group);
  const overlay = svg("g", { class: "overlay" });
  const picture = svg(
    "svg",
    { class: "plane", role: "group", "aria-label": "The focal plane, to scale" },
    definitions(),
    axes(),
    svg("rect", { class: "inset", x: INSET.x, y: INSET.y, width: INSET.size, height: INSET.size, rx: 4 }),
    svg("text", { class: "insetTitle", x: INSET.x + 6, y: INSET.y - 6 }, "HPF × 2"),
    svg("path", { class: "lens", d: lens() }),
    svg("g", { "aria-hidden": "true" }, ...small),
    plane,
    inset,
    overlay,
  );
  const zoom = zoomable(picture);
  const select = (ifuslot: string) => desk.state.go({ selected: { thing: "seat", id: ifuslot }, panel: "seat" });
  walkable(seats, select);
  desk.onScene((scene) => {
    draw(scene, seats, small);
    refill(overlay, ...overlaid(scene, seats));
    picture.classList.toggle("unknown", scene.rows.length === 0);
  });
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

function draw({ rows, state, changed, held, previewed }: Scene, seats: Map<string, SeatMark>, small: SVGPathElement[]) {
  const rowOf = new Map(rows.map((row) => [row.ifuslot, row]));
  const selected = selectedSeats(rows, state.selected);
  for (const [ifuslot, mark] of seats) {
    mark.show(rowOf.get(ifuslot) ?? null, {
      changed: changed.has(ifuslot),
      held: held.has(ifuslot),
      previewed: previewed.has(ifuslot),
      selected: selected.has(ifuslot),
      measured: state.positions === "measured",
    });
  }
  for (const dot of small) {
    const { x = 0, y = 0 } = rowOf.get(dot.dataset["seat"] ?? "") ?? {};
    dot.setAttribute("transform", `translate(${x},${-y})`);
  }
}

/** A selected IFU, spectrograph or controller shows as the seat that it is in. */
export function selectedSeats(rows: readonly Row[], selected: Scene["state"]["selected"]): Set<string> {
  if (selected === null) return new Set();
  const field = ({ seat: "ifuslot", ifu: "ifuid", spec: "specid", cont: "contid" } as const)[selected.thing];
  return new Set(rows.filter((row) => row[field] === selected.id).map((row) => row.ifuslot));
}

function* overlaid({ state, rows, diff }: Scene, seats: ReadonlyMap<string, SeatMark>) {
  const places = new Map([...seats].map(([ifuslot, { at }]) => [ifuslot, at]));
  if (diff !== null) yield moveArrows(diff, places, selectedSeats(rows, state.selected));
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

/** From the place of the HPF bundles to the corner where they are large. */
function lens(): string {
  const { x, y, size } = INSET.view;
  return `M${x},${y}h${size}v${size}h${-size}z`;
}
