import { closeSync, existsSync, fdatasyncSync, fstatSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { readRecordLine } from "../../src/domain/record/record-line.ts";
import { syncDirectory, writeAll } from "./synced.ts";

/**
 * The lines of one transaction of several revisions, on the disk beside the journal before the first of them is in it:
 * whoever is cut off while they are appended finds all of them at the next start, or none. A line alone needs no such
 * care: one that is torn is none. The file's first line says where in the journal they begin and how long they are.
 */
function announcementOf(journal: string): string {
  return `${journal}.appending`;
}

/** @param offset where in the journal they will begin */
export function announceLines(journal: string, offset: number, lines: Buffer): void {
  const path = announcementOf(journal);
  const file = openSync(path, "w", 0o600);
  try {
    writeAll(file, Buffer.concat([Buffer.from(`${offset} ${lines.length}\n`), lines]));
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
  syncDirectory(dirname(path));
}

/** They are in the journal, or will not be. */
export function forgetLines(journal: string): void {
  const path = announcementOf(journal);
  rmSync(path, { force: true });
  syncDirectory(dirname(path)); // else it could come back after a loss of power, and with it what was taken back
}

/** Before the journal is read: appends what was being appended, if all of it was announced. */
export function settleLines(journal: string): void {
  const path = announcementOf(journal);
  if (!existsSync(path)) return;
  const announced = readAnnouncement(readFileSync(path));
  if (announced !== null && existsSync(journal)) finish(journal, announced);
  forgetLines(journal);
}

type Announced = { readonly offset: number; readonly lines: Buffer };

/** Null for one that is torn: then nothing of it is in the journal. */
function readAnnouncement(bytes: Buffer): Announced | null {
  const begin = bytes.indexOf(10) + 1;
  const [, offset, length] = /^(\d+) (\d+)\n$/.exec(bytes.subarray(0, begin).toString()) ?? [];
  const lines = bytes.subarray(begin);
  if (offset === undefined || lines.length !== Number(length) || !areWhole(lines.toString())) return null;
  return { offset: Number(offset), lines };
}

function areWhole(text: string): boolean {
  return text.trimEnd().split("\n").every(isWhole);
}

function isWhole(line: string): boolean {
  try {
    readRecordLine(line, 1);
    return true;
  } catch {
    return false;
  }
}

function finish(journal: string, { offset, lines }: Announced): void {
  const own = new Set(lines.toString().split("\n"));
  const there = readFileSync(journal).subarray(offset).toString().split("\n");
  if (there.some((line) => !own.has(line) && isWhole(line))) return; // it went on without them
  const file = openSync(journal, "r+");
  try {
    const { size } = fstatSync(file);
    if (size < offset || size > offset + lines.length) return; // it is not what it was then
    for (let at = 0; at < lines.length; ) at += writeSync(file, lines, at, lines.length - at, offset + at);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
