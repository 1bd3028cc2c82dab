import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Writes a settings file into a directory of its own. @returns its path */
export function settingsFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), "fplane-settings-"));
  process.once("exit", () => Bun.spawnSync(["rm", "-rf", directory]));
  const file = join(directory, "fplane.toml");
  writeFileSync(file, text);
  return file;
}
