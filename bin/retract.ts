import { ask, connectTo } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { BOUNDS_ARGS, CURATION_ARGS, curationOf, tellCuration } from "./curation/curation.ts";
import { SEATS_ARG, seatList } from "./curation/seat-list.ts";

const ARGS = { ...SEATS_ARG, ...BOUNDS_ARGS, ...CURATION_ARGS } as const;

export const retract = command({
  name: "retract",
  description:
    "take back what is recorded of seats over a span: nothing is known there any more; without --commit a preview",
  examples: [
    'retract --slot 015,024 --from 20191201 --until 20200701 --reason "both wrong, the truth is not known"',
    'retract --from 20180718 --until 20180806 --reason "re-plug: nobody kept a list" --base 12 --commit',
  ],
  args: ARGS,
  run: async (args, terminal) => {
    const { from, until } = args;
    const request = { ifuslots: seatList(args.slot), from, until, ...curationOf(args) };
    const report = await ask(await connectTo(args, terminal), (client) => client.retract.mutate(request));
    await tellCuration(report, { words: "fplane retract", definition: ARGS, values: args }, terminal);
    return undefined;
  },
});
