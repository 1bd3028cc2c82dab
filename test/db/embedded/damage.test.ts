import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findDamage } from "../../../db/embedded/damage.ts";
import { faultyPage } from "../../../db/embedded/pages.ts";
import { openStore } from "../../../db/open.ts";
import { type Damageable, damageable } from "../../support/damaged-copy.ts";
import { OPENING } from "../../support/engines.ts";

const root = mkdtempSync(join(tmpdir(), "fplane-damage-test-"));
let record: Damageable;

beforeAll(async () => {
  record = await damageable(root, 3);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Turns one bit of a byte. */
function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
}

describe("a byte of a database's file that a disk has spoilt", () => {
  const relationOf = (database: string) =>
    readdirSync(join(database, "base", "5"))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => join(database, "base", "5", name))
      .filter((file) => statSync(file).size > 0);

  test("is found by the page's checksum, wherever it is", () => {
    const { database } = record.copy();
    for (const file of relationOf(database).slice(0, 40)) {
      const bytes = readFileSync(file);
      expect(faultyPage(bytes, 0)).toBeNull();
      for (const at of [0, 8, 15, 4000, bytes.length - 1]) {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = (spoilt[at] ?? 0) ^ 1;
        expect([file, at, faultyPage(spoilt, 0)]).toEqual([file, at, Math.floor(at / 8192)]);
      }
    }
  });

  test("a page of zeros is one that was not written yet; half a page is torn", () => {
    expect(faultyPage(Buffer.alloc(8192 * 3), 0)).toBeNull();
    expect(faultyPage(Buffer.alloc(8192 + 10, 0), 0)).toBeNull();
    expect(faultyPage(Buffer.concat([Buffer.alloc(8192), Buffer.alloc(10, 1)]), 7)).toBe(8);
  });

  test("is found by its digest in what has no checksum, when the database was closed", () => {
    const { database, digests } = record.copy();
    const file = join("pg_xact", "0000");
    flip(join(database, file), 100);
    expect(findDamage(database, digests)).toEqual({ fault: `${file} has changed since it was closed`, closed: true });
    expect(findDamage(database, digests)).toEqual({ fault: null, closed: false }); // the digests are used up
  });

  test("costs nothing that was recorded: the database is made again, and answers the same", async () => {
    const { directory, database, notices, open } = record.copy();
    flip(join(database, "pg_xact", "0000"), 100);
    const store = await open();
    expect(notices.join()).toContain("has changed since it was closed");
    expect(await record.answers(store)).toEqual([...record.expected]);
    await store.close();
    expect(readdirSync(directory).filter((name) => name.startsWith("database.damaged-"))).toHaveLength(1);
    await (await openStore({ engine: "embedded", directory }, "HETDEX", OPENING)).close(); // nothing more to repair
  });
});

test("a database that was cut off and lacks more than its last revision is begun anew", async () => {
  const older = record.copy();
  const journal = readFileSync(older.journal);
  const store = await older.open();
  await record.record(store, 3);
  await store.close();
  const newer = record.copy();
  writeFileSync(newer.journal, readFileSync(older.journal));
  expect(readFileSync(newer.journal).length).toBeGreaterThan(journal.length);
  rmSync(newer.digests);
  const reopened = await newer.open();
  expect(newer.notices.join()).toContain("it was cut off and lacks the last 3 revisions");
  expect((await reopened.newestRevision())?.rev).toBe(record.expected.length + 3);
  await reopened.close();
});
