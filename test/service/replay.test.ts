import { beforeAll, describe, expect, test } from "bun:test";
import { schemaOf } from "../../db/connection.ts";
import { connectPostgres } from "../../db/postgres/connect.ts";
import { sha256 } from "../../src/domain/digest.ts";
import { readRecordLine, recordLine } from "../../src/domain/record/record-line.ts";
import { hashedText } from "../../src/domain/record/revision.ts";
import { exportLines } from "../../src/service/record/export-record.ts";
import { restoreLines } from "../../src/service/record/restore-record.ts";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import type { Store } from "../../src/service/store.ts";
import { describeOnEngines, type FreshDatabase } from "../support/engines.ts";
import { actsOfEveryKind, allAnswers } from "../support/every-kind.ts";
import { STARTING } from "../support/site.ts";

async function exported(store: Store): Promise<string[]> {
  return await Array.fromAsync(exportLines(store));
}

async function* lines(of: readonly string[]): AsyncGenerator<string> {
  yield* of;
}

/** The same revision with a body of somebody else's, and hashes that fit it. */
function forged(line: string): string {
  const { hash: _, ...head } = { ...readRecordLine(line, 1), body: "{}", bodySha256: sha256("{}") };
  return recordLine({ ...head, hash: sha256(hashedText(head)) });
}

describeOnEngines("the record of acts of every kind", (engine) => {
  let database: FreshDatabase;
  let store: Store;
  let days: readonly string[];
  let record: readonly string[];
  beforeAll(async () => {
    database = await engine.open();
    ({ store } = database);
    days = await actsOfEveryKind(store);
    record = await exported(store);
  }, STARTING);

  test("is verified: every row comes from a revision, and every revision from the one before", async () => {
    const fresh = await engine.open();
    const { revisions, rows, faults } = await verifyRecord(store, fresh.store);
    expect(faults).toEqual([]);
    expect(revisions).toBe(record.length);
    expect(rows).toBeGreaterThan(200);
  });

  describeOnEngines("made again", (other) => {
    test("answers as the first one at every revision, and is exported as the same bytes", async () => {
      const copy = await other.open();
      const begun = record.slice(0, 7);
      expect(await restoreLines(copy.store, lines(begun))).toEqual({ added: 7, present: 0 });
      expect(await restoreLines(copy.store, lines(record))).toEqual({ added: record.length - 7, present: 7 });
      expect(await restoreLines(copy.store, lines(record))).toEqual({ added: 0, present: record.length });
      expect(await exported(copy.store)).toEqual([...record]);
      expect(await allAnswers(copy.store, days)).toEqual([...(await allAnswers(store, days))]);
      expect(await copy.store.tags()).toEqual(await store.tags());
      expect(await copy.store.users()).toEqual(await store.users());
      expect(await copy.store.quarantine()).toEqual(await store.quarantine());
      expect(await copy.store.holds(record.length)).toEqual(await store.holds(record.length));
    });
  });

  describe("is not made again", () => {
    let copy: FreshDatabase;
    beforeAll(async () => {
      copy = await engine.open();
    }, STARTING);
    const changedLine = (n: number, from: string | RegExp, to: string) =>
      record.map((line, i) => (i === n ? line.replace(from, to) : line));

    test.each([
      [
        "from a line that was altered",
        () => changedLine(4, "import", "imp0rt"),
        { code: "bad-parameter", details: { line: 5 } },
      ],
      [
        "from a torn line",
        () => [...record.slice(0, 5), record[5]?.slice(0, 90) ?? ""],
        { code: "bad-parameter", details: { line: 6 } },
      ],
      [
        "with a revision missing",
        () => record.filter((_, i) => i !== 3),
        { code: "conflict", details: { revision: 5 } },
      ],
      [
        "with a body that only its hashes vouch for",
        () => [...record.slice(0, 4), forged(record[4] ?? ""), ...record.slice(5)],
        {
          code: "conflict",
          message: expect.stringMatching(/^revision 5: its body is none that this program understands/),
        },
      ],
    ])("%s: it says which", async (_, made, refusal) => {
      await expect(restoreLines(copy.store, lines(made()))).rejects.toMatchObject(refusal);
      expect(await copy.store.newestRevision()).toBeNull();
    });

    test("on top of another record", async () => {
      const another = await engine.open();
      await actsOfEveryKind(another.store); // the same acts, but other keys and salts
      await expect(restoreLines(another.store, lines(record))).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("holds another record"),
      });
    });
  });

  if (engine.name === "embedded") return; // of a database that is open nobody else can be the superuser
  describe("tampered with by a superuser", () => {
    /** Changes rows behind the triggers' back, verifies, and changes them back. */
    const faultsAfter = async (tampering: string, undoing: string): Promise<readonly string[]> => {
      if (database.location.engine === "embedded") throw new Error("this is about PostgreSQL");
      const superuser = await connectPostgres(database.location, schemaOf(database.project));
      try {
        await superuser.script("SET session_replication_role = replica");
        await superuser.script(tampering);
        const fresh = await engine.open();
        const { faults } = await verifyRecord(store, fresh.store);
        await superuser.script(undoing);
        return faults;
      } finally {
        await superuser.close();
      }
    };

    test.each([
      [
        "a placement",
        "UPDATE placement SET specid = '777' WHERE specid = '303'",
        "UPDATE placement SET specid = '303' WHERE specid = '777'",
        /placement .*777/,
      ],
      [
        "a position",
        "UPDATE position SET x = x + 1 WHERE ifuslot = '013'",
        "UPDATE position SET x = x - 1 WHERE ifuslot = '013'",
        /position .*-448.9/,
      ],
      [
        "a confirmation",
        "UPDATE confirmation SET valid = tstzrange(lower(valid), upper(valid) + '1 day')",
        "UPDATE confirmation SET valid = tstzrange(lower(valid), upper(valid) - interval '1 day')",
        /confirmation/,
      ],
      [
        "a hold",
        "UPDATE hold SET ifuslot = '017' WHERE ifuslot = '016' AND NOT upper_inf(rev)",
        "UPDATE hold SET ifuslot = '016' WHERE ifuslot = '017' AND NOT upper_inf(rev)",
        /hold .*017/,
      ],
      ["a tag", "UPDATE tag SET as_of = 1", "UPDATE tag SET as_of = rev - 1", /tag .*"as_of": 1/],
      [
        "what became of an upload",
        "UPDATE upload SET outcome = 'taken', code = NULL WHERE outcome = 'refused'",
        "UPDATE upload SET outcome = 'refused', code = 'conflict' WHERE rev = (SELECT rev FROM revision WHERE kind = 'refuse')",
        /upload .*refused/,
      ],
      [
        "a hardware status",
        "UPDATE hardware_status SET data_time = data_time + '1 hour'",
        "UPDATE hardware_status SET data_time = data_time - interval '1 hour'",
        /hardware_status/,
      ],
      [
        "a user's role",
        "UPDATE user_version SET role = 'admin' WHERE username = 'cron'",
        "UPDATE user_version SET role = 'updater' WHERE username = 'cron'",
        /user_version .*cron/,
      ],
      [
        "a user's address",
        "UPDATE user_version SET email = 'mallory@example.org' WHERE username = 'cron'",
        "UPDATE user_version SET email = 't@example.org' WHERE username = 'cron'",
        /revision \d+/,
      ],
      [
        "a row that no revision made",
        "INSERT INTO placement (instrument, ifuslot, ifuid, valid, rev, asserted_by) VALUES ('VIRUS', '105', '099', '[2020-01-01Z,2020-02-01Z)', '[5,)', 5)",
        "DELETE FROM placement WHERE ifuid = '099'",
        /not from any revision: placement .*099/,
      ],
      [
        "a row that is gone",
        "SELECT * INTO kept FROM placement WHERE ifuslot = '014'; DELETE FROM placement WHERE ifuslot = '014'",
        "INSERT INTO placement OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept",
        /missing in the database: placement .*014/,
      ],
    ])("%s is found", async (_, tampering, undoing, fault) => {
      const faults = await faultsAfter(tampering, undoing);
      expect(faults.join("\n")).toMatch(fault);
      expect(await faultsAfter("SELECT 1", "SELECT 1")).toEqual([]);
    });

    test("a revision whose reason was changed breaks the chain, there and not later", async () => {
      const to =
        "DO $$ BEGIN ALTER TABLE revision DISABLE TRIGGER ALL; ALTER TABLE revision DROP CONSTRAINT revision_check1; END $$";
      const faults = await faultsAfter(
        `${to}; UPDATE revision SET reason = 'no reason' WHERE rev = 7`,
        `UPDATE revision SET reason = '${(await store.revisionNumbered(7))?.reason.replaceAll("'", "''")}' WHERE rev = 7`,
      );
      expect(faults[0]).toMatch(/^revision 7: its hash is wrong/);
    });
  });
});
