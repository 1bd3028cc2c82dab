import { open, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { FplaneError } from "../../src/domain/errors.ts";

/**
 * Writes a file whole or not at all: a reader sees the old one or the new one, also when the machine stops midway.
 * A device or a pipe is written to; replaced by a file, /dev/null would be lost to the whole machine. Of a link it is the file
 * that it leads to, which need not be there yet.
 *
 * @param content chunks too; an error that they end in is passed on
 * @throws FplaneError `bad-parameter` when it cannot be written; what stood there before is as it was
 */
export async function writeFileWhole(
  path: string,
  content: string | AsyncIterable<string>,
  mode = 0o666,
): Promise<void> {
  let temporary: string | null = null;
  let target = path;
  try {
    const standing = await stat(path).catch(unlessMissing);
    if (standing !== null && !standing.isFile()) return await writeFile(path, content);
    target = await behindLinks(path);
    temporary = `${dirname(target)}/.fplane-${crypto.randomUUID()}.tmp`;
    const file = await open(temporary, "wx", mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    if (temporary !== null) await rm(temporary, { force: true }).catch(() => {}); // where it could not be made either
    if (!(error instanceof Error && "syscall" in error)) throw error; // of whoever makes the content
    const isAway = isMissing(error) && !(await isThere(dirname(target)));
    const why = isAway ? `there is no directory ${dirname(target)}` : error.message;
    throw new FplaneError("bad-parameter", `${path} cannot be written: ${why}`);
  }
}

/** Where the links end that begin at a path. Not by `join`: of `link/../x` it makes another file. */
async function behindLinks(path: string): Promise<string> {
  const target = await readlink(path).catch(() => null);
  if (target === null) return path;
  return await behindLinks(isAbsolute(target) ? target : `${dirname(path)}/${target}`);
}

function unlessMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(unlessMissing)) !== null;
}
