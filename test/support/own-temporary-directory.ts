import { chmodSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const outer = tmpdir();
const own = mkdtempSync(join(outer, "fplane-tests-"));
chmodSync(own, 0o1777); // PostgreSQL and nginx do not run as root
process.env["TMPDIR"] = own;

/** Removes all that the tests and the programs that they started have left among the temporary files. */
export async function removeTemporaryFiles(): Promise<void> {
  process.env["TMPDIR"] = outer;
  await rm(own, { recursive: true, force: true });
}
