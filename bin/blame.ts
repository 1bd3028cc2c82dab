import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { AS_OF_ARG, DATESTR_ARG, nightOf, UT_ARG } from "./command-line/reading-args.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

export const blame = command({
  name: "blame",
  description: "what each seat held at a date, since when, and which act says so",
  examples: ["blame", "blame 20200530", "blame 20200530 --as-of 12"],
  args: {
    ...DATESTR_ARG,
    ...AS_OF_ARG,
    ...UT_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.blame.query({ datestr: args.datestr ?? "", asOf: args["as-of"], night: nightOf(args) }),
    );
    terminal.err(`${report.instant} as of revision ${report.asOf}`);
    await printReport(report, args.json, terminal, blameText);
    return undefined;
  },
});

function blameText({ seats }: Awaited<ReturnType<Client["blame"]["query"]>>, columns: number | null): string {
  const rows = seats.map(({ ifuslot, specid, ifuid, from, revision }) => [
    ifuslot,
    specid ?? "000",
    ifuid ?? "000",
    from ?? "-",
    revision === null ? "-" : String(revision.rev),
    revision?.actor ?? "-",
    revision?.reason ?? "-",
  ]);
  return textTable([["SEAT", "SPECID", "IFUID", "SINCE", "REVISION", "WHO", "WHY"], ...rows], columns);
}
