import { isVirusSeat } from "../src/domain/plane/seat.ts";
import type { Diff } from "./api.ts";
import type { Row } from "./chronology.ts";
import { svg } from "./elements.ts";
import { offsetOf, type Place, placeOf } from "./seat-kind.ts";

/** Which way an IFU, a spectrograph or both of them went. */
type Journey = { readonly from: string; readonly to: string; readonly kinds: ReadonlySet<"ifuid" | "specid"> };

/** What moved, each pair of seats once in each direction. Swaps are two journeys. */
function journeysOf({ moves, swaps }: Diff): Journey[] {
  const steps = [
    ...moves.map(({ kind, from, to }) => ({ kind, from, to })),
    ...swaps.flatMap(({ kind, seats: [a, b] }) => [
      { kind, from: a, to: b },
      { kind, from: b, to: a },
    ]),
  ];
  return [...Map.groupBy(steps, ({ from, to }) => `${from} ${to}`).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, kinds: new Set([first.kind, ...others.map((other) => other.kind)]) }],
  );
}

/**
 * Arrows from where things were to where they are: whole for an IFU, dashed for a spectrograph alone. Those of the chosen
 * seats stand out, when there are any.
 */
export function moveArrows(diff: Diff, chosen: ReadonlySet<string>): SVGGElement {
  const involved = (journey: Journey) => chosen.has(journey.from) || chosen.has(journey.to);
  const journeys = journeysOf(diff);
  const group = svg("g", {
    class: journeys.some(involved) ? "moves choosing" : "moves",
    "aria-hidden": "true",
  });
  for (const journey of journeys) {
    const { from, to, kinds } = journey;
    const [a, b] = [placeOf(from), placeOf(to)];
    const what = kinds.has("ifuid") ? "ifu" : "spec";
    group.append(
      svg("path", {
        class: `move ${what}${involved(journey) ? " chosen" : ""}`,
        d: curve({ x: a.x, y: -a.y }, { x: b.x, y: -b.y }),
        "marker-end": "url(#head-move)",
      }),
    );
  }
  return group;
}

const CLEARANCE = 30;

/** Bent to its left, so that there and back are two lines. */
function curve(a: Place, b: Place): string {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [ux, uy] = [(b.x - a.x) / length, (b.y - a.y) / length];
  const bend = Math.min(60, length * 0.16);
  const start = { x: a.x + ux * CLEARANCE * 0.4, y: a.y + uy * CLEARANCE * 0.4 };
  const end = { x: b.x - ux * CLEARANCE, y: b.y - uy * CLEARANCE };
  const middle = { x: (a.x + b.x) / 2 + uy * bend, y: (a.y + b.y) / 2 - ux * bend };
  return `M${at(start)}Q${at(middle)} ${at(end)}`;
}

/** Measured minus nominal, so many times as long as it is. */
export function offsetArrows(rows: readonly Row[], factor: number): SVGGElement {
  const group = svg("g", { class: "offsets", "aria-hidden": "true" });
  for (const row of rows) {
    if (!row.measured || !isVirusSeat(row.ifuslot)) continue;
    const { x, y } = offsetOf(row);
    if (Math.hypot(x, y) * factor < 1) continue;
    const nominal = { x: row.x - x, y: -(row.y - y) };
    const tip = { x: nominal.x + x * factor, y: nominal.y - y * factor };
    group.append(
      svg("circle", { class: "foot", cx: nominal.x, cy: nominal.y, r: 3 }),
      svg("path", { class: "offset", d: `M${at(nominal)}L${at(tip)}`, "marker-end": "url(#head-offset)" }),
    );
  }
  const length = 0.5 * factor;
  group.append(
    svg(
      "g",
      { class: "scale", transform: "translate(-495,-480)" },
      svg("path", { class: "offset", d: `M0,0h${length}`, "marker-end": "url(#head-offset)" }),
      svg("text", { x: 0, y: 24 }, `0.5 arcsec × ${factor}`),
    ),
  );
  return group;
}

function at({ x, y }: Place): string {
  return `${x.toFixed(2)},${y.toFixed(2)}`;
}
