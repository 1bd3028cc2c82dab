import type { LeftOut } from "../../src/domain/record/fold-nights.ts";
import type { Client } from "../client/client.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { printReport } from "../output/print-report.ts";
import { textTable } from "../output/text-table.ts";

export type ImportRequest = Parameters<Client["importFplane"]["mutate"]>[0];
export type ImportReport = Awaited<ReturnType<Client["importFplane"]["mutate"]>>;

/** Files as a table on stdout, warnings on stderr. As JSON a crawl's report also has what was left out. */
export async function tellImport(
  report: ImportReport & { readonly leftOut?: readonly LeftOut[] },
  asJson: boolean,
  terminal: Terminal,
): Promise<void> {
  for (const file of report.files) for (const text of file.warnings) terminal.err(`warning: ${file.name}: ${text}`);
  await printReport(report, asJson, terminal, importText);
}

function importText({ files, committed }: ImportReport, columns: number | null): string {
  const rows = files.map((file) => [
    file.name,
    file.from,
    file.until ?? "open",
    String(file.active),
    String(file.positions),
    file.revision === null ? "-" : String(file.revision),
  ]);
  const table = textTable([["FILE", "FROM", "UNTIL", "ACTIVE", "MEASURED", "REVISION"], ...rows], columns);
  return committed ? table : `${table}dry run: nothing was recorded; --commit records it\n`;
}
