import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PROJECT = join(import.meta.dir, "..", "..");

/**
 * The text of a real file of the survey, `fplane/full-nominal-20181008.txt`, or null where this machine has none. The
 * files belong to others and are no part of the project: tests that want them are skipped without them.
 */
export function realData(path: string): string | null {
  const places = [process.env["FPLANE_REAL_DATA"], join(PROJECT, "..", "shared", "data")];
  for (const place of places) {
    if (place !== undefined && existsSync(join(place, path))) return readFileSync(join(place, path), "utf8");
  }
  return null;
}
