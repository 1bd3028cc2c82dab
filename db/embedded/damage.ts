import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { faultyPage } from "./pages.ts";

/**
 * Notes a digest of each file of a database that was closed, so that what a disk spoils until the next start is found:
 * not all that PostgreSQL keeps has a checksum of its own.
 */
export function noteDigests(database: string, digestFile: string): void {
  const text = JSON.stringify(Object.fromEntries(digestsOf(database)));
  try {
    writeFileSync(`${digestFile}.new`, text, { mode: 0o600 });
    renameSync(`${digestFile}.new`, digestFile);
  } catch {
    rmSync(`${digestFile}.new`, { force: true }); // a full disk: the next start looks as after one that was cut off
  }
}

/**
 * Looks for damage in the files of a database that nobody has open. One that was not closed has no digests; then the
 * checksums of its pages are looked at, which are right also after a process was killed.
 *
 * @returns what is wrong, or null. The digests are used up: once the database is opened they are not its any more
 */
export function findDamage(database: string, digestFile: string): { readonly fault: string | null; closed: boolean } {
  const closed = existsSync(digestFile);
  const fault = closed ? changedFile(database, digestFile) : brokenPage(database);
  rmSync(digestFile, { force: true });
  return { fault, closed };
}

function changedFile(database: string, digestFile: string): string | null {
  let noted: Map<string, string>;
  try {
    noted = new Map(Object.entries(JSON.parse(readFileSync(digestFile, "utf8")) as Record<string, string>));
  } catch {
    return "the digests of its files cannot be read";
  }
  const found = digestsOf(database);
  const changed = [...noted.keys(), ...found.keys()].find((file) => noted.get(file) !== found.get(file));
  return changed === undefined ? null : `${changed} has changed since it was closed`;
}

function digestsOf(database: string): Map<string, string> {
  return new Map(filesOf(database).map((file) => [file, Bun.hash(readFileSync(join(database, file))).toString(16)]));
}

function filesOf(database: string): string[] {
  return readdirSync(database, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(database, join(entry.parentPath, entry.name)))
    .sort();
}

/** Tables, indexes and their maps, in segments of 1 GB: `base/5/17176`, `base/5/17176_vm`, `global/1260.1`. */
const RELATION = /^(base\/\d+|global)\/\d+(_(?:fsm|vm|init))?(?:\.(\d+))?$/;
const PAGES_PER_SEGMENT = 131_072;

function brokenPage(database: string): string | null {
  for (const file of filesOf(database)) {
    const match = RELATION.exec(file);
    if (match === null) continue;
    const page = faultyPage(readFileSync(join(database, file)), Number(match[3] ?? 0) * PAGES_PER_SEGMENT);
    if (page !== null) return `page ${page} of ${file} is not what its checksum says`;
  }
  return null;
}
