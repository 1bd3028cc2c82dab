import { ask, type Client, connectTo, SERVER_ARGS } from "./client/client.ts";
import { command, group } from "./command-line/command.ts";
import { ordinal } from "./command-line/whole-number.ts";
import { COMMIT_ARG, REASON_ARG } from "./curation/curation.ts";
import { JSON_ARG, printList, printReport } from "./output/print-report.ts";
import { textTable } from "./output/text-table.ts";
import { tellUpdate } from "./update/update-report.ts";

const UPLOAD = { type: "positional", required: true, description: "the number that `quarantine list` shows" } as const;

const list = command({
  name: "list",
  description: "the updates that wait for a curator",
  examples: ["quarantine list"],
  args: { ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const { quarantine: waiting } = await ask(await connectTo(args, terminal), (client) => client.status.query());
    await printList(waiting, args.json, terminal, { none: "no update waits in quarantine", text: uploadsText });
    return undefined;
  },
});

const release = command({
  name: "release",
  description: "take an update that waits; without --commit a preview",
  examples: [
    'quarantine release 17 --reason "the re-plug of the right half"',
    'quarantine release 17 --reason "re-plug" --commit',
  ],
  args: { upload: UPLOAD, ...REASON_ARG, ...COMMIT_ARG, ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const { reason, commit = false } = args;
    const upload = ordinal(args.upload, "the upload");
    const report = await ask(await connectTo(args, terminal), (client) =>
      client.quarantine.release.mutate({ upload, reason, commit }),
    );
    await tellUpdate(report, args.json ?? false, terminal);
    return undefined;
  },
});

const discard = command({
  name: "discard",
  description: "settle an update that waits without taking it",
  examples: ['quarantine discard 17 --reason "half of the cables were unplugged"'],
  args: { upload: UPLOAD, ...REASON_ARG, ...JSON_ARG, ...SERVER_ARGS },
  run: async (args, terminal) => {
    const upload = ordinal(args.upload, "the upload");
    const discarded = await ask(await connectTo(args, terminal), (client) =>
      client.quarantine.discard.mutate({ upload, reason: args.reason }),
    );
    await printReport(discarded, args.json, terminal, ({ revision }) => `revision ${revision}\n`);
    return undefined;
  },
});

/** A table of uploads that were not taken, for this command and for `status`. */
export function uploadsText(
  uploads: Awaited<ReturnType<Client["status"]["query"]>>["quarantine"],
  columns: number | null,
): string {
  const rows = uploads.map(({ rev, recordedAt, dataTime, actor, message }) => [
    String(rev),
    recordedAt,
    dataTime ?? "-",
    actor,
    message ?? "-",
  ]);
  return textTable([["UPLOAD", "RECEIVED", "STATUS OF", "WHO", "WHY"], ...rows], columns);
}

export const quarantine = group("quarantine", "nightly updates that wait for a curator", {
  list: async () => list,
  release: async () => release,
  discard: async () => discard,
});
