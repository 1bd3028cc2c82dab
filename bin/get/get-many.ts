import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AnswerEntry, ErrorEntry, ReportedEntry } from "../../src/domain/answer/answer-entry.ts";
import { ERRORS, type ErrorCode, FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { parseDatestr } from "../../src/domain/time/datestr.ts";
import { serverUrl } from "../client/client.ts";
import { readText, type Terminal } from "../command-line/terminal.ts";
import { progressOf } from "../output/progress.ts";
import { spanText } from "../output/span-text.ts";
import { writeFileWhole } from "../output/write-file.ts";
import { answerCache, demandCache } from "./answer-cache.ts";
import type { GetArgs } from "./get-args.ts";
import { answersFromOffline, answersFromServer, type Wanted } from "./many-answers.ts";
import { neither } from "./neither.ts";
import { offlineFromCache, offlineFromFile } from "./offline.ts";
import type { Question } from "./question.ts";

/** Files that are written at the same time: each waits for the disk. */
const AT_ONCE = 16;
/** Errors that are told one by one. */
const TOLD = 20;

/**
 * The files of many dates by one request. What has no file is told, and does not keep the others from being written.
 *
 * @returns the exit code of the first date that has no file
 * @throws FplaneError
 */
export async function getMany(args: GetArgs, question: Question, terminal: Terminal): Promise<number | undefined> {
  if (question.pointing !== undefined)
    throw new FplaneError("bad-parameter", "--ra, --dec and --pa are for one file: a pointing is that of one date");
  const wanted = await wantedBy(args, terminal);
  const directory = args.dir ?? ".";
  await makeDirectory(directory);
  const progress = progressOf(terminal, wanted.kind, countOf(wanted));
  const files: (AnswerEntry & { readonly path: string })[] = [];
  const errors: ErrorEntry[] = [];
  const written = new Set<string>();
  let pending: Promise<void>[] = [];
  try {
    for await (const { entry, body } of await answersTo(wanted, question, args, terminal)) {
      if (body === null) {
        errors.push(entry);
        continue;
      }
      if (args.distinct && wanted.kind === "dates" && written.has(entry.digest)) continue;
      written.add(entry.digest);
      const path = join(directory, entry.filename);
      files.push({ ...entry, path });
      pending.push(writeInto(path, body));
      if (pending.length >= AT_ONCE) {
        await Promise.all(pending);
        pending = [];
      }
      progress.at(files.length + errors.length);
    }
    await Promise.all(pending);
  } finally {
    await Promise.allSettled(pending);
    progress.end();
  }
  for (const error of errors.slice(0, TOLD)) terminal.err(errorText(error));
  if (errors.length > TOLD) terminal.err(`and ${errors.length - TOLD} more without a file`);
  const revisions = [...new Set(files.map(({ revision }) => revision))].sort((a, b) => a - b);
  const by = revisions.length === 0 ? "" : `, revision ${revisions.join(", ")}`;
  terminal.err(`${directory}: ${files.length} files, ${written.size} different${by}`);
  if (args.json)
    await terminal.out(
      `${JSON.stringify({ server: serverOf(args, terminal), ...question, asOf: question.asOf ?? null, files, errors }, null, 2)}\n`,
    );
  const [first] = errors;
  return first === undefined ? undefined : ERRORS[first.error.code as ErrorCode].exit;
}

/** @throws FplaneError `bad-parameter` */
async function wantedBy(args: GetArgs, terminal: Terminal): Promise<Wanted> {
  if (args.datestr !== undefined)
    throw new FplaneError(
      "bad-parameter",
      `${args.datestr} is one date; --from, --to, --dates and --distinct are for many`,
    );
  if (args.output !== undefined)
    throw new FplaneError("bad-parameter", "--output is for one file; of many, --dir says where they go");
  const { from, to } = args;
  if (args.dates === undefined) {
    if (args.distinct) return { kind: "configurations", from, to };
    if (from === undefined) throw new FplaneError("bad-parameter", "--to needs --from, the first night");
    return { kind: "nights", from, to };
  }
  if (from !== undefined || to !== undefined)
    throw new FplaneError("bad-parameter", "--dates is a list, --from and --to are a span: choose one");
  const lines = (await readText(args.dates, terminal)).split(/\r?\n/).map((line) => line.trim());
  const dates = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (dates.length > 0) return { kind: "dates", dates };
  throw new FplaneError("bad-parameter", `${args.dates} has no date: one a line is wanted`);
}

/** From the bundle or the cache where they are named; from the cache too when the server is away before it said a word. */
async function answersTo(
  wanted: Wanted,
  question: Question,
  args: GetArgs,
  terminal: Terminal,
): Promise<AsyncIterable<ReportedEntry>> {
  if (args.bundle !== undefined)
    return answersFromOffline(await offlineFromFile(args.bundle, question, terminal), wanted, question);
  const server = serverUrl(args, terminal);
  const cache = args.fresh ? null : answerCache(terminal, server);
  const fromCache = () => answersFromOffline(offlineFromCache(demandCache(cache), server, question), wanted, question);
  if (args.offline) return fromCache();
  const answers = answersFromServer(args, terminal, wanted, question);
  try {
    const first = await answers.next();
    return after(first, answers);
  } catch (error) {
    const isAway = error instanceof FplaneError && error.code === "unavailable" && !terminal.interrupted.aborted;
    if (!isAway || cache === null) throw error;
    const kept = fromCache();
    const first = await kept.next().catch(neither(error));
    terminal.err(`fplane: ${error.message}; this is from the cache`);
    return after(first, kept);
  }
}

async function* after<T>(first: IteratorResult<T>, others: AsyncGenerator<T>): AsyncGenerator<T> {
  if (first.done) return;
  yield first.value;
  yield* others;
}

async function writeInto(path: string, body: string): Promise<void> {
  if (path.includes("between-nights")) await makeDirectory(dirname(path));
  await writeFileWhole(path, body);
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be made: ${messageOf(error)}`);
  }
}

function serverOf(args: GetArgs, terminal: Terminal): string | null {
  return args.bundle === undefined ? serverUrl(args, terminal) : null;
}

/** How many there will be, where that is known beforehand. */
function countOf(wanted: Wanted): number | null {
  if (wanted.kind === "dates") return wanted.dates.length;
  if (wanted.kind !== "nights" || wanted.from === undefined || wanted.to === undefined) return null;
  try {
    const [from, to] = [parseDatestr(wanted.from), parseDatestr(wanted.to)];
    return from.kind === "date" && to.kind === "date" ? from.date.until(to.date).days : null;
  } catch {
    return null;
  }
}

function errorText(entry: ErrorEntry): string {
  if ("datestr" in entry) return `${entry.datestr}: ${entry.error.message}`;
  return `${spanText(entry.validFrom, entry.validUntil)}: ${entry.error.message}`;
}
