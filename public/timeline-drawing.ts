import { type Chronology, nightAt } from "./chronology.ts";
import { svg } from "./elements.ts";

/** Where times are on a line of so many pixels. */
export type Scale = {
  readonly width: number;
  readonly first: number;
  readonly last: number;
  readonly at: (time: number) => number;
  readonly timeAt: (pixel: number) => number;
};

const MARGIN = 14;
export const HEIGHT = 92;
const BASE = 66;
const TOP = 10;

/** From a little before the first record to now, or to the last change if that lies ahead. */
export function scaleOf({ stretches }: Chronology, width: number, now: number): Scale {
  const first = stretches[0]?.from ?? now;
  const end = stretches.at(-1);
  const last = Math.max(now, end?.until ?? end?.from ?? now);
  const span = Math.max(last - first, 86_400_000);
  const room = Math.max(width - 2 * MARGIN, 1);
  return {
    ...{ width, first, last },
    at: (time) => MARGIN + ((time - first) / span) * room,
    timeAt: (pixel) => Math.min(last, Math.max(first, first + ((pixel - MARGIN) / room) * span)),
  };
}

/**
 * Years, how many spectrographs were fed, and a line for each change, the longer the more seats it changed. Changes and spectrographs are
 * one shape each: there are hundreds of changes, and all of them are drawn again when the window changes its size.
 */
export function drawTimeline(chronology: Chronology, scale: Scale): SVGGElement {
  return svg("g", {}, years(chronology, scale), activity(chronology, scale), changes(chronology, scale));
}

function years({ timeZone }: Chronology, scale: Scale): SVGGElement {
  const group = svg("g", { class: "years" });
  const firstYear = Number(nightAt(scale.first, timeZone).slice(0, 4));
  const lastYear = Number(nightAt(scale.last, timeZone).slice(0, 4));
  const wide = scale.width / (lastYear - firstYear + 1) > 46;
  for (let year = firstYear; year <= lastYear; year += 1) {
    const x = scale.at(Date.UTC(year, 0, 1));
    if (x >= 0) group.append(svg("path", { class: "year", d: `M${x},${TOP}V${HEIGHT - 12}` }));
    const next = Math.min(scale.at(Date.UTC(year + 1, 0, 1)), scale.width);
    const text = wide ? String(year) : `’${String(year).slice(2)}`;
    const left = Math.max(x, 2);
    if (next - left > (wide ? 34 : 18)) group.append(svg("text", { x: left + 4, y: HEIGHT - 6 }, text));
  }
  return group;
}

function activity({ stretches }: Chronology, scale: Scale): SVGGElement {
  const most = Math.max(1, ...stretches.map(({ active }) => active));
  const height = (active: number) => BASE - (active / most) * (BASE - TOP);
  const steps = stretches.map(({ from, until, active }) => {
    const [left, right] = [scale.at(from), scale.at(until ?? scale.last)];
    return `M${at(left)},${BASE}V${at(height(active))}H${at(Math.max(right, left + 0.5))}V${BASE}z`;
  });
  return svg(
    "g",
    { class: "activity" },
    svg("path", { d: steps.join("") }),
    svg("text", { class: "most", x: scale.width - 6, y: 12, "text-anchor": "end" }, `up to ${most} active`),
  );
}

function changes({ stretches }: Chronology, scale: Scale): SVGGElement {
  const lines = stretches.map(({ from, changed }) => {
    const length = 6 + Math.min(1, Math.log2(1 + changed.size) / 6) * 26;
    return `M${at(scale.at(from))},${BASE + 5}v${at(-length)}`;
  });
  return svg(
    "g",
    { class: "changes" },
    svg("path", { d: lines.join("") }),
    svg("path", { class: "base", d: `M0,${BASE + 5}H${scale.width}` }),
  );
}

function at(pixel: number): string {
  return pixel.toFixed(1);
}

/** The stretch that is shown, its instant, and the date compared with. */
export function drawCursor(
  scale: Scale,
  shown: { readonly time: number | null; readonly from: number | null; readonly until: number | null },
  compared: number | null,
): SVGGElement {
  const group = svg("g", { class: "cursor" });
  if (shown.from !== null) {
    const [left, right] = [scale.at(shown.from), scale.at(Math.min(shown.until ?? scale.last, scale.last))];
    group.append(
      svg("rect", { class: "stretch", x: left, y: TOP - 4, width: Math.max(right - left, 2), height: BASE - TOP + 9 }),
    );
  }
  if (compared !== null) {
    const x = scale.at(compared);
    group.append(svg("path", { class: "compared", d: `M${x},${TOP - 8}V${BASE + 8}` }));
    group.append(svg("path", { class: "comparedFlag", d: `M${x},2h9l-3,4l3,4h-9z` }));
  }
  if (shown.time !== null) {
    const x = scale.at(Math.min(Math.max(shown.time, scale.first), scale.last));
    group.append(
      svg("path", { class: "now", d: `M${x},${TOP - 8}V${BASE + 8}` }),
      svg("circle", { class: "knob", cx: x, cy: BASE + 5, r: 6 }),
    );
  }
  return group;
}
