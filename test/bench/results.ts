import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Findings, markdown, ratioTable } from "./report.ts";

/** What `bench-results.json` holds: of each subject what its newest run has found. */
export type Results = {
  readonly [subject: string]: Omit<Findings, "picture"> & { readonly picture?: string | undefined; readonly run: Run };
};

/** When and where a subject was measured, and how long. */
export type Run = {
  readonly at: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGB: number };
  readonly bun: string;
  /** How many processes wanted a core when it began (the load average): more than a few, and the figures are worth little. */
  readonly busy: number;
  readonly rounds: number;
  readonly seconds: number;
};

export const RESULTS = "bench-results.json";

export function readResults(directory: string): Results {
  const path = join(directory, RESULTS);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Results) : {};
}

/** Keeps what a subject has found beside what the others had, its picture in a file. */
export function keepResults(directory: string, subject: string, found: Findings, run: Run): void {
  const { picture, ...rest } = found;
  const results: Results = { ...readResults(directory), [subject]: { ...rest, picture: picture?.title, run } };
  const nan = (_key: string, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? null : value);
  write(join(directory, RESULTS), `${JSON.stringify(results, nan, 2)}\n`);
  if (picture !== undefined) write(join(directory, "pictures", `speed-${subject}.svg`), picture.svg);
}

/** The generated part of docs/speed.md about one subject. */
export function resultsText(results: Results, subject: string): string {
  const found = results[subject];
  if (found === undefined) return "Not measured yet.";
  const { at, machine, bun, busy, rounds, seconds } = found.run;
  const where = `${machine.cores} cores (${machine.cpu}), ${machine.memoryGB} GB, Bun ${bun}`;
  const how = `Measured ${at.slice(0, 10)} on ${where}; medians of ${rounds} rounds${seconds > 0 ? ` of ${seconds} s` : ""}.`;
  const others =
    busy > machine.cores
      ? [
          `**The machine was busy with other things** (load average ${busy.toFixed(0)}): trust the ratios and the CPU times, not the rest.\n`,
        ]
      : [];
  const missing = found.missing.map((what) => `Not measured: ${what}.`);
  const picture = found.picture === undefined ? [] : [`![${found.picture}](pictures/speed-${subject}.svg)\n`];
  const ratios = found.ratios.map((ratio) => ({ ...ratio, value: ratio.value ?? Number.NaN }));
  const tables = ratios.length === 0 ? found.tables : [ratioTable(ratios), ...found.tables];
  return [`${how}\n`, ...others, ...missing, ...picture, ...tables.map(markdown)].join("\n").trimEnd();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
