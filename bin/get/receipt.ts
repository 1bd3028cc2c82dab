import type { AnswerEntry } from "../../src/domain/answer/answer-entry.ts";
import { sha256 } from "../../src/domain/digest.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import type { Question } from "./question.ts";

/** What was got, to be stored with a reduction: what was asked for, what it was taken to mean, and which bytes came. */
export type Receipt = Omit<Question, "asOf"> &
  AnswerEntry & {
    readonly asOf: string | null;
    /** Address of the server; null for a bundle of unknown origin. */
    readonly server: string | null;
  };

/** What was got, with its bytes. */
export type Got = { readonly receipt: Receipt; readonly body: string };

/** The members of an answer, as the server and bundles tell them, that a receipt keeps. */
export type Answered = Omit<AnswerEntry, "datestr">;

/**
 * A file is written under the name that the server says: only what such files are called, and nowhere else.
 *
 * @throws FplaneError `unavailable`
 */
export function demandFileName(filename: unknown): void {
  if (typeof filename === "string" && /^(between-nights\/)?fplane[\w.:+-]*$/.test(filename)) return;
  const shown = JSON.stringify(String(filename).slice(0, 60));
  throw new FplaneError("unavailable", `the server's answer is not used: ${shown} is no name of a focal-plane file`);
}

/** @throws FplaneError `internal` when the bytes are not those that the answer names, `unavailable` for a name that is none */
export function gotFrom(
  asked: Pick<Receipt, "server" | "datestr">,
  question: Question,
  answer: Omit<Answered, "digest"> & { readonly body: string },
): Got {
  const digest = sha256(answer.body);
  if (question.format === "txt" && digest !== answer.sha256)
    throw new FplaneError("internal", "the file arrived damaged: its digest is not the one that the answer names");
  demandFileName(answer.filename);
  const { filename, instant, validFrom, validUntil, confirmedUntil, revision, pinned } = answer;
  const { asOf, night, strict, actualPositions, layout, format, pointing } = question;
  const receipt: Receipt = {
    ...{ ...asked, asOf: asOf ?? null, night, strict, actualPositions, layout, format },
    ...(pointing === undefined ? {} : { pointing }),
    ...{ filename, instant, validFrom, validUntil, confirmedUntil, revision, pinned },
    ...{ sha256: answer.sha256, digest },
  };
  return { receipt, body: answer.body };
}
