import { FplaneError } from "../src/domain/errors.ts";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { ordinal, wholeNumber } from "./command-line/whole-number.ts";
import { JSON_ARG, printList, printReport } from "./output/print-report.ts";
import { revisionText } from "./output/revision-text.ts";
import { textTable } from "./output/text-table.ts";

export const log = command({
  name: "log",
  description: "the recorded acts, the newest first; or one of them with all that it holds",
  examples: ["log", "log --limit 10 --before 40", "log 12"],
  args: {
    rev: { type: "positional", required: false, description: "a revision, to see what it holds" },
    limit: { type: "string", valueHint: "N", default: "50", description: "how many, at most 1000" },
    before: { type: "string", valueHint: "REV", description: "only what is older than this revision" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const client = await connectTo(args, terminal);
    if (args.rev !== undefined) {
      if (args.before !== undefined)
        throw new FplaneError("bad-parameter", "a revision and --before exclude each other");
      await tellOne(client, ordinal(args.rev, "the revision"), args.json, terminal);
      return undefined;
    }
    const limit = wholeNumber(args.limit, "--limit");
    if (limit < 1 || limit > 1000) throw new FplaneError("bad-parameter", `--limit is ${limit}: it takes 1 to 1000`);
    const before = args.before === undefined ? undefined : ordinal(args.before, "--before");
    const revisions = await ask(client, (server) => server.revisions.list.query({ limit, before }));
    await printList(revisions, args.json, terminal, { none: "there is no such revision", text: logText });
    return undefined;
  },
});

type Revisions = Awaited<ReturnType<Client["revisions"]["list"]["query"]>>;

function logText(revisions: Revisions, columns: number | null): string {
  const rows = revisions.map(({ rev, recordedAt, kind, actor, reason }) => [
    String(rev),
    recordedAt,
    kind,
    actor,
    reason,
  ]);
  return textTable([["REVISION", "WHEN", "KIND", "WHO", "WHY"], ...rows], columns);
}

async function tellOne(client: Client, rev: number, asJson: boolean | undefined, terminal: Terminal): Promise<void> {
  const found = await ask(client, (server) => server.revisions.get.query({ rev }));
  await printReport(found, asJson, terminal, revisionText);
}
