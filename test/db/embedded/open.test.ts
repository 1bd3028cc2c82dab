import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replay } from "../../../bin/project/open-project.ts";
import { announceLines } from "../../../db/embedded/announced-lines.ts";
import { openAsApplication, openStore } from "../../../db/open.ts";
import { createStore } from "../../../db/store.ts";
import { renderFplane } from "../../../src/domain/files/fplane-file.ts";
import { importFplane } from "../../../src/service/import-fplane.ts";
import { verifyRecord } from "../../../src/service/record/verify-record.ts";
import type { Store } from "../../../src/service/store.ts";
import { addUser } from "../../../src/service/users.ts";
import { ADMIN, addUsers, importOf, observatory } from "../../support/observatory.ts";
import { madeUpPlane } from "../../support/planes.ts";

/** How many revisions the record of these tests has: three users and an import. */
const REVISIONS = 4;

describe("the embedded database", () => {
  const root = mkdtempSync(join(tmpdir(), "fplane-embedded-test-"));
  const original = join(root, "original");
  let copies = 0;
  let notices: string[] = [];
  const open = (directory: string) =>
    openStore({ engine: "embedded", directory }, "HETDEX", { replay, notice: (message) => void notices.push(message) });
  /** A copy of the directory as it was left, changed by the test before it is opened. */
  const copied = () => {
    copies += 1;
    notices = [];
    const directory = join(root, `copy-${copies}`);
    cpSync(original, directory, { recursive: true });
    return { directory, journal: join(directory, "journal.jsonl"), database: join(directory, "database") };
  };
  const newestOf = async (store: Store) => (await store.newestRevision())?.rev ?? 0;
  const reopened = async (directory: string) => {
    const store = await open(directory);
    try {
      const users = (await store.users()).map((user) => user.username);
      return { rev: await newestOf(store), users };
    } finally {
      await store.close();
    }
  };

  beforeAll(async () => {
    const store = await open(original);
    const deps = observatory(store);
    await addUsers(deps);
    const text = renderFplane(madeUpPlane(), "full");
    await importFplane(deps, ADMIN, importOf("plane.txt", text, "20180101", { actual: true, force: true }));
    await store.close();
  }, 120_000);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test("is there again, with nothing to repair", async () => {
    const { directory } = copied();
    expect(await reopened(directory)).toEqual({ rev: REVISIONS, users: ["ada", "cora", "cron"] });
    expect(notices).toEqual([]);
  });

  test("a revision whose commit fails is not in the journal either", async () => {
    const { directory, journal } = copied();
    const options = { replay, notice: (message: string) => void notices.push(message) };
    const opened = await openAsApplication({ engine: "embedded", directory }, "HETDEX", options);
    const { drizzle } = opened.connection;
    const failing: typeof drizzle.transaction = (act) =>
      drizzle.transaction(async (tx) => {
        await act(tx);
        throw new Error("the commit failed");
      });
    const connection = {
      ...opened.connection,
      drizzle: Object.assign(Object.create(drizzle), { transaction: failing }),
    };
    const store = createStore(connection, opened.journal);
    const before = readFileSync(journal, "utf8");
    const person = {
      username: "late",
      role: "updater",
      firstName: "T",
      lastName: "T",
      email: "t@example.org",
    } as const;
    await expect(addUser(observatory(store), ADMIN, person)).rejects.toThrow("the commit failed");
    expect(readFileSync(journal, "utf8")).toBe(before);
    await store.close();
    expect((await reopened(directory)).rev).toBe(REVISIONS);
    expect(notices).toEqual([]);
  });

  test("is nobody else's to read", () => {
    const { directory } = copied();
    expect(statSync(original).mode & 0o777).toBe(0o700);
    for (const entry of readdirSync(original, { withFileTypes: true, recursive: true })) {
      if (entry.isFile() && entry.name.startsWith("journal")) {
        expect(statSync(join(entry.parentPath, entry.name)).mode & 0o077).toBe(0);
      }
    }
    rmSync(directory, { recursive: true });
  });

  test("a second opener is told which process has it, and changes nothing", async () => {
    const { directory } = copied();
    const store = await open(directory);
    await expect(open(directory)).rejects.toMatchObject({
      code: "unavailable",
      message: `the database in ${directory} is locked by process ${process.pid}`,
    });
    expect(await newestOf(store)).toBe(REVISIONS);
    await store.close();
    expect((await reopened(directory)).rev).toBe(REVISIONS);
  });

  test("one that is deleted is made again from the journal, users and keys included", async () => {
    const { directory, database } = copied();
    rmSync(database, { recursive: true });
    expect(await reopened(directory)).toEqual({ rev: REVISIONS, users: ["ada", "cora", "cron"] });
    expect(notices.join()).toContain(`revisions 1 to ${REVISIONS} are made again from the journal`);
  });

  test("one with a spoilt byte is put aside and made again", async () => {
    const { directory, database } = copied();
    const tables = readdirSync(join(database, "base"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /^\d+$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file).includes("VIRUS"));
    expect(tables.length).toBeGreaterThan(0);
    for (const file of tables) {
      const bytes = readFileSync(file);
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 0x5a;
      bytes[100] = (bytes[100] ?? 0) ^ 0x5a;
      writeFileSync(file, bytes);
    }
    expect((await reopened(directory)).rev).toBe(REVISIONS);
    expect(notices.join()).toContain("is damaged");
    expect(readdirSync(directory).some((name) => name.startsWith("database.damaged-"))).toBe(true);
  });

  test("a last line cut at any place is written again from the database", async () => {
    const { directory, journal } = copied();
    const whole = readFileSync(journal);
    const lastLine = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (const length of [lastLine, lastLine + 1, lastLine + 500, whole.length - 70, whole.length - 1]) {
      truncateSync(journal, length);
      expect((await reopened(directory)).rev).toBe(REVISIONS);
      expect(readFileSync(journal).equals(whole)).toBe(true);
    }
  }, 120_000);

  test("a torn last line that the database does not have either is cut off and reported", async () => {
    const { directory, journal, database } = copied();
    const whole = readFileSync(journal);
    truncateSync(journal, whole.length - 100);
    rmSync(database, { recursive: true });
    expect((await reopened(directory)).rev).toBe(REVISIONS - 1);
    expect(notices.join()).toContain("is torn");
    expect(readFileSync(`${journal}.damaged`).length).toBe(whole.length - 100);
  });

  test("a transaction of several revisions that was cut off after the first is finished", async () => {
    const { directory, journal, database } = copied();
    rmSync(database, { recursive: true });
    const text = readFileSync(journal, "utf8");
    const offset = text.split("\n").slice(0, 2).join("\n").length + 1;
    announceLines(journal, offset, Buffer.from(text.slice(offset)));
    truncateSync(journal, text.length - 100);
    expect(await reopened(directory)).toMatchObject({ rev: REVISIONS });
    expect(readFileSync(journal, "utf8")).toBe(text);
  });

  test("a damaged line in the middle, that nothing else has, stops the start: nothing is given up", async () => {
    const { directory, journal, database } = copied();
    const bytes = readFileSync(journal);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(journal, bytes);
    rmSync(database, { recursive: true });
    await expect(open(directory)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("restore from an export"),
    });
    expect(readFileSync(journal).equals(bytes)).toBe(true);
  });

  test("a journal of another record is refused", async () => {
    const { directory, journal } = copied();
    const other = join(root, "other");
    const store = await open(other);
    await addUsers(observatory(store));
    await store.close();
    writeFileSync(journal, readFileSync(join(other, "journal.jsonl")));
    await expect(open(directory)).rejects.toMatchObject({ message: expect.stringContaining("hold different records") });
  }, 120_000);

  test("what is made again is the same, row by row", async () => {
    const { directory } = copied();
    const fresh = copied();
    rmSync(fresh.database, { recursive: true });
    rmSync(fresh.journal);
    const [store, empty] = [await open(directory), await open(fresh.directory)];
    expect(await verifyRecord(store, empty)).toMatchObject({ revisions: REVISIONS, faults: [] });
    await store.close();
    await empty.close();
  }, 120_000);
});
