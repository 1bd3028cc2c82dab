import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../src/domain/thrown.ts";
import type { Settings } from "../src/server/settings.ts";
import { loadSettings, SettingsError } from "../src/server/settings-file.ts";
import { type Finding, fail, ok } from "./doctor-finding.ts";
import type { Terminal } from "./terminal.ts";

const DIRECTORIES = ["DATA_DIR", "SPOOL_DIR", "LOG_DIR"] as const;

/** Whether a server could start with these settings, as far as that can be seen without its database. */
export function checkSettings(file: string, terminal: Terminal): Finding[] {
  let settings: Settings;
  try {
    settings = loadSettings(file, terminal.env);
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message
        .split("\n")
        .map((message) => fail("settings", "bad-parameter", message, "docs/operations.md lists every setting"));
    }
    const message = `${file} cannot be read: ${messageOf(error)}`;
    return [fail("settings", "bad-parameter", message, "`fplane init` writes one")];
  }
  const faults = DIRECTORIES.flatMap((name) => unusable(name, settings[name]));
  return faults.length > 0 ? faults : [ok("settings", `${file} is understood, and its directories can be written`)];
}

/** One that is missing is made, where its parent can be written. */
function unusable(name: string, directory: string | undefined): Finding[] {
  if (directory === undefined) return [];
  try {
    accessSync(existsSync(directory) ? directory : dirname(directory), constants.W_OK | constants.X_OK);
    return [];
  } catch {
    const next = "start the server as the user who owns it, or name another directory";
    return [fail("settings", "bad-parameter", `${name} ${directory} cannot be written by this user`, next)];
  }
}
