import { FplaneError } from "../src/domain/errors.ts";
import { parseDatestr } from "../src/domain/time/datestr.ts";
import { ask, connectTo, SERVER_ARGS, serverUrl } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { systemClock } from "./command-line/system-clock.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { JSON_ARG } from "./output/print-report.ts";
import { type QueuedStatus, queuedStatus } from "./update/queue-entry.ts";
import { tellWaiting } from "./update/queue-report.ts";
import { QUEUE_ARGS, secondsToWait, sendQueue } from "./update/send-queue.ts";
import { readStatus } from "./update/status-source.ts";
import { queueDirectoryOf, waitingIn } from "./update/update-queue.ts";
import { tellUpdate } from "./update/update-report.ts";

export const update = command({
  name: "update",
  description: "tell the server what the telescope's hardware status says; without --commit a dry run",
  examples: [
    "update --file status.json",
    "update --command \"syscmd -V 'get_hardware_status'\" --commit",
    "update 20180715 --file - --commit < status.json",
    "update --flush",
  ],
  args: {
    datestr: {
      type: "positional",
      required: false,
      description: "start of the new configuration; else the status's own data time",
    },
    file: { type: "string", valueHint: "FILE", description: "file with the status as JSON, - for standard input" },
    command: { type: "string", valueHint: "COMMAND", description: "shell command that prints the status as JSON" },
    commit: { type: "boolean", description: "record it; kept and sent next time when the server is away" },
    force: {
      type: "boolean",
      description: "take it though it changes more than the server lets pass; needs a curator",
    },
    flush: { type: "boolean", description: "only send what was kept when the server was away" },
    list: { type: "boolean", description: "only print what is kept" },
    ...JSON_ARG,
    ...QUEUE_ARGS,
    ...SERVER_ARGS,
  },
  oneLine: true,
  run: async (args, terminal) => {
    const { json = false } = args;
    if (args.list || args.flush) demandNoStatus(args);
    if (args.list) {
      await tellWaiting(queueDirectoryOf(args["queue-dir"], terminal.env), json, terminal);
      return undefined;
    }
    if (args.flush) return await sendQueue(args, null, terminal);
    checkBeforehand(args, terminal);
    if (args.commit) return await commit(args, terminal);
    const config = await readStatus(args, terminal);
    const { datestr, force = false } = args;
    const client = await connectTo(args, terminal);
    const report = await ask(client, (server) => server.updateConfig.mutate({ config, datestr, commit: false, force }));
    await tellUpdate(report, json, terminal);
    return undefined;
  },
});

type Args = Parameters<typeof sendQueue>[0] &
  Parameters<typeof readStatus>[0] & {
    readonly datestr?: string | undefined;
    readonly commit?: boolean | undefined;
    readonly force?: boolean | undefined;
    readonly flush?: boolean | undefined;
    readonly list?: boolean | undefined;
  };

/** @throws FplaneError `bad-parameter` for a status beside --flush and --list, which take none */
function demandNoStatus(args: Args): void {
  const which = args.list ? "--list" : "--flush";
  const others = (["flush", "file", "command", "commit", "force"] as const).map((name) => [`--${name}`, args[name]]);
  const [other] = [["a date", args.datestr] as const, ...others].find(([name, given]) => given && name !== which) ?? [];
  if (other !== undefined) throw new FplaneError("bad-parameter", `${which} and ${other} exclude each other`);
}

/** The telescope is not asked in vain. @throws FplaneError `bad-parameter`, `bad-date` */
function checkBeforehand(args: Args, terminal: Terminal): void {
  secondsToWait(args);
  serverUrl(args, terminal);
  if (args.datestr !== undefined) parseDatestr(args.datestr);
}

async function commit(args: Args, terminal: Terminal): Promise<number | undefined> {
  let status: QueuedStatus;
  try {
    status = await takeStatus(args, terminal);
  } catch (error) {
    // That the telescope gives none today is no reason to let those of other days wait.
    if (error instanceof FplaneError && error.code !== "bad-parameter") await flushBeside(args, terminal);
    throw error;
  }
  return await sendQueue(args, status, terminal);
}

async function takeStatus(args: Args, terminal: Terminal): Promise<QueuedStatus> {
  const server = serverUrl(args, terminal);
  const config = await readStatus(args, terminal);
  const { datestr, force = false } = args;
  return queuedStatus({ takenAt: systemClock(), datestr, force, server, config });
}

async function flushBeside(args: Args, terminal: Terminal): Promise<void> {
  try {
    if (waitingIn(queueDirectoryOf(args["queue-dir"], terminal.env)).length === 0) return;
    await sendQueue(args, null, terminal);
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    terminal.err(`fplane: ${error.message}`);
  }
}
