import { skyDirections } from "../src/domain/plane/sky.ts";
import { svg } from "./elements.ts";

/** The picture is drawn to scale: one unit is one arcsec. SVG counts downwards, Y_FP upwards. */
export const EXTENT = 560;
const EDGE = 512;

/** The frame around the seats: a tick every 100 arcsec, a number every 200. */
export function axes(): SVGGElement {
  const group = svg("g", { class: "axes", "aria-hidden": "true" });
  group.append(svg("rect", { class: "frame", x: -EDGE, y: -EDGE, width: 2 * EDGE, height: 2 * EDGE }));
  for (let at = -500; at <= 500; at += 100) {
    const length = at % 200 === 0 ? 12 : 7;
    group.append(
      svg("path", { class: "tick", d: `M${at},${EDGE}v${-length}M${at},${-EDGE}v${length}` }),
      svg("path", { class: "tick", d: `M${-EDGE},${at}h${length}M${EDGE},${at}h${-length}` }),
    );
    if (at % 200 !== 0) continue;
    const text = String(at).replace("-", "−");
    group.append(svg("text", { class: "number", x: at, y: EDGE + 22, "text-anchor": "middle" }, text));
    group.append(svg("text", { class: "number", x: -EDGE - 8, y: -at + 6, "text-anchor": "end" }, text));
  }
  group.append(
    svg("path", { class: "cross", d: "M-9,0h18M0,-9v18" }),
    svg("text", { class: "title", x: EDGE, y: EDGE + 40, "text-anchor": "end" }, "X_FP, arcsec"),
    svg("text", { class: "title", x: -EDGE, y: -EDGE - 14 }, "Y_FP, arcsec"),
  );
  return group;
}

const COMPASS = { x: 440, y: 420, length: 44 };

/** Two arrows, N and E. */
export function compass(pa: number): SVGGElement {
  const { north, east } = skyDirections(pa);
  const arrow = ({ x, y }: { x: number; y: number }, name: string) => [
    svg("path", {
      class: "needle",
      d: `M0,0L${x * COMPASS.length},${-y * COMPASS.length}`,
      "marker-end": "url(#head-needle)",
    }),
    svg(
      "text",
      {
        class: "compassLetter",
        x: x * (COMPASS.length + 18),
        y: -y * (COMPASS.length + 18) + 7,
        "text-anchor": "middle",
      },
      name,
    ),
  ];
  const label = `North and east at position angle ${pa} degrees`;
  return svg(
    "g",
    { transform: `translate(${COMPASS.x},${COMPASS.y})`, role: "img", "aria-label": label },
    ...arrow(north, "N"),
    ...arrow(east, "E"),
  );
}
