import { existsSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { drizzle } from "drizzle-orm/pglite";
import { type Connection, SESSION } from "../connection.ts";
import { startPglite } from "./pglite-files.ts";
import { preparingEmbedded } from "./prepared.ts";

/** The embedded database, which can also be copied as it is. */
export type EmbeddedConnection = Connection & { readonly snapshot: () => Promise<Blob> };

/**
 * Opens the embedded database in a directory, as its superuser; a new one is begun from the snapshot, if there is one.
 * It neither locks the directory nor waits for the disk: see db/embedded.
 */
export async function connectEmbedded(
  directory: string,
  schema: string,
  snapshot: string | null = null,
): Promise<EmbeddedConnection> {
  // Unpacked here: a snapshot that is spoilt would leave a half-made database running in there.
  const begun = snapshot !== null && !existsSync(directory) ? Bun.gunzipSync(await Bun.file(snapshot).bytes()) : null;
  const client = await startPglite({
    dataDir: directory,
    // 128 MB of buffers and room for 100 sessions would be more memory than the whole server needs otherwise.
    startParams: [...PGlite.defaultStartParams, "-c", "shared_buffers=4MB", "-c", "max_connections=4"],
    ...(begun === null ? {} : { loadDataDir: new Blob([begun]) }),
  });
  for (const [name, value] of Object.entries(SESSION)) await client.exec(`SET ${name} TO '${value}'`);
  await client.exec(`SET search_path TO ${schema}, public`);
  return {
    engine: "embedded",
    schema,
    drizzle: drizzle(preparingEmbedded(client)),
    script: async (text) => void (await client.exec(text)),
    listen: async () => async () => {}, // no other process can write to it
    close: () => client.close(),
    snapshot: () => client.dumpDataDir("gzip"),
  };
}
