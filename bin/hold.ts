import { ask, type Client, connectTo, SERVER_ARGS } from "./client.ts";
import { command, group } from "./command.ts";
import { BOUNDS_ARGS, REASON_ARG } from "./curation.ts";
import { JSON_ARG, printReport } from "./print-report.ts";
import { SEATS_ARG, seatList } from "./seat-list.ts";
import { textTable } from "./text-table.ts";
import { wholeNumber } from "./whole-number.ts";

const add = command({
  name: "add",
  description: "keep the nightly updates from changing seats over a span",
  examples: ['hold add --slot 015,024 --from 20191201 --until 20200701 --reason "swapped in the status"'],
  args: {
    ...SEATS_ARG,
    from: BOUNDS_ARGS.from,
    until: { type: "string", valueHint: "DATE", description: "the night after the last; else no end" },
    ...REASON_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { from, until, reason } = args;
    const hold = await ask(await connectTo(args, terminal), (client) =>
      client.holds.add.mutate({ ifuslots: seatList(args.slot), from, until, reason }),
    );
    await printReport(hold, args.json, terminal, ({ hold: number, text }) => `hold ${number}: ${text}\n`);
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
    await printReport(holds, args.json, terminal, holdsText);
    return undefined;
  },
});

const release = command({
  name: "release",
  description: "end a hold; the next nightly update is taken again",
  examples: ['hold release 12 --reason "the telescope knows now"'],
  args: {
    hold: { type: "positional", required: true, description: "the number that `hold list` shows" },
    ...REASON_ARG,
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const hold = wholeNumber(args.hold, "the hold");
    const released = await ask(await connectTo(args, terminal), (client) =>
      client.holds.release.mutate({ hold, reason: args.reason }),
    );
    await printReport(released, args.json, terminal, ({ revision }) => `revision ${revision}\n`);
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
