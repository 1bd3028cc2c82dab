import { appendFileSync } from "node:fs";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { instantText } from "../../src/domain/time/instant.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { printReport } from "../output/print-report.ts";
import { textTable } from "../output/text-table.ts";
import type { Flushed } from "./flush-queue.ts";
import { readWaiting, refusedIn, waitingIn } from "./update-queue.ts";
import { reportText, type UpdateReport, warnOf } from "./update-report.ts";

type Telling = {
  readonly asJson: boolean;
  /** Whether nothing is printed of a run that has sent nothing. */
  readonly isQuiet: boolean;
  readonly waiting: number;
  readonly terminal: Terminal;
};

/** Prints what a run has sent: first what had waited, then its own status; what the server refused for good on stderr. */
export async function tellSent(
  flushed: Flushed,
  own: UpdateReport | null,
  { asJson, isQuiet, waiting, terminal }: Telling,
): Promise<void> {
  const { sent, refused } = flushed;
  for (const { file, error } of refused)
    terminal.err(`refused for good: ${error.message} (${error.code}); see ${file}`);
  for (const { report } of sent) warnOf(report, terminal);
  if (own !== null) warnOf(own, terminal);
  if (isQuiet && own === null && sent.length + refused.length === 0) return;
  const queue = {
    sent: sent.map(({ status, report }) => ({ ...report, takenAt: instantText(status.takenAt), id: status.id })),
    refused: refused.map(({ file, error: { code, message } }) => ({ file, code, message })),
    waiting,
  };
  await printReport({ ...own, queue }, asJson, terminal, () =>
    [
      ...sent.map(({ status, report }) => `kept since ${instantText(status.takenAt)}:\n${reportText(report)}`),
      own === null ? "" : reportText(own),
    ].join(""),
  );
}

/** What one run did, on one line. */
export function summaryOf({ sent, refused }: Flushed, own: UpdateReport | null, waiting: number): string {
  return [
    ...(own === null ? [] : [`taken as revision ${own.revision}`]),
    ...(sent.length === 0 ? [] : [`${sent.length} sent that had waited`]),
    ...(refused.length === 0 ? [] : [`${refused.length} refused for good`]),
    waiting === 0 ? "nothing waits" : `${waiting} kept`,
  ].join(", ");
}

/** One line a run: in the file where one is named, else on stderr. */
export function logRun(line: string, file: string | undefined, terminal: Terminal): void {
  if (file === undefined) {
    terminal.err(`fplane: ${line}`);
    return;
  }
  try {
    const text = line.replaceAll(/\s*\n\s*/g, "; ");
    appendFileSync(file, `${instantText(systemClock())} update: ${text}\n`, { mode: 0o600 });
  } catch (error) {
    terminal.err(`warning: the log ${file} cannot be written: ${messageOf(error)}`);
  }
}

/** Prints what waits in a queue, the oldest first. */
export async function tellWaiting(directory: string, asJson: boolean, terminal: Terminal): Promise<void> {
  const waiting = waitingIn(directory).map((name) => ({ file: `${directory}/${name}`, ...contentOf(directory, name) }));
  const report = { directory, waiting, refused: refusedIn(directory) };
  await printReport(report, asJson, terminal, (_report, columns) => {
    const rows = waiting.map(({ file, takenAt, server }) => [takenAt ?? "not readable", server ?? "-", file]);
    const table =
      rows.length === 0 ? `nothing waits in ${directory}\n` : textTable([["TAKEN", "FOR", "FILE"], ...rows], columns);
    return report.refused === 0 ? table : `${table}refused for good: ${report.refused}, in ${directory}/refused\n`;
  });
}

function contentOf(directory: string, name: string) {
  try {
    const { takenAt, id, datestr = null, server } = readWaiting(directory, name);
    return { takenAt: instantText(takenAt), id, datestr, server };
  } catch (error) {
    if (error instanceof FplaneError) return { takenAt: null, id: null, datestr: null, server: null };
    throw error;
  }
}
