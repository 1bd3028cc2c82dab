import { FplaneError } from "../src/domain/errors.ts";
import { ask, connectTo } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { readText, type Terminal } from "./command-line/terminal.ts";
import { type Correction, readCorrections, readSet } from "./curation/correction-table.ts";
import { BOUNDS_ARGS, CURATION_ARGS, curationOf, tellCuration } from "./curation/curation.ts";

const ARGS = {
  slot: { type: "string", valueHint: "SEAT", description: "the seat" },
  from: { ...BOUNDS_ARGS.from, required: false },
  until: {
    ...BOUNDS_ARGS.until,
    description: "the night after the last; else up to the seat's next recorded change; open: no end",
  },
  set: {
    type: "string",
    valueHint: "FIELD=ID,...",
    description: "what stood there: specid, ifuid, specslot, contid; 000 for none; the others stay",
  },
  table: {
    type: "string",
    valueHint: "FILE",
    description:
      "many corrections as one act, - for standard input; its first line names the columns: slot from until specid ifuid specslot contid",
  },
  ...CURATION_ARGS,
} as const;

export const correct = command({
  name: "correct",
  description: "correct what is recorded of seats over a span of the past; without --commit a preview",
  examples: [
    'correct --slot 073 --from 20190328 --until 20190401 --set specid=203,ifuid=031 --reason "headers of the night"',
    'correct --table swap.tsv --reason "015 and 024 were exchanged"',
    'correct --table - --reason "015 and 024 were exchanged" --base 12 --commit < swap.tsv',
  ],
  args: ARGS,
  run: async (args, terminal) => {
    const request = { ...curationOf(args), corrections: await correctionsOf(args, terminal) };
    const report = await ask(await connectTo(args, terminal), (client) => client.correct.mutate(request));
    await tellCuration(report, { words: "fplane correct", definition: ARGS, values: args }, terminal);
    return undefined;
  },
});

type Source = { readonly [name in "slot" | "from" | "until" | "set" | "table"]?: string | undefined };

async function correctionsOf({ slot, from, until, set, table }: Source, terminal: Terminal): Promise<Correction[]> {
  if (table !== undefined) {
    if ([slot, from, until, set].every((flag) => flag === undefined)) {
      return readCorrections(await readText(table, terminal));
    }
    throw new FplaneError("bad-parameter", "--table excludes --slot, --from, --until and --set: they are its columns");
  }
  if (slot === undefined || from === undefined || set === undefined) {
    const needed = "give --slot SEAT --from DATE --set FIELD=ID,..., or --table FILE for many";
    throw new FplaneError("bad-parameter", `what is to be corrected? ${needed}`);
  }
  return [{ ifuslot: slot.padStart(3, "0"), from, until, set: readSet(set) }];
}
