import { escaped } from "./chart.ts";
import type { Flame } from "./flame.ts";

const [WIDTH, ROW, TOP] = [760, 20, 44] as const;
/** Narrower than this is not drawn, or has no room for its name. */
const [LEAST, LEAST_NAMED, LETTER] = [1.5, 30, 6.2] as const;

/** A flame graph as SVG: each function lies on the one that called it, as wide as the time that was spent in it and above it. */
export function flameChart(title: string, unit: string, flame: Flame): string {
  const bars: string[] = [];
  let deepest = 0;
  const draw = ({ name, samples, children }: Flame, x: number, depth: number) => {
    const width = (samples / flame.samples) * (WIDTH - 16);
    if (width < LEAST) return;
    deepest = Math.max(deepest, depth);
    bars.push(bar(name, samples / flame.samples, { x, width, depth }));
    let left = x;
    for (const child of children) {
      draw(child, left, depth + 1);
      left += (child.samples / flame.samples) * (WIDTH - 16);
    }
  };
  draw(flame, 8, 0);
  const height = TOP + (deepest + 1) * ROW + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 11px sans-serif; fill: #555 }
    rect + text { fill: #221a10 }
    .title { font-weight: bold; font-size: 14px }
    rect { stroke: #fff; stroke-width: 0.6 }
    .d0 { fill: #f2b37d } .d1 { fill: #eda062 } .d2 { fill: #f5c79c }
  </style>
  <text class="title" x="8" y="20">${escaped(title)}</text>
  <text x="${WIDTH - 8}" y="20" text-anchor="end">${escaped(unit)}</text>
${bars.join("\n")}
</svg>
`;
}

function bar(name: string, share: number, { x, width, depth }: { x: number; width: number; depth: number }): string {
  const y = TOP + depth * ROW;
  const box = `x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 1}"`;
  const told = `<title>${escaped(name)}: ${(100 * share).toFixed(1)} %</title>`;
  const room = Math.floor((width - 6) / LETTER);
  const shown = name.length <= room ? name : `${name.slice(0, Math.max(0, room - 1))}…`;
  const text = width < LEAST_NAMED ? "" : `<text x="${(x + 3).toFixed(1)}" y="${y + 14}">${escaped(shown)}</text>`;
  return `  <g>${told}<rect class="d${depth % 3}" ${box}/>${text}</g>`;
}
