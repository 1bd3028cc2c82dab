import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";

/** Whether this user can write into a directory, or make it where it is missing. */
export function isWritable(directory: string): boolean {
  if (!existsSync(directory) && dirname(directory) !== directory) return isWritable(dirname(directory));
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
