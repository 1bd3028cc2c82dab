import { FplaneError } from "../../src/domain/errors.ts";
import type { Client } from "../client/client.ts";

export type Correction = Parameters<Client["correct"]["mutate"]>[0]["corrections"][number];

const VALUES = ["specid", "ifuid", "specslot", "contid"] as const;
const COLUMNS = ["slot", "from", "until", ...VALUES] as const;
type Column = (typeof COLUMNS)[number];

/** What else the columns are called where such tables come from. */
const OTHER_NAMES: Readonly<Record<string, Column>> = { ifuslot: "slot", seat: "slot", ssa: "specslot" };

/**
 * Reads corrections from a table. The first line names the columns, in any order; they are separated by tabs or commas
 * where that line has them, else by blanks. Empty or `-` is not set; `#` begins a comment.
 *
 * @throws FplaneError `bad-parameter` naming every line that is not understood
 */
export function readCorrections(text: string): Correction[] {
  const lines = text.split(/\r?\n/).map((content, i) => ({ line: i + 1, content: content.replace(/#.*/, "") }));
  const [header, ...rows] = lines.filter(({ content }) => content.trim() !== "");
  if (header === undefined) throw wrong([`the table is empty: its first line names columns, of ${COLUMNS.join(", ")}`]);
  const cells = cellsBy(header.content);
  const columns = columnsOf(cells(header.content));
  const problems: string[] = [];
  const corrections = rows.flatMap(({ line, content }): Correction[] => {
    const fields = cells(content);
    const row = Object.fromEntries(columns.map((column, i) => [column, cellValue(fields[i])]));
    const problem = problemOf(row, fields, columns);
    if (problem !== null) problems.push(`line ${line}: ${problem}`);
    const { slot = "", from = "", until, ...set } = row;
    return [{ ifuslot: slot.padStart(3, "0"), from, until, set: defined(set) }];
  });
  if (rows.length === 0) problems.push("there is no row below the header line");
  if (problems.length > 0) throw wrong(problems);
  return corrections;
}

/** `specid=203,ifuid=031`, as the flag has it. @throws FplaneError `bad-parameter` */
export function readSet(text: string): Record<string, string> {
  const set: Record<string, string> = {};
  for (const part of text.split(",")) {
    const [name = "", value, ...more] = part.split("=").map((word) => word.trim());
    const column = columnNamed(name);
    if (column === undefined || column === "slot" || value === undefined || value === "" || more.length > 0) {
      const asked = `specid=203,ifuid=031; there are ${VALUES.join(", ")}, and 000 empties one`;
      throw wrong([`${JSON.stringify(part.slice(0, 40))} in --set is not understood: write it as in ${asked}`]);
    }
    if (Object.hasOwn(set, column)) throw wrong([`--set names ${column} twice`]);
    set[column] = value;
  }
  return set;
}

type Row = Partial<Record<Column, string | undefined>>;

function problemOf(row: Row, fields: readonly string[], columns: readonly Column[]): string | null {
  if (fields.length > columns.length) {
    return `${fields.length} columns where the header has ${columns.length}; a CONTID with a blank needs tabs or commas`;
  }
  if (row.slot === undefined || row.from === undefined) return "slot and from are needed";
  return VALUES.every((name) => row[name] === undefined) ? `nothing is set; set one of ${VALUES.join(", ")}` : null;
}

function columnsOf(names: readonly string[]): Column[] {
  const columns = names.map(columnNamed);
  const unknown = names.filter((_, i) => columns[i] === undefined);
  const known = columns.filter((column) => column !== undefined);
  const twice = known.filter((column, i) => known.indexOf(column) !== i);
  const missing = (["slot", "from"] as const).filter((column) => !known.includes(column));
  const problems = [
    ...unknown.map((name) => `there is no column ${JSON.stringify(name.slice(0, 40))}`),
    ...twice.map((name) => `the column ${name} stands there twice`),
    ...missing.map((name) => `the column ${name} is missing`),
  ];
  if (problems.length === 0) return known;
  throw wrong([...problems, `the first line names the columns, of ${COLUMNS.join(", ")}`]);
}

function columnNamed(name: string): Column | undefined {
  const lower = name.toLowerCase();
  return (
    COLUMNS.find((column) => column === lower) ?? (Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : undefined)
  );
}

function cellsBy(header: string): (content: string) => string[] {
  const separator = header.includes("\t") ? "\t" : header.includes(",") ? "," : null;
  return (content) =>
    separator === null ? content.trim().split(/\s+/) : content.split(separator).map((cell) => cell.trim());
}

function cellValue(cell: string | undefined): string | undefined {
  return cell === undefined || cell === "" || cell === "-" ? undefined : cell;
}

function defined(set: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(set).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function wrong(problems: readonly string[]): FplaneError {
  return new FplaneError("bad-parameter", problems.join("; "), { problems });
}
