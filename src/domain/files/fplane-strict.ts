import { FplaneError } from "../errors.ts";
import { instrumentOf, isSeat, isVirusSeat, nearestSeatsText, SEATS } from "../plane/seat.ts";
import type { Layout } from "./fplane-file.ts";

// Spelt out again on purpose: a check that shared the renderer's constants would share its mistakes.
const COMMENTS = [
  "# $Id$",
  "# $Revision$",
  "# $Author$",
  "# $Date$",
  "# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC",
];
const CENTRE = "000\t   0.000\t   0.000\t900\t900\t900\t0.000\t1.000";
/** Fortran readers skip the five comments and row 000, and hold at most 100 rows. */
const FIRST_SEAT_LINE = 7;
const MOST_ROWS = 100;

type StrictRow = {
  readonly line: number;
  readonly commented: boolean;
  readonly seat: string;
  readonly specid: string;
  readonly ifuid: string;
};

/**
 * Reads a text file of ours back by the rules of its strictest readers: pyhetdex (no blank line, `#` in column 1 only,
 * eight fields, ids as keys), the Fortran programs (six lines to skip, at most 100 rows), readers by column (widths).
 * To be called before a change is committed, so that no file that breaks a reader can ever be served.
 * @throws FplaneError `internal` naming the first line that breaks a rule, also in `details.line`.
 */
export function checkStrictly(text: string, layout: Layout): void {
  const lines = strictLines(text);
  COMMENTS.forEach((comment, index) => {
    if (lines[index] !== comment) broken(index + 1, `it is not the comment line ${JSON.stringify(comment)}`);
  });
  if (lines[COMMENTS.length] !== CENTRE) broken(COMMENTS.length + 1, `it is not row 000, ${JSON.stringify(CENTRE)}`);
  if (lines.length - COMMENTS.length > MOST_ROWS) {
    broken(COMMENTS.length + MOST_ROWS + 1, `there are more than ${MOST_ROWS} rows`);
  }
  const rows = lines.slice(FIRST_SEAT_LINE - 1).map((content, index) => strictRow(content, FIRST_SEAT_LINE + index));
  checkKeys(rows);
  for (const row of rows) checkComment(row, layout);
  checkOrder(rows, layout);
}

function strictLines(text: string): readonly string[] {
  if (!text.endsWith("\n")) broken(text.split("\n").length, "the newline at the end is missing");
  const lines = text.slice(0, -1).split("\n");
  lines.forEach((content, index) => {
    if (content === "") broken(index + 1, "the line is blank");
    const foreign = /[^\t\x20-\x7e]/.exec(content)?.[0];
    if (foreign !== undefined) broken(index + 1, `it holds ${JSON.stringify(foreign)}; only ASCII and LF are allowed`);
  });
  return lines;
}

function strictRow(content: string, line: number): StrictRow {
  const fields = content.split("\t");
  if (fields.length !== 8 || content.split(/\s+/).filter((field) => field !== "").length !== 8) {
    broken(line, "it has not eight fields, one tab between each");
  }
  const [first = "", x = "", y = "", specid = "", specslot = "", ifuid = "", ifurot, platesc] = fields;
  const commented = first.startsWith("#");
  const seat = commented ? first.slice(1) : first;
  if (!/^\d{3}$/.test(seat))
    broken(line, `${JSON.stringify(first)} is not a seat of three digits, with or without one #`);
  if (!isSeat(seat)) broken(line, `there is no seat ${seat}${nearestSeatsText(seat)}`);
  for (const position of [x, y]) {
    if (position.length !== 8 || !/^ *-?(0|[1-9]\d*)\.\d{3}$/.test(position) || position.trim() === "-0.000") {
      broken(line, `the position ${JSON.stringify(position)} is not a number written as %8.3f`);
    }
  }
  for (const id of [specid, specslot, ifuid]) {
    if (!/^\d{3}$/.test(id)) broken(line, `the id ${JSON.stringify(id)} is not of three digits`);
  }
  if (ifurot !== "0.000" || platesc !== "1.000") broken(line, "IFUROT and PLATESC are not 0.000 and 1.000");
  return { line, commented, seat, specid, ifuid };
}

/**
 * Readers key their dictionaries by seat, IFUID and SPECID: of two equal keys one row is lost silently. SPECIDs are those
 * of an instrument; there is only one IFU of a number.
 */
function checkKeys(rows: readonly StrictRow[]): void {
  const lineOfKey = new Map<string, number>();
  const claim = (line: number, what: string, scope: string): void => {
    const earlier = lineOfKey.get(scope + what);
    if (earlier !== undefined) broken(line, `${what} stands in line ${earlier} already`);
    lineOfKey.set(scope + what, line);
  };
  for (const { line, commented, seat, specid, ifuid } of rows) {
    claim(line, `seat ${seat}`, "");
    if (commented) continue;
    if (ifuid !== "000") claim(line, `IFUID ${ifuid}`, "");
    if (specid !== "000") claim(line, `SPECID ${specid}`, instrumentOf(seat));
  }
}

function checkComment({ line, commented, seat, specid }: StrictRow, layout: Layout): void {
  const empty = specid === "000";
  if (layout === "full" && commented !== (empty && isVirusSeat(seat))) {
    broken(
      line,
      "in the full layout a VIRUS row is commented out if and only if its SPECID is 000, and no other row is",
    );
  }
  if (layout === "all-slots" && commented) broken(line, "in the all-slots layout no row is commented out");
  if (layout === "short" && (commented || empty || !isVirusSeat(seat))) {
    broken(line, "the short layout holds VIRUS rows with a SPECID only");
  }
}

function checkOrder(rows: readonly StrictRow[], layout: Layout): void {
  const present = new Set(rows.map((row) => row.seat));
  const all = SEATS;
  const expected = layout === "short" ? all.filter((seat) => present.has(seat)) : all;
  expected.forEach((seat, index) => {
    const row = rows[index];
    if (row?.seat !== seat) broken(row?.line ?? FIRST_SEAT_LINE + index, `seat ${seat} is expected here`);
  });
}

function broken(line: number, why: string): never {
  const message = `the focal-plane file that was made is faulty, line ${line}: ${why}`;
  throw new FplaneError("internal", message, { line });
}
