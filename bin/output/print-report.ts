import type { Terminal } from "../command-line/terminal.ts";

/** The flag of every command that has a report. */
export const JSON_ARG = { json: { type: "boolean", description: "print the whole report as JSON" } } as const;

/** The report on stdout: as JSON for programs, as the given text for people, who get tables as wide as their terminal. */
export async function printReport<Report>(
  report: Report,
  asJson: boolean | undefined,
  terminal: Terminal,
  text: (report: Report, columns: number | null) => string,
): Promise<void> {
  await terminal.out(asJson ? `${JSON.stringify(report, null, 2)}\n` : text(report, terminal.columns));
}

/** A list on stdout; of an empty one stderr says so: a heading without lines would leave a person in doubt. */
export async function printList<Item>(
  items: Item[],
  asJson: boolean | undefined,
  terminal: Terminal,
  { none, text }: { readonly none: string; readonly text: (items: Item[], columns: number | null) => string },
): Promise<void> {
  if (items.length === 0 && !asJson) terminal.err(none);
  else await printReport(items, asJson, terminal, text);
}
