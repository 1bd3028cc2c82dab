import { heldJournal } from "../../db/embedded/held-journal.ts";
import { openStore } from "../../db/open.ts";
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

/** Opens the record for reading, also while it is served. @throws FplaneError `unavailable` */
export async function openForReading(settings: Settings, terminal: Terminal): Promise<ReadableRecord> {
  const location = locationOf(settings);
  const held = location.engine === "embedded" ? heldJournal(location.directory) : null;
  if (held !== null) return { lines: held, store: null, close: async () => {} };
  const store = await openRecord(settings, terminal);
  return { lines: exportLines(store), store, close: () => store.close() };
}

/** A database that is thrown away, as a journal would replay into it. */
export async function openThrowaway(directory: string, settings: Settings, terminal: Terminal): Promise<Store> {
  return await openStore({ engine: "embedded", directory }, settings.DB_PROJECT, { replay, notice: terminal.err });
}
