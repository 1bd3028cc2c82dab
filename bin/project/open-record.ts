import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { heldJournal } from "../../db/embedded/held-journal.ts";
import { openStore } from "../../db/open.ts";
import { FplaneError } from "../../src/domain/errors.ts";
import type { Settings } from "../../src/server/settings/settings.ts";
import { exportLines } from "../../src/service/record/export-record.ts";
import type { Store } from "../../src/service/store.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { locationOf, replay } from "./open-project.ts";

/** Opens the record itself, for what reads or makes it whole: never a replica of it. @throws FplaneError `unavailable` */
export async function openRecord(settings: Settings, terminal: Terminal): Promise<Store> {
  process.umask(0o077); // the record holds what is private of the users
  return await openStore(locationOf(settings), settings.DB_PROJECT, { replay, notice: terminal.err });
}

/** The record to be read, a line a revision. */
export type ReadableRecord = {
  readonly lines: AsyncIterable<string>;
  /** Null while a server has the embedded database: then the lines are those of its journal. */
  readonly store: Store | null;
  readonly close: () => Promise<void>;
};

/**
 * Opens the record for reading, also while it is served.
 *
 * @throws FplaneError `unavailable`; `not-found` where there is none: a backup of nothing would look like one
 */
export async function openForReading(settings: Settings, terminal: Terminal): Promise<ReadableRecord> {
  const location = locationOf(settings);
  if (location.engine === "embedded") demandDatabase(location.directory);
  const held = location.engine === "embedded" ? heldJournal(location.directory) : null;
  if (held !== null) return { lines: held, store: null, close: async () => {} };
  const store = await openRecord(settings, terminal);
  return { lines: exportLines(store), store, close: () => store.close() };
}

/** A database that is thrown away, as a journal would replay into it. */
export async function openThrowaway(directory: string, settings: Settings, terminal: Terminal): Promise<Store> {
  return await openStore({ engine: "embedded", directory }, settings.DB_PROJECT, { replay, notice: terminal.err });
}

function demandDatabase(directory: string): void {
  if (["journal.jsonl", "database"].some((name) => existsSync(join(directory, name)))) return;
  throw noRecord(`there is no database in ${resolve(directory)}`);
}

/** @param where what is there instead */
export function noRecord(where: string): FplaneError {
  return new FplaneError("not-found", `${where}: --config or FPS_SETTINGS names the settings of the server`);
}
