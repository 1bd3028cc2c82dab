import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "../../bin/project/open-project.ts";
import type { DatabaseLocation } from "../../db/connection.ts";
import { openStore } from "../../db/open.ts";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import { copyEmpty, OPENING } from "../support/engines.ts";

/**
 * What `fplane verify` does: the chain is whole, and every row is what the revisions say, neither more nor less.
 *
 * @returns how many revisions there are
 */
export async function expectWhole(location: DatabaseLocation): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "fplane-whole-"));
  await copyEmpty(directory);
  const fresh = await openStore({ engine: "embedded", directory }, "HETDEX", OPENING);
  const store = await openStore(location, "HETDEX", { replay, notice: () => {} });
  try {
    const { revisions, faults } = await verifyRecord(store, fresh);
    expect(faults).toEqual([]);
    return revisions;
  } finally {
    await store.close();
    await fresh.close();
    rmSync(directory, { recursive: true });
  }
}

/** Minutes, for a figure. */
export function minutesSince(began: number): string {
  return `${((performance.now() - began) / 60_000).toFixed(1)} min`;
}
