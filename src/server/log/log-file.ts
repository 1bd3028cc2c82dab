import { closeSync, fstatSync, ftruncateSync, openSync, readdirSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname } from "node:path";
import { messageOf } from "../../domain/thrown.ts";

export type LogFile = {
  /** Writes whole lines before it returns, so that the last words of a process that dies are there. It never throws. */
  readonly write: (lines: Buffer) => void;
  /** Opens the file by its name again: after somebody else has renamed it. */
  readonly reopen: () => void;
  readonly close: () => void;
};

export type LogFileLimits = {
  /** A line that would make the file longer than this many bytes begins a new one; 0: none ever does. */
  readonly maxBytes: number;
  /** How many full files are kept beside the one that is written. */
  readonly keep: number;
  /** Told once when the file cannot be written, and once when it can be again. */
  readonly notice: (message: string) => void;
};

/**
 * A log file that takes a bounded part of the disk: when it is full it becomes `NAME.1`, the older ones move on, and the
 * oldest goes. A full disk loses lines, never the service; how many, is in the file when there is room again.
 */
export function openLogFile(path: string, { maxBytes, keep, notice }: LogFileLimits): LogFile {
  let file: number | null = null;
  let size = 0;
  let lost = 0;

  const open = () => {
    file = openSync(path, "a", 0o600);
    size = fstatSync(file).size;
    return file;
  };
  const close = () => {
    const before = file;
    file = null;
    if (before !== null) closeSync(before);
  };
  const append = (bytes: Buffer) => {
    if (maxBytes > 0 && size > 0 && size + bytes.length > maxBytes) {
      close();
      shift(path, keep);
    }
    const into = file ?? open();
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(into, bytes, at);
    } catch (error) {
      ftruncateSync(into, size); // half a line would spoil the next one
      throw error;
    }
    size += bytes.length;
  };

  const appendTelling = (lines: Buffer) => {
    try {
      append(lost > 0 ? Buffer.concat([lossLine(lost), lines]) : lines);
      if (lost > 0) notice(`${path} can be written again: ${lost} lines are not in it`);
      lost = 0;
    } catch (error) {
      if (lost === 0) notice(`${path} cannot be written: ${messageOf(error)}`);
      lost += linesIn(lines).length;
    }
  };

  open();
  return {
    write: (lines) => {
      if (maxBytes === 0 || size + lines.length <= maxBytes) appendTelling(lines);
      else for (const line of linesIn(lines)) appendTelling(line);
    },
    reopen: () => {
      close();
      try {
        open();
      } catch (error) {
        notice(`${path} cannot be opened: ${messageOf(error)}`);
      }
    },
    close,
  };
}

const LINE_FEED = 10;

/** Each with its end. */
function linesIn(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const until = bytes.indexOf(LINE_FEED, from) + 1 || bytes.length;
    lines.push(bytes.subarray(from, until));
    from = until;
  }
  return lines;
}

function lossLine(lost: number): Buffer {
  return Buffer.from(`${JSON.stringify({ level: "warn", time: new Date(), msg: `${lost} lines were lost` })}\n`);
}

/** `NAME` becomes `NAME.1`, `NAME.1` becomes `NAME.2` and so on; what is older than `keep` goes, also after `keep` was lowered. */
function shift(path: string, keep: number): void {
  const numbered = new RegExp(`^${RegExp.escape(basename(path))}\\.(\\d+)$`);
  const matches = readdirSync(dirname(path)).map((name) => numbered.exec(name)?.[1]);
  const numbers = matches.filter((digits) => digits !== undefined).map(Number);
  for (const number of numbers.toSorted((a, b) => b - a)) {
    if (number >= keep) rmSync(`${path}.${number}`);
    else renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  }
  if (keep > 0) renameSync(path, `${path}.1`);
  else rmSync(path);
}
