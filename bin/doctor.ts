import { ERRORS } from "../src/domain/errors.ts";
import { SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import type { Finding } from "./doctor/finding.ts";
import { checkCache, checkEnvironment, checkQueue } from "./doctor/machine.ts";
import { checkKey, checkServer, checkTimeZone } from "./doctor/server.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { wrap } from "./output/text-table.ts";
import { QUEUE_ARGS } from "./update/send-queue.ts";

export const doctor = command({
  name: "doctor",
  description:
    "look at all that has to be right: server, database, clocks, key, time zone, cache, queue, settings; the exit code is that of the first that fails",
  examples: [
    "doctor",
    "doctor --server http://fplane.example.org:5000 --json",
    "doctor --config fplane.toml",
    "doctor --config fplane.toml --notify",
  ],
  args: {
    config: {
      type: "string",
      valueHint: "FILE",
      description: "settings file of a server, to be looked at too; else FPS_SETTINGS",
    },
    notify: {
      type: "boolean",
      description: "send the operators a test by mail and webhook, as the settings of the server say",
    },
    "queue-dir": QUEUE_ARGS["queue-dir"],
    ...JSON_ARG,
    ...SERVER_ARGS,
  },
  run: async (args, terminal) => {
    const { notify = false } = args;
    const server = await checkServer(args, terminal);
    const isThere = server.every(({ about, state }) => about !== "server" || state !== "fail");
    const settingsFile = args.config ?? terminal.env["FPS_SETTINGS"];
    const findings = [
      ...server,
      ...(isThere ? [...(await checkKey(args, terminal)), ...(await checkTimeZone(args, terminal))] : []),
      ...checkCache(terminal),
      ...checkQueue(args["queue-dir"], terminal),
      ...checkEnvironment(terminal),
      ...(settingsFile || notify
        ? await (await import("./doctor/settings.ts")).checkSettings(settingsFile || null, notify, terminal)
        : []),
    ];
    await printReport({ findings }, args.json, terminal, (_report, columns) =>
      findings.map((finding) => findingText(finding, columns, terminal.coloured)).join(""),
    );
    const failed = findings.find(({ state }) => state === "fail");
    return failed === undefined ? undefined : ERRORS[failed.code ?? "internal"].exit;
  },
});

const COLOURS = { ok: "\u001B[32m", warn: "\u001B[33m", fail: "\u001B[31m" };
const RESET = "\u001B[0m";

const INDENT = " ".repeat(17);

/** `warn  queue      1 status waits`, and below it what to do. */
function findingText({ about, state, message, next }: Finding, columns: number | null, coloured: boolean): string {
  const width = columns === null ? Number.POSITIVE_INFINITY : Math.max(20, columns - INDENT.length);
  const shown = coloured ? `${COLOURS[state]}${state}${RESET}` : state;
  const [first = "", ...others] = [...wrap(message, width), ...(next === undefined ? [] : wrap(`-> ${next}`, width))];
  const heading = `${shown}${" ".repeat(6 - state.length)}${about.padEnd(11)}`;
  return [heading + first, ...others.map((line) => INDENT + line)].map((line) => `${line}\n`).join("");
}
