import { setTimeout } from "node:timers/promises";
import { NO_CURE } from "../../src/domain/answer/night-answers.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { SEATS } from "../../src/domain/plane/seat.ts";
import { foldNights, type LeftOut, type NightSpan } from "../../src/domain/record/fold-nights.ts";
import { ask, type Client } from "../client/client.ts";
import { GIVE_A_KEY } from "../client/server-answer.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { type Progress, progressOf } from "../output/progress.ts";
import { compareAnswers } from "./compare-answers.ts";
import { fetchMissing, judgedNights } from "./crawl.ts";
import { type CrawlDirectory, openCrawlDirectory } from "./crawl-directory.ts";
import { type CrawlArgs, curesOf, importRequests, nightsBetween } from "./crawl-plan.ts";
import { type ImportReport, tellImport } from "./import-report.ts";
import type { OldServer } from "./old-server.ts";

/**
 * Takes over the nights of an old server: asks for them, folds them, reports what is left out, imports the rest.
 *
 * @throws FplaneError `bad-parameter`, `unavailable`, `no-key`, `forbidden`, `not-found` when no night has a file, and what an import throws
 */
export async function importFromServer(args: CrawlArgs, client: Client, terminal: Terminal): Promise<undefined> {
  const { url } = args;
  const nights = nightsBetween(args.from, args.to, Temporal.Now.plainDateISO("UTC"));
  const unknown = args.drop.find((seat) => !SEATS.includes(seat));
  if (unknown !== undefined) throw new FplaneError("bad-parameter", `there is no seat ${unknown} to drop`);
  await demandCurator(client);
  const directory = await openCrawlDirectory(args.keep ?? `fplane-crawl-${hostOf(url)}`, url);
  terminal.err(`nights ${nights[0]} to ${nights.at(-1)} of ${url}, kept in ${directory.path}`);
  const faults = await fetchNights(oldServer(url, terminal), directory, nights, terminal);
  const { spans, leftOut } = await foldNights(judgedNights(directory, nights, faults, curesOf(args)));
  for (const part of leftOut) terminal.err(leftOutText(part));
  for (const line of askAgain(leftOut, faults, directory.path)) terminal.err(line);
  for (const span of spans) if (span.cure !== NO_CURE) terminal.err(curedText(span));
  if (spans.length === 0) throw new FplaneError("not-found", `${url} has no usable file for any of these nights`);
  if (leftOut.some(({ kind }) => kind === "refused")) {
    terminal.err(
      "refused nights are left out: --drop SEAT,... leaves rows out of them, --force takes them as they are",
    );
  }
  const report = await importSpans(args, spans, client);
  await tellImport(args.json ? { ...report, leftOut } : report, args.json, terminal);
  const taken = nightsInAll(spans);
  const distinct = `${taken} nights in ${spans.length} ${spans.length === 1 ? "span" : "spans"}`;
  terminal.err(`${distinct}; ${nightsInAll(leftOut)} nights left out`);
  if (args.commit) for (const line of await compareAnswers(client, directory, spans)) terminal.err(line);
  if (!args.open)
    terminal.err(`nothing is said of the nights from ${args.to} on; --until open lets the last file hold on`);
  return undefined;
}

/** Before an old server is asked for years of nights. @throws FplaneError `no-key`, `unknown-key`, `forbidden`, `unavailable` */
async function demandCurator(client: Client): Promise<void> {
  const { username, role } = await ask(client, (server) => server.users.me.query()).catch((error: unknown) => {
    if (!(error instanceof FplaneError) || error.code !== "no-key") throw error;
    throw new FplaneError("no-key", `An import needs a key: ${GIVE_A_KEY}`);
  });
  if (role === "updater")
    throw new FplaneError("forbidden", `An import needs the role curator; ${username} is ${role}`);
}

/** With a bar on a terminal, and now and then a line in a log. */
async function fetchNights(
  server: OldServer,
  directory: CrawlDirectory,
  nights: readonly string[],
  terminal: Terminal,
) {
  let bar: Progress | undefined;
  try {
    return await fetchMissing(server, directory, nights, ({ done, all }) => {
      bar ??= progressOf(terminal, "nights", all);
      bar.at(done);
      if (done === all || (terminal.live === null && done % 100 === 0))
        terminal.err(`asked for ${done} of ${all} nights`);
    });
  } finally {
    bar?.end();
  }
}

async function importSpans(args: CrawlArgs, spans: readonly NightSpan[], client: Client): Promise<ImportReport> {
  const files: ImportReport["files"] = [];
  for (const request of importRequests(args, spans)) {
    files.push(...(await ask(client, (server) => server.importFplane.mutate(request))).files);
  }
  return { committed: args.commit, files };
}

function oldServer(url: string, { interrupted }: Terminal): OldServer {
  return {
    url,
    interrupted,
    pause: (milliseconds) => setTimeout(milliseconds, undefined, { signal: interrupted }),
  };
}

function hostOf(url: string): string {
  return new URL(url).host.replaceAll(/[^A-Za-z0-9.-]/g, "-");
}

function leftOutText(part: LeftOut): string {
  return `${part.kind}: ${nightsText(part)}: ${part.reason}`.replaceAll(/\n(?! )/g, "\n  ");
}

/** How the nights that are left out get another chance: what an old server answered is asked for once. */
function askAgain(leftOut: readonly LeftOut[], faults: ReadonlyMap<string, string>, path: string): string[] {
  const lines: string[] = [];
  if (faults.size > 0) {
    const nights = faults.size === 1 ? "1 night" : `${faults.size} nights`;
    lines.push(`for ${nights} the old server had no answer that lasts: the next run asks again`);
  }
  if (nightsInAll(leftOut) > faults.size) {
    lines.push(`to ask again for a night that is left out, remove its files from ${path}`);
  }
  return lines;
}

function curedText(span: NightSpan): string {
  const { drop, force } = span.cure;
  const by = [...(drop.length > 0 ? [`without seat ${drop.join(", ")}`] : []), ...(force ? ["by force"] : [])];
  return `taken ${by.join(" and ")}: ${nightsText(span)}`;
}

function nightsText(part: Pick<NightSpan, "from" | "until">): string {
  const nights = nightsIn(part);
  const last = Temporal.PlainDate.from(part.until).subtract({ days: 1 }).toString();
  return nights === 1 ? `night ${part.from}` : `nights ${part.from} to ${last} (${nights})`;
}

function nightsInAll(parts: readonly Pick<NightSpan, "from" | "until">[]): number {
  return parts.reduce((sum, part) => sum + nightsIn(part), 0);
}

function nightsIn({ from, until }: Pick<NightSpan, "from" | "until">): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(until)).days;
}
