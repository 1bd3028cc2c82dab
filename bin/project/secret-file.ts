import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Files that nobody but their owner can read, and that are on the disk, whole, before anything hangs on them. */

/**
 * Makes a file where there is none. One that is there stays as it is, also when another process makes it at this moment.
 *
 * @returns whether this call made it
 */
export function makeSecretFile(file: string, text: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return placed(file, text, (temporary) => {
    try {
      linkSync(temporary, file); // fails where a rename would replace what stands there
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      throw error;
    }
  });
}

/** Writes a file, in the place of one that is there. */
export function replaceSecretFile(file: string, text: string): void {
  placed(file, text, (temporary) => renameSync(temporary, file));
}

function placed<T>(file: string, text: string, place: (temporary: string) => T): T {
  const temporary = `${file}.${crypto.randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flush: true });
    return place(temporary);
  } finally {
    rmSync(temporary, { force: true });
    syncDirectoryOf(file);
  }
}

/** The names of its files are on the disk too. */
export function syncDirectoryOf(file: string): void {
  const directory = openSync(dirname(file), "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
