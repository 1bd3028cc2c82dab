import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { nightOf, UT_ARG } from "./command-line/reading-args.ts";
import { planeDiffText } from "./output/change-text.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";

const AS_OF = { type: "string", valueHint: "REV|TAG|TIME" } as const;

export const diff = command({
  name: "diff",
  description: "what differs between two dates, or between what was known of a date then and then",
  examples: [
    "diff 20190327 20190328",
    "diff 20200530 20200530 --as-of-a 12 --as-of-b latest",
    "diff -p 20180715 latest",
  ],
  args: {
    a: { type: "positional", required: true, description: "a date, a timestamp (UTC), a shot id, or latest" },
    b: { type: "positional", required: true, description: "another, or the same" },
    "as-of-a": { ...AS_OF, description: "the first as it was known at a revision, a tag or a time" },
    "as-of-b": { ...AS_OF, description: "the second as it was known then" },
    "actual-pos": { type: "boolean", alias: "p", description: "compare measured positions too" },
    ...UT_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.diff.query({
        a: args.a,
        b: args.b,
        asOfA: args["as-of-a"],
        asOfB: args["as-of-b"],
        actualPositions: args["actual-pos"] ?? false,
        night: nightOf(args),
      }),
    );
    const side = ({ instant, revision }: Report["a"]) => `${instant} as of revision ${revision}`;
    terminal.err(`${side(report.a)} -> ${side(report.b)}`);
    await printReport(report, args.json, terminal, planeDiffText);
    return undefined;
  },
});

type Report = Awaited<ReturnType<Client["diff"]["query"]>>;
