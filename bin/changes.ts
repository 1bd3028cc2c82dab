import { ask, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { nightsText, spanChangesText } from "./output/change-text.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";

const REVISION = { type: "string", valueHint: "REV|TAG|TIME" } as const;

export const changes = command({
  name: "changes",
  description: "what two revisions know differently: the spans to reduce again, and the seats in them",
  examples: ["changes --from-rev 12", "changes --from-rev dr1 --to-rev dr2", "changes --from-rev 12 --nights"],
  args: {
    "from-rev": { ...REVISION, required: true, description: "the older revision, tag or time" },
    "to-rev": { ...REVISION, description: "the newer one; else the newest" },
    nights: { type: "boolean", description: "only the nights (date of the evening), one a line" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.changes.query({ fromRev: args["from-rev"], toRev: args["to-rev"] }),
    );
    terminal.err(`from revision ${report.fromRev} to revision ${report.toRev}`);
    if (args.nights) {
      await printReport(report.nights, args.json, terminal, (nights) => nights.map((night) => `${night}\n`).join(""));
      return undefined;
    }
    await printReport(report, args.json, terminal, ({ changes: spans, nights }) =>
      spans.length === 0 ? "no difference\n" : `${spanChangesText(spans)}${nightsText(nights)}`,
    );
    return undefined;
  },
});
