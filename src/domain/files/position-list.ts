import { FplaneError } from "../errors.ts";
import { listed } from "../listed.ts";
import { readPosition } from "../plane/position-text.ts";
import { isSeat } from "../plane/seat.ts";
import { shown } from "../shown.ts";
import { decimalOf } from "./decimal.ts";
import { readFplane } from "./fplane-reader.ts";

/** A measured position as a list states it. arcsec, three decimals. */
export type ListedPosition = {
  readonly line: number;
  readonly ifuslot: string;
  readonly x: number;
  readonly y: number;
};

const SEPARATOR = /[\s,]+/;

/**
 * Reads a list of positions: lines of `IFUSLOT X Y` (blanks, tabs or commas; `#` begins a comment), or a focal-plane file.
 *
 * @throws FplaneError `bad-fplane` naming every line that is not understood, and every seat that stands twice
 */
export function readPositions(text: string): ListedPosition[] {
  const lines = text.split(/\r?\n/).map((content, i) => ({ line: i + 1, content: content.replace(/#.*/, "").trim() }));
  const rows = lines.filter(({ content }) => content !== "");
  const problems: string[] = [];
  const positions = rows.some(({ content }) => content.split(SEPARATOR).length === 8)
    ? readFplane(text).rows.map(({ line, ifuslot, x, y }) => ({ line, ifuslot, x, y }))
    : rows.flatMap(({ line, content }): ListedPosition[] => {
        const position = readLine(content);
        if (typeof position !== "string") return [{ line, ...position }];
        problems.push(`line ${line}: ${position}`);
        return [];
      });
  for (const [ifuslot, group] of Map.groupBy(positions, (row) => row.ifuslot)) {
    if (group.length === 1) continue;
    problems.push(`seat ${ifuslot} stands in lines ${group.map(({ line }) => line).join(" and ")}`);
  }
  if (positions.length === 0 && problems.length === 0) problems.push("there is no position in it");
  if (problems.length > 0) {
    throw new FplaneError("bad-fplane", listed("the list of positions was not understood", problems), { problems });
  }
  return positions;
}

/** @returns what is wrong with the line where it is not understood */
function readLine(content: string): Omit<ListedPosition, "line"> | string {
  const [seat = "", x = "", y = "", ...more] = content.split(SEPARATOR);
  const ifuslot = seat.padStart(3, "0");
  if (more.length > 0 || Number.isNaN(decimalOf(x)) || Number.isNaN(decimalOf(y)) || !isSeat(ifuslot)) {
    return `${shown(content)} is not a seat and its X and Y in arcsec`;
  }
  const [xFp, yFp] = [readPosition(x), readPosition(y)];
  if ("problem" in xFp) return `X_FP ${xFp.problem}`;
  if ("problem" in yFp) return `Y_FP ${yFp.problem}`;
  return { ifuslot, x: xFp.arcsec, y: yFp.arcsec };
}
