import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command, group } from "./command-line/command.ts";
import { AS_OF_ARG } from "./command-line/reading-args.ts";
import { JSON_ARG, printList, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";

const add = command({
  name: "add",
  description: "name what is known now, for ever",
  examples: ["tag add dr1", 'tag add dr1 --as-of 12 --horizon 20200701 --reason "data release 1"'],
  args: {
    name: {
      type: "positional",
      required: true,
      description: "begins with a letter; letters, digits, dots, dashes and underscores",
    },
    ...AS_OF_ARG,
    horizon: {
      type: "string",
      valueHint: "DATE",
      description: "the night after the last one that the tag speaks of; reads beyond it are refused",
    },
    reason: { type: "string", valueHint: "TEXT", description: "why, for the record" },
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { name, horizon, reason = "" } = args;
    const tagged = await ask(await connectTo(args, terminal), (client) =>
      client.tags.add.mutate({ name, asOf: args["as-of"], horizon, reason }),
    );
    await printReport(tagged, args.json, terminal, (made) => {
      const end = made.horizon === null ? "" : `, up to ${made.horizon}`;
      return `${made.name} is revision ${made.asOf}${end}\n`;
    });
    return undefined;
  },
});

const list = command({
  name: "list",
  description: "the tags",
  examples: ["tag list"],
  args: { ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const tags = await ask(await connectTo(args, terminal), (client) => client.tags.list.query());
    await printList(tags, args.json, terminal, { none: "there is no tag", text: tagsText });
    return undefined;
  },
});

function tagsText(tags: Awaited<ReturnType<Client["tags"]["list"]["query"]>>, columns: number | null): string {
  const rows = tags.map(({ name, asOf, horizon, rev }) => [name, String(asOf), horizon ?? "none", String(rev)]);
  return textTable([["TAG", "REVISION", "HORIZON", "MADE BY REVISION"], ...rows], columns);
}

export const tag = group("tag", "immutable names for what was known at a revision", {
  add: async () => add,
  list: async () => list,
});
