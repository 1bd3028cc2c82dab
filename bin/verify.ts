import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ERRORS } from "../src/domain/errors.ts";
import type { Settings } from "../src/server/settings/settings.ts";
import { type Verification, verifyLines, verifyRecord } from "../src/service/record/verify-record.ts";
import { command } from "./command-line/command.ts";
import { type Terminal, untilInterrupted } from "./command-line/terminal.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { progressOf, watched } from "./output/progress.ts";
import { CONFIG_ARGS, settingsOf } from "./project/open-project.ts";
import { noRecord, openForReading, openThrowaway } from "./project/open-record.ts";

export const verify = command({
  name: "verify",
  description: "check the chain of revisions, and every row against what they say; exit code 5 when something is wrong",
  examples: ["verify --config fplane.toml"],
  args: { ...JSON_ARG, ...CONFIG_ARGS },
  run: async (args, terminal) => {
    const found = await verifyIn(settingsOf(args, terminal), terminal);
    if (found.revisions === 0 && found.faults.length === 0) throw noRecord("no revision is recorded there");
    await printReport(found, args.json, terminal, verificationText);
    return found.faults.length === 0 ? undefined : ERRORS.conflict.exit;
  },
});

async function verifyIn(settings: Settings, terminal: Terminal): Promise<Verification> {
  const { lines, store, close } = await openForReading(settings, terminal);
  if (store === null)
    terminal.err("a server has the database: its journal is checked; without the server the rows are checked as well");
  const directory = await mkdtemp(join(tmpdir(), "fplane-verify-"));
  try {
    const fresh = await openThrowaway(directory, settings, terminal);
    const all = (await store?.newestRevision())?.rev ?? null;
    const watch = (passing: AsyncIterable<string>) =>
      watched(untilInterrupted(passing, terminal), progressOf(terminal, "revisions", all));
    const verification = store === null ? verifyLines(watch(lines), fresh) : verifyRecord(store, fresh, watch);
    return await verification.finally(() => fresh.close());
  } finally {
    await close();
    await rm(directory, { recursive: true, force: true });
  }
}

function verificationText({ revisions, rows, faults }: Verification): string {
  const checked = `${revisions} revisions and ${rows} rows checked`;
  if (faults.length === 0) return `${checked}: the record is whole\n`;
  return `${checked}:\n${faults.map((fault) => `${fault}\n`).join("")}`;
}
