import { ask, type Client, connectTo, SERVER_ARGS } from "./client.ts";
import { command } from "./command.ts";
import { readStatus } from "./status-source.ts";
import { tellUpdate, type UpdateReport } from "./update-report.ts";

export const update = command({
  name: "update",
  description: "tell the server what the telescope's hardware status says; without --commit a dry run",
  examples: [
    "update --file status.json",
    "update --command \"syscmd -V 'get_hardware_status'\" --commit",
    "update 20180715 --file - --commit < status.json",
  ],
  args: {
    datestr: {
      type: "positional",
      required: false,
      description: "start of the new configuration; else the status's own data time",
    },
    file: { type: "string", valueHint: "FILE", description: "file with the status as JSON, - for standard input" },
    command: { type: "string", valueHint: "COMMAND", description: "shell command that prints the status as JSON" },
    commit: { type: "boolean", description: "record it" },
    force: {
      type: "boolean",
      description: "take it though it changes more than the server lets pass; needs a curator",
    },
    json: { type: "boolean", description: "print the whole report as JSON" },
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const config = await readStatus(args, terminal);
    const { datestr, commit = false, force = false } = args;
    const report = await send(await connectTo(args, terminal), { config, datestr, commit, force });
    await tellUpdate(report, args.json ?? false, terminal);
    return undefined;
  },
});

type Update = Parameters<Client["updateConfig"]["mutate"]>[0];

/** @throws FplaneError what the server refused, or `unavailable` */
async function send(client: Client, status: Update): Promise<UpdateReport> {
  return await ask(client, (server) => server.updateConfig.mutate(status));
}
