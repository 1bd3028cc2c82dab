import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../db/open.ts";
import { ERRORS } from "../src/domain/errors.ts";
import { type Verification, verifyRecord } from "../src/service/replay.ts";
import type { Reads } from "../src/service/store.ts";
import { command } from "./command.ts";
import { CONFIG_ARGS, openProject, replay, settingsOf } from "./open-project.ts";
import { JSON_ARG, printReport } from "./print-report.ts";

export const verify = command({
  name: "verify",
  description: "check the chain of revisions, and every row against what they say; exit code 5 when something is wrong",
  examples: ["verify --config fplane.toml"],
  args: { ...JSON_ARG, ...CONFIG_ARGS },
  run: async (args, terminal) => {
    const settings = settingsOf(args, terminal);
    const { store } = await openProject(settings, terminal.err);
    try {
      const found = await verifyInFreshDatabase(store, settings.DB_PROJECT, terminal.err);
      await printReport(found, args.json, terminal, verificationText);
      return found.faults.length === 0 ? undefined : ERRORS.conflict.exit;
    } finally {
      await store.close();
    }
  },
});

async function verifyInFreshDatabase(
  reads: Reads,
  project: string,
  notice: (message: string) => void,
): Promise<Verification> {
  const directory = await mkdtemp(join(tmpdir(), "fplane-verify-"));
  try {
    const fresh = await openStore({ engine: "embedded", directory }, project, { replay, notice });
    try {
      return await verifyRecord(reads, fresh);
    } finally {
      await fresh.close();
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function verificationText({ revisions, rows, faults }: Verification): string {
  const checked = `${revisions} revisions and ${rows} rows checked`;
  return faults.length === 0
    ? `${checked}: the record is whole\n`
    : `${checked}:\n${faults.map((fault) => `${fault}\n`).join("")}`;
}
