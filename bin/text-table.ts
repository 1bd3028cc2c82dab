/** Lines of columns, each as wide as its widest cell, two blanks between; the first row is the heading. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, Bun.stringWidth(cell));
  }
  const padded = (cell: string, i: number) => cell + " ".repeat((widths[i] ?? 0) - Bun.stringWidth(cell));
  return rows.map((row) => `${row.map(padded).join("  ").trimEnd()}\n`).join("");
}
