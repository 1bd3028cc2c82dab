/** Lines of columns, each as wide as its widest cell, two blanks between; the first row is the heading. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const line of lines) {
    for (const [i, cell] of line.entries()) widths[i] = Math.max(widths[i] ?? 0, Bun.stringWidth(cell));
  }
  const padded = (cell: string, i: number) => cell + " ".repeat((widths[i] ?? 0) - Bun.stringWidth(cell));
  return lines.map((line) => `${line.map(padded).join("  ").trimEnd()}\n`).join("");
}

/** On one line, and without what would steer a terminal: some cells hold what anybody wrote. */
function printable(cell: string): string {
  return cell.replaceAll(/\p{Cc}+/gu, " ");
}
