import { createHash } from "node:crypto";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { bytesOf } from "./output/byte-stream.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

export const identify = command({
  name: "identify",
  description: "which dates, revisions and variants gave exactly this file",
  examples: ["identify fplane20180715.txt", "identify - < fplane.txt"],
  args: {
    file: { type: "positional", required: true, description: "a focal-plane file, - for standard input" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const hash = createHash("sha256");
    for await (const chunk of bytesOf(args.file, terminal)) hash.update(chunk);
    const sha256 = hash.digest("hex");
    const found = await ask(await connectTo(args, terminal), (client) => client.identify.query({ sha256 }));
    terminal.err(`sha256 ${sha256}`);
    await printReport(found, args.json, terminal, identifiedText);
    return undefined;
  },
});

function identifiedText(found: Awaited<ReturnType<Client["identify"]["query"]>>, columns: number | null): string {
  const rows = found.map(({ layout, actualPositions, from, until, revisions }) => [
    layout,
    actualPositions ? "actual" : "nominal",
    from,
    until ?? "open",
    String(revisions.from),
    revisions.until === null ? "newest" : String(revisions.until - 1),
  ]);
  return textTable([["LAYOUT", "POSITIONS", "FROM", "UNTIL", "FIRST REVISION", "LAST REVISION"], ...rows], columns);
}
