import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PGlite, type PGliteOptions } from "@electric-sql/pglite";
import snapshot from "../../dist/snapshot.tgz" with { type: "file" };
import btreeGist from "../../node_modules/@electric-sql/pglite/dist/btree_gist.tar.gz" with { type: "file" };
import initdb from "../../node_modules/@electric-sql/pglite/dist/initdb.wasm" with { type: "file" };
import files from "../../node_modules/@electric-sql/pglite/dist/pglite.data" with { type: "file" };
import wasm from "../../node_modules/@electric-sql/pglite/dist/pglite.wasm" with { type: "file" };

/**
 * The same as db/embedded/pglite-files.ts, in a binary: PGlite's files are inside, and are handed over. An extension it
 * reads as a stream, which cannot be had of a file inside: that one lies outside for as long as it starts.
 */
export async function startPglite(options: PGliteOptions): Promise<PGlite> {
  const outside = await mkdtemp(join(tmpdir(), "fplane-"));
  try {
    const bundle = join(outside, "btree_gist.tar.gz");
    await Bun.write(bundle, await Bun.file(btreeGist).arrayBuffer());
    return await PGlite.create({
      ...options,
      pgliteWasmModule: await compiled(wasm),
      initdbWasmModule: await compiled(initdb),
      fsBundle: new Blob([await Bun.file(files).arrayBuffer()]),
      extensions: {
        btree_gist: { name: "btree_gist", setup: async () => ({ bundlePath: Bun.pathToFileURL(bundle) }) },
      },
    });
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
}

async function compiled(path: string): Promise<WebAssembly.Module> {
  return await WebAssembly.compile(await Bun.file(path).arrayBuffer());
}

export const READY_SNAPSHOTS: Readonly<Record<string, string>> = { hetdex: snapshot };

export const SNAPSHOT_WORKER = "./db/embedded/snapshot-worker.ts";
