import { ask, connectTo } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { ordinal } from "./command-line/whole-number.ts";
import { CURATION_ARGS, curationOf, tellCuration } from "./curation/curation.ts";

const ARGS = {
  rev: { type: "positional", required: true, description: "the revision whose changes are to be undone" },
  ...CURATION_ARGS,
} as const;

export const revert = command({
  name: "revert",
  description: "restore, as a new revision, what one revision changed; without --commit a preview",
  examples: ['revert 12 --reason "corrected the wrong night"', 'revert 12 --reason "wrong night" --base 14 --commit'],
  args: ARGS,
  run: async (args, terminal) => {
    const request = { revision: ordinal(args.rev, "the revision"), ...curationOf(args) };
    const report = await ask(await connectTo(args, terminal), (client) => client.revert.mutate(request));
    await tellCuration(report, { words: "fplane revert", definition: ARGS, values: args }, terminal);
    return undefined;
  },
});
