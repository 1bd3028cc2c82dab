import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseLocation } from "../db/connection.ts";
import { openStore } from "../db/open.ts";
import { FplaneError } from "../src/domain/errors.ts";
import { systemClock } from "../src/domain/instant.ts";
import type { RecordedRevision } from "../src/domain/record-line.ts";
import type { Settings } from "../src/server/settings.ts";
import { loadSettings } from "../src/server/settings-file.ts";
import { announcing, createAnswers } from "../src/service/answers.ts";
import type { Deps } from "../src/service/deps.ts";
import { restoreRevisions } from "../src/service/replay.ts";
import type { Store } from "../src/service/store.ts";
import type { Terminal } from "./terminal.ts";

/** The flag of the commands that open the database. */
export const CONFIG_ARGS = {
  config: {
    type: "string",
    valueHint: "FILE",
    description: "settings file (TOML); else FPS_SETTINGS, else settings from the environment alone",
  },
} as const;

/** @throws SettingsError naming what was not understood */
export function settingsOf(args: { readonly config?: string | undefined }, terminal: Terminal): Settings {
  return loadSettings(args.config ?? terminal.env["FPS_SETTINGS"] ?? null, terminal.env);
}

/** PostgreSQL where one is named, else the embedded database. */
export function locationOf(settings: Settings): DatabaseLocation {
  const { DATABASE_URL, DB_NAME, DB_USERNAME, DB_PASSWORD, DATA_DIR } = settings;
  if (DATABASE_URL !== undefined) return { engine: "postgres", url: DATABASE_URL };
  if (DB_NAME !== undefined)
    return { engine: "postgres", database: DB_NAME, username: DB_USERNAME, password: DB_PASSWORD };
  return { engine: "embedded", directory: DATA_DIR };
}

/**
 * Opens the project's database with all that the services need.
 *
 * @param notice is told of every repair of an embedded database
 * @throws FplaneError `unavailable`
 */
export async function openProject(settings: Settings, notice: (message: string) => void): Promise<Deps> {
  process.umask(0o077); // keys, journals, logs and exports are nobody else's
  const sealingKey = readSealingKey(settings.KEY_FILE);
  const opened = await openStore(locationOf(settings), settings.DB_PROJECT, { replay, notice });
  const answers = createAnswers(opened, { clock: systemClock, most: settings.CACHE_CONFIGURATIONS });
  return {
    store: announcing(opened, answers),
    answers,
    clock: systemClock,
    timeZone: settings.FPLANE_TIMEZONE,
    statusAliases: settings.STATUS_ALIASES,
    gate: { changedShare: settings.GATE_CHANGED_SHARE, lostUnits: settings.GATE_LOST_UNITS },
    sealingKey,
  };
}

/** How an embedded database makes the rows of journaled revisions again. */
export async function replay(store: Store, revisions: AsyncIterable<RecordedRevision>): Promise<void> {
  await restoreRevisions(store, revisions);
}

/** The key under which users' keys are sealed: made once, readable by nobody else. */
function readSealingKey(file: string): Uint8Array {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${randomBytes(32).toString("hex")}\n`, { mode: 0o600, flag: "wx", flush: true });
  }
  const key = Buffer.from(readFileSync(file, "utf8").trim(), "hex");
  if (key.length === 32) return key;
  throw new FplaneError("unavailable", `${file} is no sealing key: it holds 64 hexadecimal digits`);
}
