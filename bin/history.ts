import { FplaneError } from "../src/domain/errors.ts";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { AS_OF_ARG } from "./command-line/reading-args.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

export const history = command({
  name: "history",
  description: "where a spectrograph, an IFU or a controller has been, or what a seat held, and who says so",
  examples: ["history --spec 203", "history --slot 073", "history --ifu 31 --as-of 12", 'history --cont "S/N 0059"'],
  args: {
    slot: { type: "string", valueHint: "SEAT", description: "of a seat (IFUSLOT)" },
    spec: { type: "string", valueHint: "ID", description: "of a spectrograph (SPECID)" },
    ifu: { type: "string", valueHint: "ID", description: "of an IFU (IFUID)" },
    cont: { type: "string", valueHint: "ID", description: "of a controller (CONTID), as it is written" },
    ...AS_OF_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const of = oneOf(args);
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.history.query({ ...of, asOf: args["as-of"] }),
    );
    await printReport(report, args.json, terminal, historyText);
    return undefined;
  },
});

type Keys = { readonly [name in "slot" | "spec" | "ifu" | "cont"]?: string | undefined };

function oneOf({ slot, spec, ifu, cont }: Keys) {
  const given = (
    [
      ["ifuslot", slot],
      ["specid", spec],
      ["ifuid", ifu],
      ["contid", cont],
    ] as const
  ).flatMap(([kind, id]) => (id === undefined ? [] : [{ kind, id }]));
  const [only, ...others] = given;
  if (only !== undefined && others.length === 0) return only;
  throw new FplaneError("bad-parameter", "whose history? Give one of --slot, --spec, --ifu and --cont");
}

function historyText({ entries }: Awaited<ReturnType<Client["history"]["query"]>>, columns: number | null): string {
  const rows = entries.map(({ from, until, ifuslot, specid, ifuid, specslot, revision }) => [
    from,
    until ?? "open",
    ifuslot,
    specid ?? "000",
    ifuid ?? "000",
    specslot ?? "000",
    String(revision.rev),
    revision.reason,
  ]);
  return textTable([["FROM", "UNTIL", "SEAT", "SPECID", "IFUID", "SPECSLOT", "REVISION", "WHY"], ...rows], columns);
}
