import { Database } from "bun:sqlite";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";

/** Milliseconds between two looks whether the other run has ended. */
const LOOK_AGAIN = 100;

/**
 * Takes the queue for this process, so that one run at a time sends what waits. The lock is that of an SQLite file: the
 * operating system gives it back when its holder ends, however it ends.
 *
 * @param seconds how long to wait for another run
 * @returns what gives it back
 * @throws FplaneError `unavailable` naming the process that still has it, or saying why there can be no lock
 */
export async function lockQueue(directory: string, seconds: number, interrupted: AbortSignal): Promise<() => void> {
  const until = Date.now() + seconds * 1000;
  const holderFile = join(directory, "lock.holder");
  while (true) {
    const release = tryLock(directory);
    if (release !== null) {
      tellHolder(holderFile);
      return release;
    }
    interrupted.throwIfAborted();
    if (Date.now() >= until) {
      const holder = holderOf(holderFile);
      const message = `another run (process ${holder}) is still sending what waits in ${directory}, after ${seconds} s`;
      throw new FplaneError("unavailable", message);
    }
    await Bun.sleep(LOOK_AGAIN);
  }
}

/** @returns null when another process has it */
function tryLock(directory: string): (() => void) | null {
  let lock: Database | null = null;
  try {
    const file = join(directory, "lock");
    writeFileSync(file, "", { flag: "a", mode: 0o600 }); // SQLite would make it readable by all
    lock = new Database(file);
    lock.run("PRAGMA busy_timeout = 0");
    lock.run("BEGIN EXCLUSIVE");
    const held = lock;
    return () => held.close();
  } catch (error) {
    lock?.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return null;
    const message = messageOf(error);
    throw new FplaneError("unavailable", `the queue ${directory} cannot be locked: ${message}`);
  }
}

/** For the message of whoever waits: on a full disk the lock is as good without it. */
function tellHolder(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    // Then the message names an earlier process, or none.
  }
}

function holderOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "unknown";
  }
}
