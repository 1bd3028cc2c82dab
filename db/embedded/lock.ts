import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";

/**
 * Takes the directory for this process. The lock is that of an SQLite file, which the operating system gives back when
 * its holder ends, however it ends; so it is never taken from a living process and never left by a dead one.
 *
 * @returns what gives it back
 * @throws FplaneError `unavailable` naming the process that holds it
 */
export function lockDirectory(directory: string): () => void {
  const holderFile = join(directory, "lock.holder");
  const lock = new Database(join(directory, "lock"), { create: true });
  try {
    lock.run("PRAGMA busy_timeout = 0");
    lock.run("BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (!(error instanceof Error) || !("code" in error) || error.code !== "SQLITE_BUSY") throw error;
    throw new FplaneError("unavailable", `the database in ${directory} is locked by process ${holderOf(holderFile)}`);
  }
  writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o600 });
  return () => lock.close();
}

/** Whether some process has the directory. */
export function isLocked(directory: string): boolean {
  try {
    lockDirectory(directory)();
    return false;
  } catch (error) {
    if (error instanceof FplaneError) return true;
    throw error;
  }
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
