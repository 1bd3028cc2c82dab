import { FplaneError } from "../../domain/errors.ts";
import { newestRev } from "../revisions.ts";
import type { Reads, Store } from "../store.ts";
import { exportLines } from "./export-record.ts";
import { restoreLines } from "./restore-record.ts";

export type Verification = {
  readonly revisions: number;
  readonly rows: number;
  /** What is wrong; empty when all is well. */
  readonly faults: readonly string[];
};

const CHUNK = 200;
const MOST_FAULTS = 20;

/** Checks the chain of hashes of an export or a journal, and that every revision can be made again; compares no rows. */
export async function verifyLines(lines: AsyncIterable<string>, fresh: Store): Promise<Verification> {
  try {
    const { added } = await restoreLines(fresh, lines);
    return { revisions: added, rows: 0, faults: [] };
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    return { revisions: await newestRev(fresh), rows: 0, faults: [error.message] };
  }
}

/**
 * Checks the chain of hashes, makes every row again from the bodies in an empty store, and compares the two.
 *
 * @param fresh an empty store, which is left with a copy of the record
 * @param watch sees the lines of the record pass
 */
export async function verifyRecord(
  reads: Reads,
  fresh: Store,
  watch: (lines: AsyncIterable<string>) => AsyncIterable<string> = (lines) => lines,
): Promise<Verification> {
  const chain = await verifyLines(watch(exportLines(reads)), fresh);
  const { revisions } = chain;
  const faults = [...chain.faults];
  let rows = 0;
  for (let from = 1; from <= revisions && faults.length < MOST_FAULTS; from += CHUNK) {
    const until = Math.min(from + CHUNK, revisions + 1);
    const [recorded, replayed] = [
      await reads.rowsOfRevisions(from, until, revisions),
      await fresh.rowsOfRevisions(from, until, revisions),
    ];
    rows += replayed.length;
    const known = new Set(recorded);
    const expected = new Set(replayed);
    faults.push(...replayed.filter((row) => !known.has(row)).map((row) => `missing in the database: ${row}`));
    faults.push(...recorded.filter((row) => !expected.has(row)).map((row) => `not from any revision: ${row}`));
  }
  return { revisions, rows, faults: faults.slice(0, MOST_FAULTS) };
}
