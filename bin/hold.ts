import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command, group } from "./command-line/command.ts";
import { commandLine } from "./command-line/command-line.ts";
import { ordinal } from "./command-line/whole-number.ts";
import { BOUNDS_ARGS, COMMIT_ARG, CURATION_ARGS, curationOf, REASON_ARG } from "./curation/curation.ts";
import { SEATS_ARG, seatList } from "./curation/seat-list.ts";
import { JSON_ARG, printList, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

const PREVIEW = "preview: nothing was recorded; --commit records it\n";

const ADD_ARGS = {
  ...SEATS_ARG,
  from: BOUNDS_ARGS.from,
  until: { type: "string", valueHint: "DATE", description: "the night after the last; else no end" },
  ...CURATION_ARGS,
} as const;

const add = command({
  name: "add",
  description: "keep the nightly updates from changing seats over a span; without --commit a preview",
  examples: ['hold add --slot 015,024 --from 20191201 --until 20200701 --reason "swapped in the status" --commit'],
  args: ADD_ARGS,
  run: async (args, terminal) => {
    const { from, until } = args;
    const request = { ifuslots: seatList(args.slot), from, until, ...curationOf(args) };
    const hold = await ask(await connectTo(args, terminal), (client) => client.holds.add.mutate(request));
    await printReport(hold, args.json, terminal, ({ hold: number, text, committed, base }) =>
      committed ? `hold ${number}: ${text}\n` : `would hold ${text}\nbase revision ${base}\n${PREVIEW}`,
    );
    if (!hold.committed) {
      const again = { ...args, json: undefined, base: String(hold.base), commit: true };
      terminal.err(`to record it: ${commandLine("fplane hold add", ADD_ARGS, again)}`);
    }
    return undefined;
  },
});

const list = command({
  name: "list",
  description: "what holds keep",
  examples: ["hold list"],
  args: { ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const holds = await ask(await connectTo(args, terminal), (client) => client.holds.list.query());
    await printList(holds, args.json, terminal, { none: "nothing is held", text: holdsText });
    return undefined;
  },
});

const release = command({
  name: "release",
  description: "end a hold: the next nightly update is taken again; without --commit a preview",
  examples: ['hold release 12 --reason "the telescope knows now" --commit'],
  args: {
    hold: { type: "positional", required: true, description: "the number that `hold list` shows" },
    ...REASON_ARG,
    ...COMMIT_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { reason, commit = false } = args;
    const hold = ordinal(args.hold, "the hold");
    const released = await ask(await connectTo(args, terminal), (client) =>
      client.holds.release.mutate({ hold, reason, commit }),
    );
    await printReport(released, args.json, terminal, ({ revision, ifuslots }) =>
      revision === null ? `would release ${ifuslots.join(", ")}\n${PREVIEW}` : `revision ${revision}\n`,
    );
    return undefined;
  },
});

/** A table of holds, for this command and for `status`. */
export function holdsText(
  holds: Awaited<ReturnType<Client["holds"]["list"]["query"]>>,
  columns: number | null,
): string {
  const rows = holds.map(({ hold, text, actor, reason }) => [String(hold), text, actor, reason]);
  return textTable([["HOLD", "SEATS", "WHO", "WHY"], ...rows], columns);
}

export const hold = group("hold", "spans that nightly updates leave alone", {
  add: async () => add,
  list: async () => list,
  release: async () => release,
});
