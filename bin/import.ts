import { basename } from "node:path";
import type { ParsedArgs } from "citty";
import { FplaneError } from "../src/domain/errors.ts";
import { listed } from "../src/domain/listed.ts";
import { nightInName } from "../src/domain/time/night-in-name.ts";
import { ask, connectTo, httpAddress, SERVER_ARGS } from "./client/client.ts";
import { command } from "./command-line/command.ts";
import { readText, type Terminal } from "./command-line/terminal.ts";
import { seatList } from "./curation/seat-list.ts";
import { importFromServer } from "./import/import-from-server.ts";
import { type ImportRequest, tellImport } from "./import/import-report.ts";
import { JSON_ARG } from "./output/print-report.ts";

const ARGS = {
  files: { type: "positional", required: false, description: "the files; they follow one another" },
  from: { type: "string", valueHint: "DATE", description: "the first night; else the date in the file's name" },
  until: {
    type: "string",
    valueHint: "DATE|open",
    description: "the night after the last; else each seat until its next recorded change; open: no end",
  },
  actual: { type: "boolean", description: "the files carry measured positions" },
  drop: {
    type: "string",
    valueHint: "SEAT,...",
    description: "leave these seats out of every file: nothing is recorded of them",
  },
  force: { type: "boolean", description: "take positions more than 2 arcsec from nominal all the same" },
  reason: { type: "string", valueHint: "TEXT", description: "why, for the record" },
  "from-server": { type: "string", valueHint: "URL", description: "an old fplaneserver, asked night by night" },
  to: { type: "string", valueHint: "DATE", description: "the night after the last one, with --from-server" },
  keep: {
    type: "string",
    valueHint: "DIR",
    description: "where the old server's answers are kept; else fplane-crawl-HOST. A second run asks for the rest",
  },
  commit: { type: "boolean", description: "record it" },
  ...JSON_ARG,
  ...SERVER_ARGS,
} as const;

type Args = ParsedArgs<typeof ARGS>;

export const importFiles = command({
  name: "import",
  description:
    "take existing focal-plane files, or all nights of an old fplaneserver, as history; without --commit a preview",
  examples: [
    'import fplane20181008.txt --reason "the file of 2018" --commit',
    'import fplane-all/*.txt --actual --reason "our archive"',
    'import old.txt --from 20160101 --until 20170101 --drop 015,024 --reason "before the server" --commit',
    "import --from-server http://fplane.example.org:5000 --from 20180101 --to 20200701",
  ],
  args: ARGS,
  run: async (args, terminal) => {
    const crawled = args["from-server"];
    const client = await connectTo(args, terminal);
    const drop = seatList(args.drop);
    const { force = false, commit = false, json = false, reason } = args;
    if (crawled !== undefined) {
      const { from, to } = checkCrawl(args);
      const url = httpAddress(crawled);
      const open = args.until === "open";
      const options = { url, from, to, open, keep: args.keep, drop, force, reason, commit, json };
      return await importFromServer(options, client, terminal);
    }
    const request = await requestOf(args, { drop, force, commit }, terminal);
    const report = await ask(client, (server) => server.importFplane.mutate(request));
    await tellImport(report, json, terminal);
    return undefined;
  },
});

async function requestOf(
  { _: paths, from, until, actual = false, reason, to, keep }: Args,
  options: Pick<ImportRequest, "drop" | "force" | "commit">,
  terminal: Terminal,
): Promise<ImportRequest> {
  if (paths.length === 0) throw wrong("which files? Name them, or give --from-server URL --from DATE --to DATE");
  if (to !== undefined || keep !== undefined) throw wrong("--to and --keep belong to --from-server");
  if (reason === undefined) throw wrong("why? An import needs --reason TEXT");
  if (paths.length > 1 && (from !== undefined || until !== undefined)) {
    throw wrong("--from and --until go with one file; several have their dates in their names and follow one another");
  }
  const named = paths.map((path) => ({ path, name: path === "-" ? "standard input" : basename(path) }));
  const starts = from === undefined ? nightsIn(named.map(({ name }) => name)) : [from];
  const files = await Promise.all(
    named.map(async ({ path, name }, i) => ({
      ...{ name, text: await readText(path, terminal) },
      ...{ from: starts[i] ?? "", until },
    })),
  );
  return { files, actual, reason, ...options };
}

/** The night that each name states. @throws FplaneError `bad-parameter` naming every one that states none */
function nightsIn(names: readonly string[]): string[] {
  const nights: string[] = [];
  const refusals: string[] = [];
  for (const name of names) {
    try {
      nights.push(nightInName(name));
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      refusals.push(error.message);
    }
  }
  if (refusals.length === 0) return nights;
  if (names.length === 1) throw wrong(refusals.join());
  const advice = "--from goes with one file: import such files one by one, or put the dates into their names";
  throw wrong(`${listed("when the files begin is not certain", refusals)}\n${advice}`);
}

function checkCrawl({ _: paths, from, to, until, actual }: Args): { from: string; to: string } {
  if (paths.length > 0) throw wrong("files and --from-server exclude each other");
  if (from === undefined || to === undefined) {
    throw wrong("which nights? --from-server needs --from DATE and --to DATE, the night after the last one");
  }
  if (until !== undefined && until !== "open") throw wrong("with --from-server only --until open can be given");
  if (actual) throw wrong("--actual goes with files; of an old server the measured positions are always taken");
  return { from, to };
}

function wrong(message: string): FplaneError {
  return new FplaneError("bad-parameter", message);
}
