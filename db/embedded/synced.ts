import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** Writes all of it: one call may write a part. */
export function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** A new file is only safe when its directory is on the disk as well, and so is the removal of one. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
