import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEndOfRun } from "./end-of-run.ts";

/** A disk of a few megabytes, which a test can fill. */
export type SmallDisk = {
  readonly path: string;
  /** Takes all room on it but so many bytes. */
  readonly fill: (but?: number) => void;
  readonly free: () => void;
  readonly setReadOnly: (readOnly: boolean) => void;
};

/** Only root may mount, and not everywhere. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0 || process.platform !== "linux") return false;
  const path = mkdtempSync(join(tmpdir(), "fplane-mount-"));
  const isMounted = command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path);
  if (isMounted) command("umount", path);
  rmSync(path, { recursive: true });
  return isMounted;
}

/** Mounts it; it is gone at the end of the run. */
export function smallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), "fplane-disk-"));
  if (!command("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "tmpfs", path))
    throw new Error(`${path} cannot be mounted`);
  atEndOfRun(() => {
    if (!command("umount", path)) command("umount", "-l", path);
    rmSync(path, { recursive: true, force: true });
  });
  const filler = join(path, "filler");
  const free = () => rmSync(filler, { force: true });
  return {
    path,
    free,
    fill: (but = 0) => {
      free();
      const { bavail, bsize } = statfsSync(path);
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - but)));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error; // others write there too
      }
    },
    setReadOnly: (readOnly) => {
      const mode = readOnly ? "ro" : "rw";
      if (!command("mount", "-o", `remount,${mode}`, path)) throw new Error(`${path} cannot be mounted ${mode}`);
    },
  };
}

function command(...words: string[]): boolean {
  return Bun.which(words[0] ?? "") !== null && Bun.spawnSync(words).exitCode === 0;
}
