import type { Answer } from "../answer.ts";
import { rowsOf } from "../fplane-file.ts";
import { instantText, instantTextOrNull } from "../instant.ts";
import { positionText } from "../position-text.ts";
import { instrumentOf } from "../seat.ts";

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
