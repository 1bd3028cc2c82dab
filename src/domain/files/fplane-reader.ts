import { FplaneError } from "../errors.ts";
import { listed } from "../listed.ts";
import { readPosition } from "../plane/position-text.ts";
import { AUXILIARY_SEATS, IHMP_CENTRE, isSeat, nearestSeatsText } from "../plane/seat.ts";
import { shown } from "../shown.ts";
import { decimalOf } from "./decimal.ts";

/** One seat as a file states it. Ids are text of three digits, null where the file says 0, 00 or 000. */
export type ReadRow = {
  /** The line in the file, from 1. */
  readonly line: number;
  readonly ifuslot: string;
  /** arcsec, three decimals. */
  readonly x: number;
  /** arcsec, three decimals. */
  readonly y: number;
  readonly ifuid: string | null;
  readonly specid: string | null;
  readonly specslot: string | null;
  /** Whether the row was commented out, the way files mark a seat without a spectrograph. */
  readonly commented: boolean;
};

/** A focal-plane file as read, in file order, without row 000. A seat may stand twice: whoever imports it decides. */
export type FplaneFile = { readonly rows: readonly ReadRow[] };

/** What is wrong with one line and what would be right. */
export type FplaneProblem = { readonly line: number; readonly ifuslot?: string; readonly message: string };

const MOST_LINES = 4000;
const LONGEST_LINE = 1000;
const COLUMNS = "IFUSLOT X_FP Y_FP SPECID SPECSLOT IFUID IFUROT PLATESC";
const AN_ID = /^\d{1,3}$/;

/** A line split at blanks and tabs. */
type SplitLine = { readonly line: number; readonly commented: boolean; readonly fields: readonly string[] };

/**
 * Reads a focal-plane file in any layout that was ever in use: the server's and the older hand-written ones (one header
 * line or none, blanks or tabs, `# 013 ...` rows, short ids and decimals). CRLF, a byte-order mark, blank lines and a
 * missing final newline are tolerated. Positions are arcsec from the IHMP centre, rounded to three decimals.
 * @throws FplaneError `bad-fplane` naming every faulty line; `details.problems` is a list of FplaneProblem.
 */
export function readFplane(text: string): FplaneFile {
  const lines = linesOf(text);
  if (lines.length > MOST_LINES) {
    throw refusal([
      { line: MOST_LINES + 1, message: `the file has ${lines.length} lines; at most ${MOST_LINES} are read` },
    ]);
  }
  const problems: FplaneProblem[] = [];
  const split: SplitLine[] = [];
  lines.forEach((content, index) => {
    if (content.length <= LONGEST_LINE) split.push(...splitLine(content, index + 1));
    else problems.push({ line: index + 1, message: `${content.length} characters; at most ${LONGEST_LINE} are read` });
  });
  if (looksForeign(text) || (problems.length === 0 && !split.some(looksLikeRow))) throw noRowsAtAll(text, lines);
  const rows: ReadRow[] = [];
  for (const line of split) {
    const row = readRow(line, problems);
    if (row !== null) rows.push(row);
  }
  if (problems.length === 0 && rows.length === 0) {
    const message = "there is row 000 but no seat after it; a focal-plane file lists the seats";
    problems.push({ line: split[0]?.line ?? 1, message });
  }
  if (problems.length > 0) throw refusal(problems.sort((a, b) => a.line - b.line));
  return { rows };
}

function linesOf(text: string): readonly string[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

/** No line at all for blank ones and for plain comments: a comment is a row only with eight fields, the first of three digits. */
function splitLine(content: string, line: number): readonly SplitLine[] {
  const trimmed = content.replace(/^[ \t]+|[ \t]+$/g, "");
  if (trimmed === "") return [];
  if (!trimmed.startsWith("#")) return [{ line, commented: false, fields: trimmed.split(/[ \t]+/) }];
  const fields = trimmed
    .slice(1)
    .replace(/^[ \t]+/, "")
    .split(/[ \t]+/);
  return fields.length === 8 && /^\d{3}$/.test(fields[0] ?? "") ? [{ line, commented: true, fields }] : [];
}

function looksLikeRow({ fields }: SplitLine): boolean {
  const first = fields[0] ?? "";
  return isSeat(first) || (fields.length === 8 && AN_ID.test(first));
}

function looksForeign(text: string): boolean {
  return /^[\uFEFF\s]*[<{]/.test(text);
}

/** What was sent instead of a focal-plane file, told from how it starts, so that a saved error page is recognised at once. */
function noRowsAtAll(text: string, lines: readonly string[]): FplaneError {
  const first = lines.findIndex((content) => content.trim() !== "");
  const start = text.replace(/^[\uFEFF\s]+/, "");
  const wanted = `a focal-plane file has one line a seat with the 8 fields ${COLUMNS}`;
  if (first === -1) return refusal([{ line: 1, message: `the file is empty; ${wanted}` }]);
  let what = "no line is a row of a focal plane";
  if (start.startsWith("<")) what = "this is an HTML or XML page, not a focal-plane file";
  if (start.startsWith("{")) what = "this is JSON, not a focal-plane file";
  return refusal([{ line: first + 1, message: `${what}: it starts with ${shown(lines[first] ?? "")}; ${wanted}` }]);
}

/** The row, or null for row 000 and for a line with a problem. */
function readRow({ line, commented, fields }: SplitLine, problems: FplaneProblem[]): ReadRow | null {
  const [ifuslot = "", x = "", y = "", specid = "", specslot = "", ifuid = "", ifurot = "", platesc = ""] = fields;
  const known = isSeat(ifuslot) || ifuslot === IHMP_CENTRE.ifuslot;
  const before = problems.length;
  const complain = (message: string): void => {
    problems.push(known ? { line, ifuslot, message } : { line, message });
  };
  if (fields.length !== 8) {
    complain(`${fields.length} ${fields.length === 1 ? "field" : "fields"} instead of the 8 fields ${COLUMNS}`);
    return null;
  }
  if (!known) complain(unknownSeat(ifuslot));
  const row = {
    line,
    ifuslot,
    x: readColumn("X_FP", x, complain),
    y: readColumn("Y_FP", y, complain),
    ifuid: readId("IFUID", ifuid, complain),
    specid: readId("SPECID", specid, complain),
    specslot: readId("SPECSLOT", specslot, complain),
    commented,
  };
  if (decimalOf(ifurot) !== 0) complain(`IFUROT is ${shown(ifurot)}; only 0 is in use`);
  if (decimalOf(platesc) !== 1) complain(`PLATESC is ${shown(platesc)}; only 1 is in use`);
  const isCentre = ifuslot === IHMP_CENTRE.ifuslot;
  if (isCentre && problems.length === before) checkCentre(row, complain);
  if (commented && !isCentre && AN_ID.test(specid) && row.specid !== null) {
    complain(`the row is commented out but carries SPECID ${row.specid}; uncomment it or set its SPECID to 000`);
  }
  return isCentre || problems.length > before ? null : row;
}

function unknownSeat(text: string): string {
  const padded = text.padStart(3, "0");
  if (/^\d{1,2}$/.test(text) && isSeat(padded)) return `the seat is written ${shown(text)}; write ${padded}`;
  return `there is no seat ${shown(text)}; a seat is 013 to 106 for VIRUS, or one of ${AUXILIARY_SEATS.join(", ")}${nearestSeatsText(text)}`;
}

function checkCentre(row: ReadRow, complain: (message: string) => void): void {
  const { x, y, specid, specslot, ifuid } = IHMP_CENTRE;
  const asIs = [row.x, row.y, row.specid, row.specslot, row.ifuid];
  if (row.commented || asIs.join() !== [x, y, specid, specslot, ifuid].join()) {
    complain("row 000 is the centre and never differs: 000 0.000 0.000 900 900 900 0.000 1.000, not commented out");
  }
}

function readColumn(column: string, text: string, complain: (message: string) => void): number {
  const position = readPosition(text);
  if ("arcsec" in position) return position.arcsec;
  complain(`${column} ${position.problem}`);
  return Number.NaN;
}

function readId(column: string, text: string, complain: (message: string) => void): string | null {
  if (!AN_ID.test(text)) complain(`${column} is ${shown(text)}; it is one to three digits, 000 for none`);
  return Number(text) === 0 ? null : text.padStart(3, "0");
}

function refusal(problems: readonly FplaneProblem[]): FplaneError {
  const sentences = problems.map(({ line, ifuslot, message }) => {
    return `line ${line}${ifuslot === undefined ? "" : ` (seat ${ifuslot})`}: ${message}`;
  });
  return new FplaneError("bad-fplane", listed("the focal-plane file was not understood", sentences), { problems });
}
