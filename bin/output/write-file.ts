import { open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";

/**
 * Writes a file whole or not at all: a reader sees the old one or the new one, also when the machine stops midway.
 * A device or a pipe is written to; replaced by a file, /dev/null would be lost to the whole machine.
 *
 * @param content chunks too; an error that they end in is passed on
 * @throws FplaneError `bad-parameter` when it cannot be written; what stood there before is as it was
 */
export async function writeFileWhole(
  path: string,
  content: string | AsyncIterable<string>,
  mode = 0o666,
): Promise<void> {
  const temporary = join(dirname(path), `.fplane-${crypto.randomUUID()}.tmp`);
  try {
    const standing = await stat(path).catch(() => null);
    if (standing !== null && !standing.isFile()) return await writeFile(path, content);
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    if (!(error instanceof Error && "syscall" in error)) throw error; // of whoever makes the content
    const isAway = "code" in error && error.code === "ENOENT";
    const why = isAway ? `there is no directory ${dirname(path)}` : error.message;
    throw new FplaneError("bad-parameter", `${path} cannot be written: ${why}`);
  }
}
