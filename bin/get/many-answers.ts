import type { AnswerEntry, ErrorEntry, ReportedEntry } from "../../src/domain/answer/answer-entry.ts";
import { configurationsInBundle, datesInBundle, nightsForBundle } from "../../src/domain/answer/bundle-entries.ts";
import { sha256 } from "../../src/domain/digest.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { type ServerArgs, serverUrl } from "../client/client.ts";
import { requestFrom } from "../client/rest.ts";
import { brokenOff, isRefusal, jsonIn } from "../client/server-answer.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { wholeLines } from "../output/byte-stream.ts";
import { manyOf, type Offline } from "./offline.ts";
import type { Question } from "./question.ts";
import { demandFileName } from "./receipt.ts";

/** Which files are wanted: those of a list of dates, of all nights of a span, or of all configurations of a span. */
export type Wanted =
  | { readonly kind: "dates"; readonly dates: readonly string[] }
  | { readonly kind: "nights" | "configurations"; readonly from: string | undefined; readonly to: string | undefined };

/** One request to the server, its entries as they come, each with its body. @throws FplaneError */
export async function* answersFromServer(
  args: ServerArgs,
  terminal: Terminal,
  wanted: Wanted,
  question: Question,
): AsyncGenerator<ReportedEntry> {
  const query = queryOf(question);
  if (wanted.kind !== "dates") {
    if (wanted.from !== undefined) query.set("from", wanted.from);
    if (wanted.to !== undefined) query.set("to", wanted.to);
    if (wanted.kind === "nights") query.set("nights", "1");
  }
  const list = wanted.kind === "dates" ? JSON.stringify({ dates: wanted.dates }) : undefined;
  const server = serverUrl(args, terminal);
  const response = await requestFrom(args, terminal, `/fplanes?${query}`, list);
  const bodies = new Map<string, string>();
  let entries = 0;
  for await (const line of linesOf(server, response.body)) {
    entries += 1;
    const { body, ...entry } = entryIn(line) ?? notUnderstood(server, entries);
    if (!("digest" in entry)) {
      yield { entry, body: null };
      continue;
    }
    if (body !== undefined) {
      if (sha256(body) !== entry.digest) throw new FplaneError("internal", `${entry.filename} arrived damaged`);
      bodies.set(entry.digest, body);
    }
    const known = bodies.get(entry.digest);
    if (known === undefined) throw new FplaneError("internal", `${entry.filename} did not arrive`);
    yield { entry, body: known };
  }
  if (wanted.kind === "dates" && entries !== wanted.dates.length)
    throw brokenOff(server, `${entries} of ${wanted.dates.length} dates came`);
}

type SentEntry = (AnswerEntry & { readonly body?: string }) | (ErrorEntry & { body?: never });

/** Null for a line that no fplane server sends. @throws FplaneError `unavailable` for a file that it must not write */
function entryIn(line: string): SentEntry | null {
  const entry = Object(jsonIn(line));
  if (isRefusal(entry.error)) return entry;
  if (typeof entry.digest !== "string") return null;
  demandFileName(entry.filename);
  return entry;
}

function notUnderstood(server: string, line: number): never {
  throw brokenOff(server, `line ${line} of it is not understood`);
}

/** The same without the server. @throws FplaneError `unavailable` for configurations, when no bundle is there */
export async function* answersFromOffline(
  offline: Offline,
  wanted: Wanted,
  question: Question,
): AsyncGenerator<ReportedEntry> {
  const { bundle, isSure } = offline;
  if (wanted.kind === "configurations") {
    if (bundle === null)
      throw new FplaneError("unavailable", "without a bundle only single dates are known: `fplane bundle` fetches one");
    yield* configurationsInBundle(bundle, wanted, { ...manyOf(question), strict: question.strict || !isSure });
    return;
  }
  if (bundle !== null && isSure) {
    const dates = wanted.kind === "dates" ? wanted.dates : nightsForBundle(bundle, wanted, manyOf(question));
    yield* datesInBundle(bundle, dates, manyOf(question));
    return;
  }
  if (wanted.kind === "nights" && bundle === null)
    throw new FplaneError("unavailable", "without a bundle the nights are not known: `fplane bundle` fetches one");
  const nights = wanted.kind === "nights" && bundle !== null ? nightsForBundle(bundle, wanted, manyOf(question)) : [];
  for (const datestr of wanted.kind === "dates" ? wanted.dates : nights) {
    try {
      const { receipt, body } = offline.get(datestr);
      const { filename, instant, validFrom, validUntil, confirmedUntil, revision, pinned, digest } = receipt;
      const told = { filename, instant, validFrom, validUntil, confirmedUntil, revision, pinned, digest };
      yield { entry: { datestr, ...told, sha256: receipt.sha256 }, body };
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      yield { entry: { datestr, error: { ...error.details, code: error.code, message: error.message } }, body: null };
    }
  }
}

function queryOf({ asOf, night, strict, actualPositions, layout, format }: Question): URLSearchParams {
  const query = new URLSearchParams({ body: format });
  if (asOf !== undefined) query.set("as_of", asOf);
  if (night === "ut") query.set("night", "ut");
  if (strict) query.set("strict", "1");
  if (actualPositions) query.set("actual_pos", "1");
  if (layout === "short") query.set("full_fplane", "0");
  if (layout === "all-slots") query.set("all_slots", "1");
  return query;
}

/** @throws FplaneError `unavailable` when the connection breaks, or the last line is not whole */
async function* linesOf(server: string, body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest: string;
  try {
    rest = yield* wholeLines(body);
  } catch (error) {
    throw brokenOff(server, messageOf(error));
  }
  if (rest !== "") throw brokenOff(server, "its last line is not whole");
}
