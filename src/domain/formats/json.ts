import type { Answer } from "../answer/answer.ts";
import { rowsOf } from "../files/fplane-file.ts";
import { positionText } from "../plane/position-text.ts";
import { instrumentOf } from "../plane/seat.ts";
import { instantText, instantTextOrNull } from "../time/instant.ts";

/**
 * The answer for programs: instants in RFC 3339 with `Z`, positions in arcsec, ids as text of three digits, null where
 * the text file writes `000`. The constant row 000 is left out.
 */
export function answerJson(answer: Answer) {
  return {
    instant: instantText(answer.instant),
    validFrom: instantText(answer.interval.from),
    validUntil: instantTextOrNull(answer.interval.until),
    confirmedUntil: instantTextOrNull(answer.confirmedUntil),
    revision: answer.revision,
    layout: answer.layout,
    actualPositions: answer.actualPositions,
    sha256: answer.sha256,
    rows: rowsOf(answer.plane, answer.layout).map((row) => ({
      ifuslot: row.ifuslot,
      x: Number(positionText(row.x)),
      y: Number(positionText(row.y)),
      specid: row.specid,
      specslot: row.specslot,
      ifuid: row.ifuid,
      contid: row.contid,
      instrument: instrumentOf(row.ifuslot),
      active: row.specid !== null,
      measured: row.measured,
    })),
  };
}

/** The same as a file. */
export function renderJson(answer: Answer): string {
  return `${JSON.stringify(answerJson(answer), null, 2)}\n`;
}
