import { FplaneError } from "../src/domain/errors.ts";
import { command } from "./command-line/command.ts";
import { untilInterrupted } from "./command-line/terminal.ts";
import { printReport } from "./output/print-report.ts";
import { writeFileWhole } from "./output/write-file.ts";
import { CONFIG_ARGS, settingsOf } from "./project/open-project.ts";
import { noRecord, openForReading } from "./project/open-record.ts";

const OWNER_ONLY = 0o600;

export const exportRecord = command({
  name: "export",
  description:
    "write the whole record, a line a revision, also while it is served; it holds what is private of the users",
  examples: ["export --config fplane.toml record.jsonl", "export --config fplane.toml - | gzip > record.jsonl.gz"],
  args: {
    file: {
      type: "positional",
      required: false,
      description: "file to write, for its owner only; - or nothing for stdout",
    },
    json: { type: "boolean", description: "say as JSON, on stdout, what was written; needs a file" },
    ...CONFIG_ARGS,
  },
  run: async (args, terminal) => {
    const path = args.file ?? "-";
    if (args.json && path === "-")
      throw new FplaneError("bad-parameter", "stdout is for the record: with --json name a file to write it to");
    const record = await openForReading(settingsOf(args, terminal), terminal);
    let revisions = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const line of untilInterrupted(record.lines, terminal)) {
        yield `${line}\n`;
        revisions += 1;
      }
      if (revisions === 0) throw noRecord("no revision is recorded there");
    }
    try {
      if (path === "-") for await (const line of lines()) await terminal.out(line);
      else await writeFileWhole(path, lines(), OWNER_ONLY);
    } finally {
      await record.close();
    }
    if (args.json) await printReport({ file: path, revisions }, true, terminal, () => "");
    else terminal.err(`${path === "-" ? "stdout" : path}: ${revisions} revisions`);
    return undefined;
  },
});
