import { ask, type Client, connectTo, SERVER_ARGS } from "./client.ts";
import { command } from "./command.ts";
import { readStatus } from "./status-source.ts";
import type { Terminal } from "./terminal.ts";

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
    json: { type: "boolean", description: "print the whole report as JSON" },
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const config = await readStatus(args, terminal);
    const { datestr, commit = false } = args;
    const report = await send(await connectTo(args, terminal), { config, datestr, commit });
    await tell(report, args.json ?? false, terminal);
    return undefined;
  },
});

type Update = Parameters<Client["updateConfig"]["mutate"]>[0];
type Report = Awaited<ReturnType<Client["updateConfig"]["mutate"]>>;

/** @throws FplaneError what the server refused, or `unavailable` */
async function send(client: Client, status: Update): Promise<Report> {
  return await ask(client, (server) => server.updateConfig.mutate(status));
}

async function tell(report: Report, asJson: boolean, terminal: Terminal): Promise<void> {
  for (const warning of report.warnings) terminal.err(`warning: ${warning}`);
  await terminal.out(asJson ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
}

function reportText(report: Report): string {
  const { changes, firstSeen, from, until, dataTime, confirmedUntil, committed, revision } = report;
  const seen = Object.entries(firstSeen).filter(([, ids]) => ids.length > 0);
  const lines = [
    ...(changes.length === 0 ? ["no seat changes"] : changes.map((change) => change.text)),
    ...seen.map(([name, ids]) => `first seen: ${name.toUpperCase()} ${ids.join(", ")}`),
    `status taken ${dataTime}, holds from ${from} ${until === null ? "on" : `until ${until}, the next recorded change`}`,
    `confirmed until ${confirmedUntil ?? "never: no hardware status agrees"}`,
    committed ? `revision ${revision}` : "dry run: nothing was recorded; --commit records it",
  ];
  return `${lines.join("\n")}\n`;
}
