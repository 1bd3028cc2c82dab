import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MIGRATIONS } from "../migrate.ts";

/** Beside the packages, where tools keep what can be made again; a binary has no such place, and brings its snapshot. */
const PACKAGES = join(import.meta.dir, "..", "..", "node_modules");

/**
 * A snapshot that another data directory was begun from already, for this schema, these migrations and this PGlite: to
 * make one takes ten seconds.
 *
 * @returns its bytes; null when there is none, or it is not what was kept
 */
export function sharedSnapshot(schema: string): Uint8Array<ArrayBuffer> | null {
  try {
    const path = pathOf(schema);
    if (!existsSync(path)) return null;
    const bytes = new Uint8Array(readFileSync(path));
    return readFileSync(`${path}.sha256`, "utf8") === digest(bytes) ? bytes : null;
  } catch {
    return null; // the next one is made, as if nobody had made one before
  }
}

/** Keeps a snapshot for the next data directory, where that is allowed; it holds nobody's data. */
export function shareSnapshot(schema: string, bytes: Uint8Array): void {
  try {
    const path = pathOf(schema);
    mkdirSync(dirname(path), { recursive: true });
    for (const [name, content] of [[path, bytes] as const, [`${path}.sha256`, digest(bytes)] as const]) {
      const written = `${name}.${process.pid}`;
      writeFileSync(written, content);
      renameSync(written, name);
    }
  } catch {
    // A program that others have installed cannot write there.
  }
}

function pathOf(schema: string): string {
  const { version } = JSON.parse(
    readFileSync(
      join(dirname(fileURLToPath(import.meta.resolve("@electric-sql/pglite"))), "..", "package.json"),
      "utf8",
    ),
  ) as { version: string };
  const made = createHash("sha256")
    .update(JSON.stringify([version, schema, MIGRATIONS]))
    .digest("hex");
  return join(PACKAGES, ".cache", "fplane", `snapshot-${made.slice(0, 16)}.tgz`);
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
