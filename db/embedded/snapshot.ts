import { renameSync, rmSync } from "node:fs";
import type { EmbeddedConnection } from "./connect.ts";
import { READY_SNAPSHOTS, SNAPSHOT_WORKER } from "./pglite-files.ts";
import { sharedSnapshot, shareSnapshot } from "./shared-snapshot.ts";

/** What the worker is asked to make: an empty database with the tables of a schema. */
export type SnapshotOrder = { readonly scratch: string; readonly schema: string; readonly snapshot: string };

/** What the worker says when it is done; null: the snapshot is there. */
export type SnapshotOutcome = { readonly error: string | null };

/**
 * Makes the snapshot of an empty, migrated database: a new database is begun from it in a second
 * instead of ten. Initialising one takes a gigabyte, which a worker gives back when it ends and this thread would keep.
 *
 * @returns why it could not be made, or null
 */
export async function prepareSnapshot(snapshot: string, schema: string): Promise<string | null> {
  const ready = READY_SNAPSHOTS[schema];
  if (ready !== undefined) {
    await Bun.write(snapshot, Bun.file(ready));
    return null;
  }
  const shared = sharedSnapshot(schema);
  if (shared !== null) {
    await Bun.write(snapshot, shared);
    return null;
  }
  const failure = await makeSnapshot(snapshot, schema);
  if (failure === null) shareSnapshot(schema, await Bun.file(snapshot).bytes());
  return failure;
}

async function makeSnapshot(snapshot: string, schema: string): Promise<string | null> {
  const scratch = `${snapshot}.scratch`;
  rmSync(scratch, { recursive: true, force: true });
  const worker = new Worker(SNAPSHOT_WORKER);
  const done = Promise.withResolvers<SnapshotOutcome>();
  worker.addEventListener("message", ({ data }) => done.resolve(data as SnapshotOutcome));
  worker.addEventListener("error", ({ message }) => done.resolve({ error: message }));
  worker.postMessage({ scratch, schema, snapshot } satisfies SnapshotOrder);
  try {
    return (await done.promise).error;
  } finally {
    worker.terminate();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Writes the database as it is into the file, whole or not at all. */
export async function keepSnapshot(connection: EmbeddedConnection, path: string): Promise<void> {
  await Bun.write(`${path}.new`, await (await connection.snapshot()).arrayBuffer());
  renameSync(`${path}.new`, path);
}
