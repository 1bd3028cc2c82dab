import { answerEntry, errorEntry, type ReportedEntry } from "../../domain/answer/answer-entry.ts";
import { sha256 } from "../../domain/digest.ts";
import { type Format, renderAnswer } from "../../domain/formats/format.ts";
import type { FocalPlane } from "../../domain/plane/placement.ts";
import type { StretchEntry } from "../get-configurations.ts";
import type { FplaneAnswer } from "../get-fplane.ts";
import type { DateEntry } from "../get-fplanes.ts";
import { disclosed } from "./disclosed.ts";

/** A file, by its digest: SHA-256 of its bytes, in hex. */
type Body = { readonly digest: string; readonly body: string };

/** Tells the entries of one request in a format; what was made for one of them is made once. */
export function entryReporter(format: Format): (entry: DateEntry | StretchEntry) => ReportedEntry {
  const bodyOf = bodiesIn(format);
  return (entry) => {
    if ("error" in entry) {
      const of = "stretch" in entry ? entry.stretch : entry.datestr;
      return { entry: errorEntry(of, disclosed(entry.error)), body: null };
    }
    const { datestr, answer } = entry;
    const { body, digest } = bodyOf(answer);
    const betweenNights = "betweenNights" in entry && entry.betweenNights;
    const name = { datestr, stamp: answer.stamp, betweenNights, pinned: answer.pinned };
    return { entry: answerEntry(answer, name, { format, digest }), body };
  };
}

function bodiesIn(format: Format): (answer: FplaneAnswer) => Body {
  if (format === "txt") return ({ text, sha256: digest }) => ({ body: text, digest });
  const render = (answer: FplaneAnswer) => {
    const body = renderAnswer(answer, format);
    return { body, digest: sha256(body) };
  };
  if (format !== "csv") return render; // the others tell the instant
  const known = new WeakMap<FocalPlane, Body>();
  return (answer) => {
    const body = known.get(answer.plane) ?? render(answer);
    known.set(answer.plane, body);
    return body;
  };
}
