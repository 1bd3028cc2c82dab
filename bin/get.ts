import { FplaneError } from "../src/domain/errors.ts";
import { ask, connectTo, SERVER_ARGS } from "./client.ts";
import { command } from "./command.ts";
import { writeFileWhole } from "./write-file.ts";

export const get = command({
  name: "get",
  description: "fetch the focal-plane file that was valid at a date",
  examples: ["get", "get 20180715", "get -s -p 2018-05-22T02:37:53.428 -o fplane.txt", "get --as-of 12 20180715 -o -"],
  args: {
    datestr: {
      type: "positional",
      required: false,
      description: "a date, a timestamp (UTC), a shot id; nothing is now",
    },
    output: {
      type: "string",
      alias: "o",
      valueHint: "FILE",
      description: "file to write, - for stdout; else fplane{datestr}.txt",
    },
    short: { type: "boolean", alias: "s", description: "only the active VIRUS units" },
    "actual-pos": { type: "boolean", alias: "p", description: "measured positions where there are any" },
    "all-slots": { type: "boolean", description: "every seat, no row commented out" },
    format: {
      type: "enum",
      options: ["txt", "json", "csv", "ecsv", "ds9"],
      default: "txt",
      description: "form of the answer",
    },
    "as-of": { type: "string", valueHint: "REV|TIME", description: "as it was known at a revision or a time" },
    ut: { type: "boolean", description: "a date without a time is a UT date, the way data are named" },
    strict: { type: "boolean", description: "refuse an answer that no hardware status confirms" },
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    if (args.short && args["all-slots"])
      throw new FplaneError("bad-parameter", "--short and --all-slots exclude each other");
    const answer = await ask(await connectTo(args, terminal), (client) =>
      client.getFplane.query({
        datestr: args.datestr ?? "",
        asOf: args["as-of"],
        night: args.ut ? "ut" : "local",
        strict: args.strict ?? false,
        actualPositions: args["actual-pos"] ?? false,
        layout: args.short ? "short" : args["all-slots"] ? "all-slots" : "full",
        format: args.format as "txt",
      }),
    );
    const path = args.output ?? answer.filename;
    if (path === "-") {
      await terminal.out(answer.body);
    } else {
      await writeFileWhole(path, answer.body);
      const until = answer.validUntil === null ? "on" : `until ${answer.validUntil}`;
      terminal.err(`${path}: valid from ${answer.validFrom} ${until}, revision ${answer.revision}`);
    }
    return undefined;
  },
});
