import { FplaneError } from "../src/domain/errors.ts";
import { restoreLines } from "../src/service/record/restore-record.ts";
import { command } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { linesOf } from "./output/byte-stream.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { progressOf, watched } from "./output/progress.ts";
import { CONFIG_ARGS, settingsOf } from "./project/open-project.ts";
import { openRecord } from "./project/open-record.ts";

export const restore = command({
  name: "restore",
  description:
    "make the record of an export again, in an empty database or one that a restore was interrupted in. Users' keys stay valid; to show them the server needs the KEY_FILE of the old one",
  examples: ["restore --config fplane.toml record.jsonl", "restore --config fplane.toml - < record.jsonl"],
  args: {
    file: { type: "positional", required: true, description: "what `export` wrote, - for standard input" },
    ...JSON_ARG,
    ...CONFIG_ARGS,
  },
  run: async (args, terminal) => {
    const store = await openRecord(settingsOf(args, terminal), terminal);
    try {
      const { added, present } = await restoreLines(store, linesWatched(args.file, terminal));
      if (added + present === 0) throw new FplaneError("bad-parameter", `${nameOf(args.file)} holds no revision`);
      const before = present === 0 ? "" : `; ${present} were there already`;
      await printReport({ added, present }, args.json, terminal, () => `restored ${added} revisions${before}\n`);
      return undefined;
    } catch (error) {
      if (!(error instanceof FplaneError) || error.code === "conflict") throw error; // nothing of it can go on there
      const newest = await store.newestRevision();
      terminal.err(`the newest revision there is ${newest?.rev ?? 0}; a restore that is run again goes on from it`);
      throw "line" in error.details ? new FplaneError(error.code, `${nameOf(args.file)}: ${error.message}`) : error;
    } finally {
      await store.close();
    }
  },
});

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}

/** A file's length is known, that of standard input is not: of that the revisions are counted. */
function linesWatched(file: string, terminal: Terminal): AsyncGenerator<string> {
  const lines = linesOf(file, terminal);
  if (file === "-") return watched(lines, progressOf(terminal, "revisions", null));
  const bytes = progressOf(terminal, "bytes", Bun.file(file).size);
  return watched(lines, bytes, (line) => Buffer.byteLength(line) + 1);
}
