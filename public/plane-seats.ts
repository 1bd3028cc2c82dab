import { isVirusSeat, SEATS } from "../src/domain/plane/seat.ts";
import type { Desk } from "./desk.ts";
import { setAttribute, svg } from "./elements.ts";
import { createWalk } from "./plane-keys.ts";
import { auxiliarySeat, type SeatMark, virusSeat } from "./plane-seat.ts";
import type { Scene } from "./scene.ts";
import { auxiliaryName } from "./seat-kind.ts";
import { seatsWith } from "./selection.ts";
import { drawn } from "./turns.ts";

/** The fibre bundles of HPF lie within 50 arcsec: they are drawn again, twice as large, in a free corner. */
const INSET = { x: -507, y: 383, size: 124, view: { x: -78, y: -33, size: 64 } };

/** So many seats are written anew at a time: on a phone more of them are felt as a halt. */
const TURN = 16;

/**
 * Draws the seats into the picture, and again whenever the scene changes. They are many shapes: what the first turn does not
 * come to waits for the next, and until then the picture is busy.
 */
export function drawSeats(desk: Desk, picture: SVGSVGElement): void {
  const walk = createWalk((ifuslot) => desk.state.go({ selected: { thing: "seat", id: ifuslot }, panel: "seat" }));
  const make = createMaker(picture, walk.add);
  const seats = new Map<string, SeatMark>();
  const waiting = new Set<string>();
  let show = showing(desk.scene());
  let isDrawing = false;
  const draw = async (scene: Scene) => {
    show = showing(scene);
    for (const ifuslot of SEATS) waiting.add(ifuslot);
    if (isDrawing) return;
    isDrawing = true;
    picture.ariaBusy = "true";
    let written = 0;
    for (const ifuslot of waiting) {
      waiting.delete(ifuslot);
      const known = seats.get(ifuslot);
      const mark = known ?? make(ifuslot);
      seats.set(ifuslot, mark);
      if (show(mark) || known === undefined) written += 1;
      if (written === TURN) {
        written = 0;
        await drawn();
      }
    }
    isDrawing = false;
    picture.ariaBusy = null;
  };
  desk.onScene((scene) => void draw(scene));
  picture.ariaBusy = "true";
  void drawn().then(() => draw(desk.scene()));
}

/** How a seat looks in a scene. */
function showing({ rows, state, changed, held, previewed }: Scene): (mark: SeatMark) => boolean {
  const rowOf = new Map(rows.map((row) => [row.ifuslot, row]));
  const selected = seatsWith(rows, state.selected);
  return ({ ifuslot, show }) =>
    show(rowOf.get(ifuslot) ?? null, {
      changed: changed.has(ifuslot),
      held: held.has(ifuslot),
      previewed: previewed.has(ifuslot),
      selected: selected.has(ifuslot),
      measured: state.positions === "measured",
    });
}

/** Makes the marks of seats, each in its layer of the picture. */
function createMaker(picture: SVGSVGElement, made: (mark: SeatMark) => void): (ifuslot: string) => SeatMark {
  const dots = svg("g", { "aria-hidden": "true" });
  const plane = svg("g");
  const inset = svg("svg", {
    ...{ x: INSET.x, y: INSET.y, width: INSET.size, height: INSET.size },
    viewBox: `${INSET.view.x} ${INSET.view.y} ${INSET.view.size} ${INSET.view.size}`,
  });
  picture.append(...insetFrame(), dots, plane, inset);
  return (ifuslot) => {
    const isInset = auxiliaryName(ifuslot) === "HPF";
    const scale = isInset ? INSET.size / INSET.view.size : 1;
    const mark = isVirusSeat(ifuslot) ? virusSeat(ifuslot) : auxiliarySeat(ifuslot, scale);
    (isInset ? inset : plane).append(mark.group);
    made(mark);
    return isInset ? withDot(mark, dots) : mark;
  };
}

/** What is drawn in the inset is a dot where it really is. */
function withDot(mark: SeatMark, dots: SVGGElement): SeatMark {
  const dot = svg("path", { class: "dot", d: "M0,-3L3,0L0,3L-3,0z" });
  dots.append(dot);
  return {
    ...mark,
    show: (row, marks) => {
      const { x, y } = row ?? mark.at;
      setAttribute(dot, "transform", `translate(${x},${-y})`);
      return mark.show(row, marks);
    },
  };
}

function insetFrame(): SVGElement[] {
  const { x, y, size } = INSET.view;
  return [
    svg("rect", { class: "inset", x: INSET.x, y: INSET.y, width: INSET.size, height: INSET.size, rx: 4 }),
    svg("text", { class: "insetTitle", x: INSET.x + 6, y: INSET.y - 6 }, "HPF × 2"),
    svg("path", { class: "lens", d: `M${x},${y}h${size}v${size}h${-size}z` }),
  ];
}
