import { DAY, HOUR, instantOf, SECOND } from "../src/domain/time/instant.ts";
import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { holdsText } from "./hold.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { uploadsText } from "./quarantine.ts";

export const status = command({
  name: "status",
  description: "how things stand: the last update, what it confirms, what waits for a curator",
  examples: ["status", "status --json"],
  args: { ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const report = await ask(await connectTo(args, terminal), (client) => client.status.query());
    await printReport(report, args.json, terminal, statusText);
    return undefined;
  },
});

function statusText(report: Awaited<ReturnType<Client["status"]["query"]>>, columns: number | null): string {
  const inside = columns === null ? null : columns - 2;
  const { now, revision, lastStatus: last, confirmedUntil, contradicted, quarantine, refused, holds } = report;
  const lastLine =
    last === null
      ? "no hardware status has been taken yet"
      : `last hardware status of ${last.dataTime} (${agoText(last.dataTime, now)}), revision ${last.rev}`;
  return [
    `revision ${revision}, ${now}\n`,
    `${lastLine}\n`,
    confirmedUntil === null ? "not confirmed: no hardware status agrees\n" : `confirmed until ${confirmedUntil}\n`,
    section("contradicted by the last status, but held", contradicted, (changes) =>
      changes.map(({ text }) => `${text}\n`).join(""),
    ),
    section("in quarantine", quarantine, (uploads) => uploadsText(uploads, inside)),
    section("refused", refused, (uploads) => uploadsText(uploads, inside)),
    section("held", holds, (held) => holdsText(held, inside)),
  ].join("");
}

function section<T>(title: string, items: readonly T[], text: (items: T[]) => string): string {
  if (items.length === 0) return `${title}: none\n`;
  return `${title}:\n${text([...items]).replace(/^(?=.)/gm, "  ")}`;
}

/** How long ago, roughly; both RFC 3339. */
function agoText(then: string, now: string): string {
  const age = instantOf(now) - instantOf(then);
  if (age < 0) return "ahead of the server's clock";
  const minutes = Math.floor(age / (60 * SECOND));
  if (age < HOUR) return `${minutes} min ago`;
  if (age < 2 * DAY) return `${Math.floor(age / HOUR)} h ${minutes % 60} min ago`;
  return `${Math.floor(age / DAY)} days ago`;
}
