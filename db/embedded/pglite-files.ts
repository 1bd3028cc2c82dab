import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import { btree_gist } from "@electric-sql/pglite/contrib/btree_gist";

/** Starts PGlite, which finds the files that it is made of itself. The build of a binary puts bin/build/pglite-files.ts here. */
export async function startPglite(options: PGliteOptions): Promise<PGlite> {
  return await PGlite.create({ ...options, extensions: { btree_gist } });
}

/** Snapshots that are there already, by their schema: paths. */
export const READY_SNAPSHOTS: Readonly<Record<string, string>> = {};

/** The program of the worker that makes others. */
export const SNAPSHOT_WORKER = new URL("./snapshot-worker.ts", import.meta.url).href;
