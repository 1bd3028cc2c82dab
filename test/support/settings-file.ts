import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOfRun } from "./end-of-run.ts";

/** Writes a settings file into a directory of its own. @returns its path */
export function settingsFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "fplane-settings-"));
  atEndOfRun(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "fplane.toml");
  writeFileSync(file, text);
  return file;
}
