import { FORMATS, type Format, renderAnswer } from "../../domain/formats/format.ts";
import { answerJson } from "../../domain/formats/json.ts";
import { changeText, type SeatChange } from "../../domain/plane/seat-changes.ts";
import type { Pointing } from "../../domain/plane/sky.ts";
import { instantText, instantTextOrNull } from "../../domain/time/instant.ts";
import type { FplaneAnswer } from "../get-fplane.ts";
import type { ImportResult } from "../import-fplane.ts";
import type { UpdateResult } from "../update/update-result.ts";

/** What the verbs found, as REST, tRPC and the command line tell it: instants as RFC 3339 text in UTC. */

export function fplaneReport(answer: FplaneAnswer, format: Format, pointing: Pointing | null = null) {
  return {
    ...answerJson(answer),
    filename: `fplane${answer.stamp}.${FORMATS[format].ending}`,
    pinned: answer.pinned,
    body: renderAnswer(answer, format, pointing),
  };
}

export function updateReport(result: UpdateResult) {
  return {
    committed: result.committed,
    revision: result.revision,
    repeated: result.repeated,
    dataTime: instantText(result.dataTime),
    from: instantText(result.span.from),
    until: instantTextOrNull(result.span.until),
    confirmedUntil: instantTextOrNull(result.answer.confirmedUntil),
    changes: result.changes.map(changeReport),
    contradicted: result.contradicted.map(changeReport),
    firstSeen: result.firstSeen,
    warnings: result.warnings,
    text: result.answer.text,
  };
}

function changeReport(change: SeatChange) {
  return { ...change, text: changeText(change) };
}

export function importReport(result: { readonly committed: boolean; readonly files: readonly ImportResult[] }) {
  return {
    committed: result.committed,
    files: result.files.map((file) => ({
      ...file,
      from: instantText(file.from),
      until: instantTextOrNull(file.until),
      endsEarlier: file.endsEarlier.map(({ ifuslot, until }) => ({ ifuslot, until: instantText(until) })),
    })),
  };
}
