import { FplaneError } from "./errors.ts";
import { readFplane } from "./fplane-reader.ts";
import { listed } from "./listed.ts";
import { isSeat } from "./seat.ts";

/** A measured position as a list states it. arcsec, three decimals. */
export type ListedPosition = {
  readonly line: number;
  readonly ifuslot: string;
  readonly x: number;
  readonly y: number;
};

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/**
 * Reads a list of positions: lines of `IFUSLOT X Y` (blanks, tabs or commas; `#` begins a comment), or a focal-plane file.
 *
 * @throws FplaneError `bad-fplane` naming every line that is not understood
 */
export function readPositions(text: string): ListedPosition[] {
  const lines = text.split(/\r?\n/).map((content, i) => ({ line: i + 1, content: content.replace(/#.*/, "").trim() }));
  const rows = lines.filter(({ content }) => content !== "");
  if (rows.some(({ content }) => content.split(/[\s,]+/).length === 8)) {
    return readFplane(text).rows.map(({ line, ifuslot, x, y }) => ({ line, ifuslot, x, y }));
  }
  const problems: string[] = [];
  const positions = rows.flatMap(({ line, content }): ListedPosition[] => {
    const [seat = "", x = "", y = "", ...more] = content.split(/[\s,]+/);
    const ifuslot = seat.padStart(3, "0");
    if (more.length > 0 || !NUMBER.test(x) || !NUMBER.test(y) || !isSeat(ifuslot)) {
      problems.push(`line ${line}: ${JSON.stringify(content.slice(0, 60))} is not a seat and its X and Y in arcsec`);
      return [];
    }
    return [{ line, ifuslot, x: round(x), y: round(y) }];
  });
  const twice = [...Map.groupBy(positions, (row) => row.ifuslot)].filter(([, group]) => group.length > 1);
  problems.push(
    ...twice.map(
      ([ifuslot, group]) => `seat ${ifuslot} stands in lines ${group.map(({ line }) => line).join(" and ")}`,
    ),
  );
  if (positions.length === 0 && problems.length === 0) problems.push("there is no position in it");
  if (problems.length > 0) {
    throw new FplaneError("bad-fplane", listed("the list of positions was not understood", problems), { problems });
  }
  return positions;
}

function round(text: string): number {
  const value = Number(Number(text).toFixed(3));
  return Object.is(value, -0) ? 0 : value;
}
