import { openStore } from "../db/open.ts";
import type { Settings } from "../src/server/settings.ts";
import type { Store } from "../src/service/store.ts";
import { locationOf, replay } from "./open-project.ts";
import type { Terminal } from "./terminal.ts";

/** Opens the record itself, for what reads or makes it whole: never a replica of it. @throws FplaneError `unavailable` */
export async function openRecord(settings: Settings, terminal: Terminal): Promise<Store> {
  process.umask(0o077); // the record holds what is private of the users
  return await openStore(locationOf(settings), settings.DB_PROJECT, { replay, notice: terminal.err });
}

/** A database that is thrown away, as a journal would replay into it. */
export async function openThrowaway(directory: string, settings: Settings, terminal: Terminal): Promise<Store> {
  return await openStore({ engine: "embedded", directory }, settings.DB_PROJECT, { replay, notice: terminal.err });
}
