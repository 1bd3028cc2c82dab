import type { Client } from "../client/client.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { printReport } from "../output/print-report.ts";

export type UpdateReport = Awaited<ReturnType<Client["updateConfig"]["mutate"]>>;

/** What a hardware status does or would do on stdout; what is to be looked at on stderr. */
export async function tellUpdate(report: UpdateReport, asJson: boolean, terminal: Terminal): Promise<void> {
  warnOf(report, terminal);
  await printReport(report, asJson, terminal, reportText);
}

/** What is to be looked at, on stderr. */
export function warnOf(report: UpdateReport, terminal: Terminal): void {
  for (const warning of report.warnings) terminal.err(`warning: ${warning}`);
  for (const { text } of report.contradicted) terminal.err(`warning: held, so not taken: ${text}`);
}

/** What a hardware status does or would do, for people. */
export function reportText(report: UpdateReport): string {
  const { changes, firstSeen, from, until, dataTime, confirmedUntil, committed, revision } = report;
  const seen = Object.entries(firstSeen).filter(([, ids]) => ids.length > 0);
  const lines = [
    ...(changes.length === 0 ? ["no seat changes"] : changes.map((change) => change.text)),
    ...seen.map(([name, ids]) => `first seen: ${name.toUpperCase()} ${ids.join(", ")}`),
    `status taken ${dataTime}, holds from ${from} ${until === null ? "on" : `until ${until}, the next recorded change`}`,
    confirmedUntil === null ? "not confirmed: no hardware status agrees" : `confirmed until ${confirmedUntil}`,
    committed ? `revision ${revision}` : "dry run: nothing was recorded; --commit records it",
  ];
  return `${lines.join("\n")}\n`;
}
