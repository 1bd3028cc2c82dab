/** Two blanks between columns. */
const GAP = "  ";

/** A longer word than a time is broken when its column has to become narrower: a path, a digest. */
const LONGEST_WORD = 20;

/**
 * Lines of columns, each as wide as its widest cell, two blanks between; the first row is the heading.
 *
 * @param columns width of the terminal: in a table that is wider, the widest columns wrap; null for as wide as it is
 */
export function textTable(rows: readonly (readonly string[])[], columns: number | null): string {
  const lines = rows.map((row) => row.map(printable));
  const widths = fittedWidths(lines, columns);
  return lines.flatMap((line) => wrappedLine(line, widths).map((text) => `${text}\n`)).join("");
}

/** On one line, and without what would steer a terminal: some cells hold what anybody wrote. */
function printable(cell: string): string {
  return cell.replaceAll(/\p{Cc}+/gu, " ");
}

/** Takes from the widest column as long as the table is too wide and a column has more than its longest word. */
function fittedWidths(lines: readonly (readonly string[])[], columns: number | null): number[] {
  const widths: number[] = [];
  const least: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) {
      const words = cell.split(" ").map((word) => Math.min(LONGEST_WORD, Bun.stringWidth(word)));
      widths[i] = Math.max(widths[i] ?? 0, Bun.stringWidth(cell));
      least[i] = Math.max(least[i] ?? 0, ...words);
    }
  }
  if (columns === null) return widths;
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1)) - columns;
  while (excess > 0) {
    const room = widths.map((width, i) => (width > (least[i] ?? 0) ? width : 0));
    const widest = room.indexOf(Math.max(...room));
    if ((room[widest] ?? 0) === 0) break; // narrower than its words: the terminal has to wrap it
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}

/** One row, on as many lines as its longest cell needs. */
function wrappedLine(cells: readonly string[], widths: readonly number[]): string[] {
  const wrapped = cells.map((cell, i) => wrap(cell, widths[i] ?? 0));
  const height = Math.max(0, ...wrapped.map((parts) => parts.length));
  return Array.from({ length: height }, (_, at) =>
    wrapped
      .map((parts, i) => padded(parts[at] ?? "", widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** Breaks a text at blanks, and words that are wider than the width anywhere. */
export function wrap(text: string, width: number): string[] {
  if (Bun.stringWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((whole) => broken(whole, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (Bun.stringWidth(longer) <= width) {
      line = longer;
    } else {
      if (line !== "") lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function broken(word: string, width: number): string[] {
  const parts: string[] = [];
  let part = "";
  for (const character of word) {
    if (part !== "" && Bun.stringWidth(part + character) > width) {
      parts.push(part);
      part = "";
    }
    part += character;
  }
  return [...parts, part];
}
