import type { Measure } from "./rounds.ts";

/** A comparison that somebody was promised: `value` against a bound. */
export type Ratio = {
  readonly name: string;
  readonly value: number;
  /** The least or the most that it is to be; null: only told. */
  readonly target: { readonly least: number } | { readonly most: number } | null;
  /** Of the value; empty for a ratio. */
  readonly unit: string;
};

/** A table for people: the head, then the rows. */
export type Table = {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
};

/** What one subject of the bench has found. */
export type Findings = {
  readonly tables: readonly Table[];
  readonly ratios: readonly Ratio[];
  /** The figures behind the tables, for programs. */
  readonly figures: unknown;
  /** What was not measured, and why. */
  readonly missing: readonly string[];
  readonly picture?: { readonly title: string; readonly svg: string } | undefined;
};

export function isMet({ value, target }: Ratio): boolean | null {
  if (target === null || Number.isNaN(value)) return null;
  return "least" in target ? value >= target.least : value <= target.most;
}

/** The ratio of two measures by name, in requests a second. NaN where one of them is missing. */
export function ratioOf(measures: readonly Measure[], name: string, of: string): number {
  const rate = (wanted: string) => measures.find((measure) => measure.name === wanted)?.perSecond ?? Number.NaN;
  return rate(name) / rate(of);
}

export function measureTable(title: string, measures: readonly Measure[], reference: string): Table {
  return {
    title,
    head: ["", "requests/s", `of ${reference}`, "CPU µs/request", "p50 ms", "p99 ms"],
    rows: measures.map((measure) => [
      measure.name,
      grouped(measure.perSecond),
      significant(ratioOf(measures, measure.name, reference)),
      significant(measure.cpuMicroseconds),
      significant(measure.p50),
      significant(measure.p99),
    ]),
  };
}

export function ratioTable(ratios: readonly Ratio[]): Table {
  const marks = new Map([
    [true, "yes"],
    [false, "NO"],
    [null, ""],
  ]);
  return {
    title: "Targets",
    head: ["", "measured", "wanted", "met"],
    rows: ratios.map((ratio) => [
      ratio.name,
      Number.isNaN(ratio.value) ? "missing" : `${significant(ratio.value)} ${ratio.unit}`.trim(),
      wanted(ratio),
      marks.get(isMet(ratio)) ?? "",
    ]),
  };
}

function wanted({ target, unit }: Ratio): string {
  if (target === null) return "";
  const bound = "least" in target ? `≥ ${significant(target.least)}` : `≤ ${significant(target.most)}`;
  return `${bound} ${unit}`.trim();
}

/** Three digits that count: 0.0123, 1.23, 12.3, 123; larger numbers whole, in groups. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return "-";
  if (Math.abs(value) >= 100) return grouped(value);
  return String(Number(value.toPrecision(3)));
}

function grouped(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString("en").replaceAll(",", " ") : "-";
}

/** For a terminal: columns aligned, the first to the left and figures to the right. */
export function printed({ title, head, rows }: Table): string {
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ")
      .trimEnd();
  return `${title}\n\n${[line(head), ...rows.map(line)].join("\n")}\n`;
}

/** For the docs. */
export function markdown({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? "---" : "--:")).join("|")}|`;
  return `**${title}**\n\n${[line(head), rule, ...rows.map(line)].join("\n")}\n`;
}
