import { FplaneError } from "../errors.ts";
import { listed } from "../listed.ts";
import { isSeat } from "../plane/seat.ts";
import { printable, shown } from "../shown.ts";

/** What the header of one frame says. Ids are text of three digits; null where the header does not say. */
export type Frame = {
  /** The line or place in the list, from 1. */
  readonly line: number;
  readonly file: string;
  readonly ifuslot: string;
  readonly specid: string | null;
  readonly specslot: string | null;
  readonly ifuid: string | null;
  /** When it was taken: a datestr, from the list or from the file's name. */
  readonly datestr: string;
};

/** A frame as a list or a header gives it, before its values are understood. */
export type RawFrame = {
  readonly file?: unknown;
  readonly ifuslot?: unknown;
  readonly specid?: unknown;
  readonly specslot?: unknown;
  readonly ifuid?: unknown;
  /** A datestr; or a date alone, whose time stands in `time`. */
  readonly datestr?: unknown;
  readonly time?: unknown;
};

const LONGEST_NAME = 100;
const MOST_SHOWN = 20;
const TIME_IN_NAME = /(\d{8}T\d{6}(?:\.\d+)?)/;
const COLUMNS = ["file", "ifuslot", "specid", "specslot", "ifuid", "datestr"] as const;
const NAMES: Readonly<Record<string, keyof RawFrame>> = {
  file: "file",
  filename: "file",
  frame: "file",
  ifuslot: "ifuslot",
  specid: "specid",
  ssa: "specslot",
  specslot: "specslot",
  ifuid: "ifuid",
  datestr: "datestr",
  date: "datestr",
  dateobs: "datestr",
  time: "time",
  ut: "time",
};

/**
 * Reads a list of frames: `file IFUSLOT SPECID SSA IFUID [date]` a line, separated by blanks, tabs or commas; a header
 * line may name the columns in another order, and have the time of day in one of its own. `#` begins a comment.
 *
 * @throws FplaneError `bad-parameter` naming every line that is not understood, or the column that is named twice
 */
export function readFrameList(text: string): Frame[] {
  const lines = text.split(/\r?\n/).map((content, i) => ({
    line: i + 1,
    fields: content
      .replace(/#.*/, "")
      .trim()
      .split(/[\s,]+/),
  }));
  const rows = lines.filter(({ fields }) => fields[0] !== "");
  const names = rows[0]?.fields.map((name) => NAMES[name.toLowerCase().replaceAll(/[^a-z]/g, "")]);
  const header = names?.every((name) => name !== undefined) ? names : null;
  const columns: readonly (keyof RawFrame)[] = header ?? COLUMNS;
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new FplaneError("bad-parameter", `two columns of the list are named as the ${twice}`);
  return readFrames(
    (header === null ? rows : rows.slice(1)).map(({ line, fields }) => ({
      line,
      raw: Object.fromEntries(columns.map((column, i) => [column, fields[i]])),
    })),
  );
}

/** @throws FplaneError `bad-parameter` naming everything that is not understood */
export function readFrames(list: readonly { readonly line: number; readonly raw: RawFrame }[]): Frame[] {
  const problems: string[] = [];
  const frames = list.flatMap(({ line, raw }): Frame[] => {
    const file = textOf(raw.file) ?? `frame ${line}`;
    const [ifuslot, specid, specslot, ifuid] = [raw.ifuslot, raw.specid, raw.specslot, raw.ifuid].map(idOf);
    const datestr = dateIn(raw, file);
    if (ifuslot == null || !isSeat(ifuslot)) {
      problems.push(`line ${line}: ${shown(raw.ifuslot ?? null)} is no IFUSLOT`);
    } else if (specid === undefined || specslot === undefined || ifuid === undefined) {
      problems.push(`line ${line}: SPECID, SSA and IFUID have up to three digits`);
    } else if (datestr === undefined) {
      problems.push(
        `line ${line}: when was ${printable(file.slice(0, LONGEST_NAME))} taken? Its name has no YYYYMMDDTHHMMSS; give the date in a sixth column`,
      );
    } else {
      return [{ line, file, ifuslot, specid, specslot, ifuid, datestr }];
    }
    return [];
  });
  if (frames.length === 0 && problems.length === 0) problems.push("there is no frame in it");
  if (problems.length === 0) return frames;
  const heading = "the frames were not understood";
  throw new FplaneError("bad-parameter", listed(heading, problems, MOST_SHOWN), { problems });
}

function dateIn({ datestr, time }: RawFrame, file: string): string | undefined {
  if (datestr == null && time == null) return TIME_IN_NAME.exec(file)?.[1];
  return takenAt(textOf(datestr ?? time), time == null ? undefined : textOf(time));
}

/** DATE-OBS and the time that may stand beside it (UT): together the instant, where the first is a date alone. */
export function takenAt(date: string | undefined, time: string | undefined): string | undefined {
  const isApart = /^\d{4}-?\d\d-?\d\d$/.test(date ?? "") && /^\d\d:\d\d:\d\d(\.\d*)?$/.test(time ?? "");
  return isApart ? `${date}T${time?.replace(/\.$/, "")}` : date;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

/** Null for what headers write for "unset"; undefined for what is no id. */
function idOf(value: unknown): string | null | undefined {
  const text = textOf(value ?? "")
    ?.replaceAll("'", "")
    .trim();
  if (text === undefined) return undefined;
  if (text === "" || /^-999999(\.\d+)?$/.test(text)) return null;
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const id = text.padStart(3, "0");
  return id === "000" ? null : id;
}
