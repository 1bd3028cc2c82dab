import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { LiveServer } from "../support/live-server.ts";

/** How many files, connections too, its process has open; null where the system does not tell. */
export function openFilesOf({ pid }: LiveServer): number | null {
  const files = `/proc/${pid}/fd`;
  return existsSync(files) ? readdirSync(files).length : null;
}

/** How much memory its process has. */
export function megabytesOf({ pid }: LiveServer): number {
  const { stdout } = Bun.spawnSync(["ps", "-o", "rss=", "-p", String(pid)]);
  return Math.round((Number(stdout.toString()) * 1024) / 1_000_000);
}

/** Milliseconds after which a server that is asked nothing has given back what it does not need. */
const REST = 20_000;

/** How much memory its process has when nothing has been asked of it for a while. */
export async function megabytesAtRest(server: LiveServer): Promise<number> {
  await Bun.sleep(REST);
  return megabytesOf(server);
}

/** The lines of its log that tell of a fault. */
export async function complaintsOf({ directory }: LiveServer): Promise<string[]> {
  const log = await readFile(join(directory, "logs", "fplane.log"), "utf8").catch(() => "");
  return log.split("\n").filter((line) => /^\{"level":"(error|fatal)"/.test(line));
}
