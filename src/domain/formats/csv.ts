import type { Answer } from "../answer/answer.ts";
import { idText, rowsOf } from "../files/fplane-file.ts";
import { positionText } from "../plane/position-text.ts";
import { instrumentOf } from "../plane/seat.ts";

const HEADER = "ifuslot,x_fp,y_fp,specid,specslot,ifuid,contid,instrument,active,measured\n";

/**
 * The answer as CSV (RFC 4180, but with LF). Positions in arcsec. A missing id is `000` as in the text file: an empty
 * field would make pandas turn the whole column into floats. An unknown CONTID is an empty field.
 */
export function renderCsv(answer: Answer): string {
  const records = rowsOf(answer.plane, answer.layout).map((row) => {
    const fields = [
      row.ifuslot,
      positionText(row.x),
      positionText(row.y),
      idText(row.specid),
      idText(row.specslot),
      idText(row.ifuid),
      csvField(row.contid ?? ""),
      instrumentOf(row.ifuslot),
      String(row.specid !== null),
      String(row.measured),
    ];
    return `${fields.join(",")}\n`;
  });
  return HEADER + records.join("");
}

/** One field of RFC 4180: in quotes, with quotes doubled, when it holds a comma, a quote or a line break. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
