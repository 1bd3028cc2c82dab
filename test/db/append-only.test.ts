import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { APP_ROLE, type Connection, OWNER_ROLE, rowsOf } from "../../db/connection.ts";
import type { Revision } from "../../src/domain/record/revision.ts";
import { later } from "../../src/domain/time/instant.ts";
import { addHold } from "../../src/service/holds.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { addTag } from "../../src/service/tags.ts";
import { outcomeOf, revisionAfter } from "../support/direct-sql.ts";
import { describeOnEngines, type FreshDatabase } from "../support/engines.ts";
import { addUsers, CURATOR, importOf, observatory } from "../support/observatory.ts";
import { fileOf, send, unitsIn } from "../support/verbs.ts";

/** Of each table that is append-only a change that would alter something. */
const CHANGES = {
  revision: "actor = 'mallory'",
  placement: "specid = '999'",
  position: "x = 0",
  confirmation: "valid = '[2020-01-01,2021-01-01)'",
  hardware_status: "data_time = '2020-01-01'",
  hold: "ifuslot = '014'",
  tag: "as_of = 1",
  upload: "outcome = 'taken'",
  user_version: "role = 'admin'",
} as const;
const TABLES = Object.keys(CHANGES) as (keyof typeof CHANGES)[];

/** Tables that no revision knows of. */
const APART = ["migration", "outbox", "outbox_cursor", "key_use"];

const INSUFFICIENT_PRIVILEGE = "42501";
const CHECK_VIOLATION = "23514";
const UNIQUE_VIOLATION = "23505";

describeOnEngines("what the record refuses", (engine) => {
  let database: FreshDatabase;
  let connection: Connection;
  let last: Revision | null;

  beforeAll(async () => {
    database = await engine.open();
    connection = database.connection;
    const deps = observatory(database.store);
    await addUsers(deps);
    const text = fileOf(unitsIn(3), { at: { "013": [-450.1, 150] } });
    await importFplane(deps, CURATOR, importOf("a.txt", text, "20190101", { actual: true }));
    await send(deps, unitsIn(4));
    await addHold(deps, CURATOR, { ifuslots: ["013"], from: "20190101", reason: "test", commit: true });
    await addTag(deps, CURATOR, { name: "DR1", reason: "test" });
  });
  beforeEach(async () => {
    last = await database.store.newestRevision();
  });
  const outcome = (...statements: string[]) => outcomeOf(connection, ...statements);

  describe("changes of what is recorded", () => {
    test("every table is either tried here or no part of the record", async () => {
      const tables = await rowsOf<{ name: string }>(
        connection.drizzle,
        sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = ${connection.schema}`,
      );
      expect(tables.map(({ name }) => name).sort()).toEqual([...TABLES, ...APART].sort());
    });

    for (const table of TABLES) {
      const attempts = [`UPDATE ${table} SET ${CHANGES[table]}`, `DELETE FROM ${table}`, `TRUNCATE ${table} CASCADE`];
      test.each(attempts)("the application may not: %s", async (statement) => {
        expect(await outcome(statement)).toBe(INSUFFICIENT_PRIVILEGE);
      });

      test.each(attempts)("not even the tables' owner can: %s", async (statement) => {
        expect(await outcome(`SET LOCAL ROLE ${OWNER_ROLE}`, statement)).toBe("FP002");
      });
    }
  });

  describe("changes of the rules", () => {
    test.each([
      "ALTER TABLE placement DISABLE TRIGGER ALL",
      "SET LOCAL session_replication_role = replica",
      "DROP TRIGGER placement_delete ON placement",
      "DROP TABLE placement",
      "ALTER TABLE placement DROP CONSTRAINT placement_ifu_in_one_seat",
      "ALTER TABLE revision ADD COLUMN note text",
      "CREATE TABLE more (id int)",
      "CREATE SCHEMA more",
      "CREATE RULE nothing AS ON INSERT TO placement DO INSTEAD NOTHING",
      "DROP FUNCTION append_only() CASCADE",
      "CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
      "INSERT INTO migration (name) VALUES ('0000_mine')",
      "DELETE FROM migration",
    ])("%s", async (statement) => {
      expect(await outcome(statement)).toBe(INSUFFICIENT_PRIVILEGE);
    });

    test("GRANT UPDATE ON placement", async () => {
      await outcome(`GRANT UPDATE ON placement TO ${APP_ROLE}`); // PostgreSQL may do no more than warn that nothing was granted
      expect(await outcome("UPDATE placement SET specid = '999'")).toBe(INSUFFICIENT_PRIVILEGE);
    });
  });

  describe("revisions", () => {
    test("one that skips a number", async () => {
      expect(await outcome(revisionAfter(last, { rev: (last?.rev ?? 0) + 2 }).statement)).toBe("FP001");
    });

    test("one whose number is taken", async () => {
      const { statement } = revisionAfter(last, { rev: last?.rev ?? 0 });
      expect([UNIQUE_VIOLATION, "FP001"]).toContain(await outcome(statement));
    });

    test("one that does not continue the chain", async () => {
      expect(await outcome(revisionAfter(last, { prevHash: "0".repeat(64) }).statement)).toBe("FP001");
      expect(await outcome(revisionAfter(last, { prevHash: "" }).statement)).toBe("FP001");
    });

    test("one that was recorded before its predecessor, or at the same time", async () => {
      const at = last?.recordedAt ?? later(0 as Revision["recordedAt"], 0);
      expect(await outcome(revisionAfter(last, { recordedAt: at }).statement)).toBe("FP001");
      expect(await outcome(revisionAfter(last, { recordedAt: later(at, -1) }).statement)).toBe("FP001");
    });

    test("one recorded at infinity, after which none could follow", async () => {
      const { statement } = revisionAfter(last);
      const forever = statement.replace(/'\d{4}-[^']*Z'/, "'infinity'");
      expect(forever).toContain("'infinity'");
      expect(await outcome(forever)).not.toBe("accepted");
    });

    test.each([
      ["the digest of another body", { bodySha256: "0".repeat(64) }],
      ["the hash of another revision", { hash: "0".repeat(64) }],
      ["an unknown kind", { kind: "gossip" as Revision["kind"] }],
      ["nobody's name", { actor: "" }],
      ["a line break in its name", { actor: "mallory\ncora" }],
      ["a line break in its reason", { reason: "nothing\rat all" }],
    ])("one with %s", async (_what, given) => {
      expect(await outcome(revisionAfter(last, given).statement)).toBe(CHECK_VIOLATION);
    });
  });

  test("the record is still what it was", async () => {
    expect(await database.store.newestRevision()).toEqual(last);
  });
});
