import { basename } from "node:path";
import { ask, connectTo } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { readText } from "./command-line/terminal.ts";
import { BOUNDS_ARGS, CURATION_ARGS, curationOf, tellCuration } from "./curation/curation.ts";
import { seatList } from "./curation/seat-list.ts";

const ARGS = {
  file: {
    type: "positional",
    required: true,
    description: "IFUSLOT X Y a line, in arcsec, or a focal-plane file; - for standard input",
  },
  from: BOUNDS_ARGS.from,
  until: {
    ...BOUNDS_ARGS.until,
    description: "the night after the last; else up to the next position of that IFU in that seat; open: no end",
  },
  drop: { type: "string", valueHint: "SEAT,...", description: "leave the rows of these seats out" },
  force: { type: "boolean", description: "take positions more than 2 arcsec from nominal all the same" },
  ...CURATION_ARGS,
} as const;

export const positions = command({
  name: "positions",
  description: "record measured positions of the IFUs that sit in the seats; without --commit a preview",
  examples: [
    'positions measured-2020.txt --from 20200101 --reason "measured in January 2020"',
    'positions measured-2020.txt --from 20200101 --drop 015 --reason "January 2020" --base 12 --commit',
  ],
  args: ARGS,
  run: async (args, terminal) => {
    const { file, from, until, force = false } = args;
    const act = { from, until, drop: seatList(args.drop), force, ...curationOf(args) };
    const name = file === "-" ? "standard input" : basename(file);
    const request = { ...act, name, text: await readText(file, terminal) };
    const report = await ask(await connectTo(args, terminal), (client) => client.positions.set.mutate(request));
    await tellCuration(report, { words: "fplane positions", definition: ARGS, values: args }, terminal);
    return undefined;
  },
});
