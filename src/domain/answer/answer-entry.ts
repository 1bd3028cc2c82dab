import type { FplaneError } from "../errors.ts";
import { FORMATS, type Format } from "../formats/format.ts";
import { instantText, instantTextOrNull, type Span } from "../time/instant.ts";
import type { Answer } from "./answer.ts";

/** Configurations that hold at no midnight are kept apart from the files that are named by nights. */
const BETWEEN_NIGHTS = "between-nights/";

/** An answer among many: what `GET /fplane` tells in headers, and the digest by which its body is found. */
export type AnswerEntry = {
  readonly datestr: string;
  readonly filename: string;
  readonly instant: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
  readonly confirmedUntil: string | null;
  readonly revision: number;
  /** Whether the same question will have this answer for ever. */
  readonly pinned: boolean;
  /** SHA-256, in hex, of the text form, whatever form the body has. */
  readonly sha256: string;
  /** SHA-256, in hex, of the body. */
  readonly digest: string;
};

type Told = { readonly code: string; readonly message: string };

/** A date, or a stretch of time, without an answer. */
export type ErrorEntry =
  | { readonly datestr: string; readonly error: Told }
  | { readonly validFrom: string; readonly validUntil: string | null; readonly error: Told };

/** An entry as it is told, with the body that belongs to it; null where there is none. */
export type ReportedEntry =
  | { readonly entry: AnswerEntry; readonly body: string }
  | { readonly entry: ErrorEntry; readonly body: null };

/** How an answer among many is called. */
export type EntryName = {
  readonly datestr: string;
  readonly stamp: string;
  readonly betweenNights: boolean;
  readonly pinned: boolean;
};

type Body = { readonly format: Format; readonly digest: string };

/** @param body of the answer: its form, and its SHA-256 in hex */
export function answerEntry(answer: Answer, name: EntryName, body: Body): AnswerEntry {
  return {
    datestr: name.datestr,
    filename: `${name.betweenNights ? BETWEEN_NIGHTS : ""}fplane${name.stamp}.${FORMATS[body.format].ending}`,
    instant: instantText(answer.instant),
    validFrom: instantText(answer.interval.from),
    validUntil: instantTextOrNull(answer.interval.until),
    confirmedUntil: instantTextOrNull(answer.confirmedUntil),
    revision: answer.revision,
    pinned: name.pinned,
    sha256: answer.sha256,
    digest: body.digest,
  };
}

/** @param of the date, or the stretch of time, that has no answer */
export function errorEntry(of: string | Span, { code, message, details }: FplaneError): ErrorEntry {
  const error = { ...details, code, message };
  if (typeof of === "string") return { datestr: of, error };
  return { validFrom: instantText(of.from), validUntil: instantTextOrNull(of.until), error };
}

/** Of many answers, each body once: 97 % of nights repeat the night before. */
export function distinctBodies(): (reported: ReportedEntry) => string | null {
  const sent = new Set<string>();
  return ({ entry, body }) => {
    if (body === null || sent.has(entry.digest)) return null;
    sent.add(entry.digest);
    return body;
  };
}
