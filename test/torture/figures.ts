import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FULL } from "./scale.ts";

/** What each torture came to when `bun run torture` last ran it, by its name; docs/operations.md quotes it. */
const FIGURES = join(import.meta.dir, "figures.json");

type Figure = {
  readonly torture: string;
  /** One line: how often, how fast, how much. */
  readonly result: string;
  /** The day of the run. */
  readonly date: string;
};

/** Every figure that is kept, in the order of their names. */
export function keptFigures(): Figure[] {
  return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, "utf8")) as Figure[]) : [];
}

/** Prints what a torture came to; the full form also keeps it, in place of what it came to before. */
export function recordFigure(torture: string, result: string): void {
  console.error(`${torture}: ${result}`);
  if (!FULL) return;
  const others = keptFigures().filter((figure) => figure.torture !== torture);
  const figures = [...others, { torture, result, date: new Date().toISOString().slice(0, 10) }];
  const sorted = figures.toSorted((a, b) => (a.torture < b.torture ? -1 : 1));
  writeFileSync(FIGURES, `${JSON.stringify(sorted, null, 2)}\n`);
}
