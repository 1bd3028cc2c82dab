import { ERRORS } from "../src/domain/errors.ts";
import { readFrameFiles } from "./check/frame-files.ts";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { AS_OF_ARG } from "./command-line/reading-args.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";

export const check = command({
  name: "check",
  description: "hold what frames' headers say against the record of their night; exit code 5 when they disagree",
  examples: ["check 20200701T032321.5_*_sci.fits", "check fits-headers.txt", "check --as-of 12 - < fits-headers.txt"],
  args: {
    files: {
      type: "positional",
      required: true,
      description: "FITS files, or lists of file, IFUSLOT, SPECID, SSA and IFUID a line; - for standard input",
    },
    ...AS_OF_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const frames = (await readFrameFiles(args._, terminal)).map(({ line: _line, ...frame }) => frame);
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.check.mutate({ frames, asOf: args["as-of"] }),
    );
    await printReport(report, args.json, terminal, ({ disagreements, proposals }) =>
      [...disagreements, ...proposals].map(({ text }) => `${text}\n`).join(""),
    );
    terminal.err(summary(report));
    return report.disagreements.length === 0 ? undefined : ERRORS.conflict.exit;
  },
});

function summary({ checked, revision, disagreements }: Awaited<ReturnType<Client["check"]["mutate"]>>): string {
  const wrong = disagreements.length === 0 ? "all agree" : `${disagreements.length} disagree`;
  return `${checked} ${checked === 1 ? "frame" : "frames"} checked against revision ${revision}: ${wrong}`;
}
