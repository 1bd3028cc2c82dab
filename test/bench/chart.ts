import { significant } from "./report.ts";

const [WIDTH, LABELS, ROW, TOP] = [760, 300, 24, 44] as const;

export type Bar = { readonly name: string; readonly value: number };

/** A bar chart as SVG, readable on a light and on a dark page. */
export function barChart(title: string, unit: string, bars: readonly Bar[]): string {
  const most = Math.max(...bars.map((bar) => bar.value));
  const height = TOP + bars.length * ROW + 12;
  const rows = bars.map(({ name, value }, i) => {
    const y = TOP + i * ROW;
    const length = Math.max(1, (value / most) * (WIDTH - LABELS - 80));
    const kind = name.startsWith("fplane") ? "ours" : "other";
    return `  <text x="${LABELS - 8}" y="${y + 14}" text-anchor="end">${escaped(name)}</text>
  <rect class="${kind}" x="${LABELS}" y="${y + 2}" width="${length.toFixed(1)}" height="${ROW - 7}"/>
  <text x="${(LABELS + length + 6).toFixed(1)}" y="${y + 14}">${significant(value)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">
  <style>
    text { font: 12px sans-serif; fill: #555 }
    .title { font-weight: bold; font-size: 14px }
    .ours { fill: #c2570c }
    .other { fill: #8a94a3 }
  </style>
  <text class="title" x="8" y="20">${escaped(title)}</text>
  <text x="${WIDTH - 8}" y="20" text-anchor="end">${escaped(unit)}</text>
${rows.join("\n")}
</svg>
`;
}

/** Text in SVG. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
