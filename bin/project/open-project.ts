import type { DatabaseLocation } from "../../db/connection.ts";
import { openStore, openStoreAway } from "../../db/open.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import type { RecordedRevision } from "../../src/domain/record/record-line.ts";
import type { Settings } from "../../src/server/settings/settings.ts";
import { loadSettings } from "../../src/server/settings/settings-file.ts";
import type { Deps } from "../../src/service/deps.ts";
import { announcing } from "../../src/service/memory/announcing.ts";
import { createAnswers, type Spool } from "../../src/service/memory/answers.ts";
import { restoreRevisions } from "../../src/service/record/restore-record.ts";
import { impatient } from "../../src/service/store/patience.ts";
import { withReplica } from "../../src/service/store/replica.ts";
import type { Store } from "../../src/service/store.ts";
import { systemClock } from "../command-line/system-clock.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { makeSealingKey, readSealingKeys } from "./sealing-key-file.ts";

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
  return loadSettings(args.config ?? (terminal.env["FPS_SETTINGS"] || null), terminal.env);
}

/** PostgreSQL where one is named, else the embedded database. */
export function locationOf(settings: Settings): DatabaseLocation {
  const { DATABASE_URL, DB_NAME, DB_USERNAME, DB_PASSWORD, DATA_DIR } = settings;
  if (DATABASE_URL !== undefined) return { engine: "postgres", url: DATABASE_URL };
  if (DB_NAME !== undefined)
    return { engine: "postgres", database: DB_NAME, username: DB_USERNAME, password: DB_PASSWORD };
  return { engine: "embedded", directory: DATA_DIR };
}

/** What the commands that open the database are told of, and what `serve` adds. */
export type Opening = {
  /** Told of every repair of an embedded database, and of a replica that is left or taken. */
  readonly notice: (message: string) => void;
  /** What had been answered before: with it a server starts while its PostgreSQL is away. */
  readonly spool?: Spool | undefined;
};

/**
 * Opens the project's database with all that the services need.
 *
 * @throws FplaneError `unavailable`
 */
export async function openProject(settings: Settings, opening: Opening): Promise<Deps> {
  process.umask(0o077); // keys, journals, logs and exports are nobody else's
  makeSealingKey(settings.KEY_FILE);
  const sealingKeys = () => readSealingKeys(settings.KEY_FILE); // anew each time: another process may change the file
  sealingKeys();
  const patience = settings.DATABASE_PATIENCE_SECONDS;
  const isEmbedded = locationOf(settings).engine === "embedded"; // it is never away, only busy
  const primary = impatient(await openPrimary(settings, opening), isEmbedded ? 0 : patience);
  const replica = settings.DATABASE_REPLICA_URL;
  const away =
    replica === undefined ? null : await openStoreAway({ engine: "postgres", url: replica }, settings.DB_PROJECT);
  const store = away === null ? primary : withReplica(primary, impatient(away, patience), opening.notice);
  const answers = createAnswers(store, {
    clock: systemClock,
    most: settings.CACHE_CONFIGURATIONS,
    spool: opening.spool,
  });
  return {
    store: announcing(store, answers),
    answers,
    clock: systemClock,
    timeZone: settings.FPLANE_TIMEZONE,
    statusAliases: settings.STATUS_ALIASES,
    gate: { changedShare: settings.GATE_CHANGED_SHARE, lostUnits: settings.GATE_LOST_UNITS },
    sealingKeys,
    keyGraceHours: settings.KEY_GRACE_HOURS,
  };
}

async function openPrimary(settings: Settings, { notice, spool }: Opening): Promise<Store> {
  const location = locationOf(settings);
  try {
    return await openStore(location, settings.DB_PROJECT, { replay, notice });
  } catch (error) {
    const unreachable = error instanceof FplaneError && error.details["unreachable"] === true;
    if (!unreachable || location.engine === "embedded" || spool?.newest() == null) throw error;
    notice(`${error.message}: what had been answered before is served until it is back`);
    return await openStoreAway(location, settings.DB_PROJECT);
  }
}

/** How an embedded database makes the rows of journaled revisions again. */
export async function replay(store: Store, revisions: AsyncIterable<RecordedRevision>): Promise<void> {
  await restoreRevisions(store, revisions);
}
