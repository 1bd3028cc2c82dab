import { beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type Connection, OWNER_ROLE, rowsOf } from "../../db/connection.ts";
import type { Revision } from "../../src/domain/record/revision.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { outcomeOf, quoted, revisionAfter } from "../support/direct-sql.ts";
import { describeOnEngines, type FreshDatabase } from "../support/engines.ts";
import { CURATOR, importOf, observatory } from "../support/observatory.ts";
import { fileOf, unitsIn } from "../support/verbs.ts";

const CHECK_VIOLATION = "23514";
const EXCLUSION_VIOLATION = "23P01";
const UNIQUE_VIOLATION = "23505";

type Columns = Readonly<Record<string, string | number | null>>;

/** The statement that adds a row. */
function insert(table: string, columns: Columns): string {
  const values = Object.values(columns).map((value) =>
    value === null ? "NULL" : typeof value === "number" ? String(value) : quoted(value),
  );
  return `INSERT INTO ${table} (${Object.keys(columns).join(", ")}) VALUES (${values.join(", ")})`;
}

describeOnEngines("facts", (engine) => {
  let database: FreshDatabase;
  let connection: Connection;
  let last: Revision | null;
  let next: ReturnType<typeof revisionAfter>;

  beforeAll(async () => {
    database = await engine.open();
    connection = database.connection;
    const deps = observatory(database.store);
    const text = fileOf(unitsIn(3), { at: { "013": [-450.1, 150] } });
    await importFplane(deps, CURATOR, importOf("a.txt", text, "20190101", { actual: true }));
    const files = [{ name: "b.txt", text: fileOf(unitsIn(2)), from: "20190201", until: "20190301" }];
    await importFplane(deps, CURATOR, { ...importOf("", "", ""), files });
  });
  beforeEach(async () => {
    last = await database.store.newestRevision();
    next = revisionAfter(last);
  });
  const outcome = (...statements: string[]) => outcomeOf(connection, ...statements);
  const placement = (columns: Columns = {}) =>
    insert("placement", {
      instrument: "VIRUS",
      ifuslot: "101",
      ifuid: "081",
      specid: "514",
      valid: "[2010-01-01,2010-02-01)",
      rev: `[${next.rev},)`,
      asserted_by: 1,
      ...columns,
    });
  const position = (columns: Columns = {}) =>
    insert("position", {
      ifuslot: "103",
      ifuid: "081",
      x: 1,
      y: 2,
      valid: "[2010-01-01,)",
      rev: `[${next.rev},)`,
      asserted_by: 1,
      ...columns,
    });
  const confirmation = (columns: Columns = {}) =>
    insert("confirmation", { valid: "[2010-01-01,2010-02-01)", rev: `[${next.rev},)`, ...columns });

  describe("belong to the revision that is being written", () => {
    test.each(["placement", "position", "confirmation"] as const)("a %s", async (table) => {
      const add = { placement, position, confirmation }[table];
      expect(await outcome(add())).toBe("FP003"); // the revision does not exist
      expect(await outcome(add({ rev: `[${last?.rev},)` }))).toBe("FP003"); // it has been written
      expect(await outcome(next.statement, add({ rev: `[${last?.rev},)` }))).toBe("FP003");
      expect(await outcome(next.statement, add({ rev: `[${next.rev},${next.rev + 5})` }))).toBe("FP003");
      expect(await outcome(next.statement, add({ rev: "(,)" }))).not.toBe("accepted");
    });

    test("a hardware status and a user", async () => {
      const status = (rev = 0) => insert("hardware_status", { rev, data_time: "2020-01-01", starts_at: "2020-01-01" });
      const user = (rev = 0) =>
        insert("user_version", {
          username: "mallory",
          rev,
          role: "admin",
          enabled: "true",
          first_name: "",
          last_name: "",
          email: "",
          key_sha256: "0".repeat(64),
          key_sealed: "",
          salt: "",
        });
      for (const add of [status, user]) {
        expect(await outcome(add(last?.rev))).toBe("FP003");
        expect(await outcome(add(next.rev))).toBe("FP003");
        expect(await outcome(next.statement, add(last?.rev))).toBe("FP003");
      }
      const endless = user(next.rev)
        .replace("salt)", "salt, previous_key_sha256)")
        .replace(/\)$/, `, '${"1".repeat(64)}')`);
      expect(await outcome(next.statement, endless)).toBe(CHECK_VIOLATION);
    });

    test("whatever temporary tables say", async () => {
      const table = `${connection.schema}.revision`;
      const shadow = `CREATE TEMPORARY TABLE revision ON COMMIT DROP AS SELECT * FROM ${table} WHERE false`;
      const lie = { ...last, rev: 41, hash: "1".repeat(64) } as Revision;
      const believed = revisionAfter(lie, {}, table).statement;
      expect(await outcome(shadow, revisionAfter(null, { rev: 41, hash: lie.hash }).statement, believed)).toBe("FP001");
      const written = revisionAfter(null, { rev: last?.rev ?? 0 }).statement;
      expect(await outcome(shadow, written, placement({ rev: `[${last?.rev},)` }))).toBe("FP003");
    });
  });

  describe("are superseded by the revision that is being written", () => {
    const idOf = async (known: string) => {
      const [row] = await rowsOf<{ id: string }>(
        connection.drizzle,
        sql`SELECT id FROM placement WHERE ${sql.raw(known)} ORDER BY id LIMIT 1`,
      );
      return Number(row?.id);
    };
    const supersede = (id: number, rev: number) => `SELECT supersede_placements(ARRAY[${id}]::bigint[], ${rev})`;

    test("and by no other", async () => {
      const id = await idOf("upper_inf(rev)");
      expect(await outcome(supersede(id, last?.rev ?? 0))).toBe("FP002");
      expect(await outcome(supersede(id, next.rev))).toBe("FP002");
      expect(await outcome(next.statement, supersede(id, next.rev + 1))).toBe("FP002");
      for (const table of ["positions", "confirmations"])
        expect(
          await outcome(`SELECT supersede_${table}((SELECT array_agg(id) FROM ${table.slice(0, -1)}), ${next.rev})`),
        ).toBe("FP002");
    });

    test("and only once", async () => {
      const id = await idOf("NOT upper_inf(rev)");
      expect(id).toBeGreaterThan(0);
      expect(await outcome(next.statement, supersede(id, next.rev))).toBe("FP002");
    });

    test("and keep all else that they are, also at the owner's hand", async () => {
      const id = await idOf("upper_inf(rev)");
      for (const change of [
        `specid = '999', rev = int8range(lower(rev), ${next.rev})`,
        `rev = int8range(lower(rev) + 1, ${next.rev})`,
      ]) {
        const update = `UPDATE placement SET ${change} WHERE id = ${id}`;
        expect(await outcome(next.statement, `SET LOCAL ROLE ${OWNER_ROLE}`, update)).toBe("FP002");
      }
    });

    test("and not in the revision that added them", async () => {
      const own = `SELECT supersede_placements(array_agg(id), ${next.rev}) FROM placement WHERE lower(rev) = ${next.rev}`;
      expect(await outcome(next.statement, placement(), own)).toBe(CHECK_VIOLATION);
    });
  });

  describe("cannot contradict each other", () => {
    test.each([
      ["two units in one seat", { ifuid: "080", specid: "513" }],
      ["one IFU in two seats", { ifuslot: "102", specid: "513" }],
      ["one IFU in a VIRUS seat and another", { instrument: "LRS2", ifuslot: "056", specid: "513" }],
      ["one spectrograph in two seats", { ifuslot: "102", ifuid: "080" }],
    ])("%s", async (_what, other) => {
      const overlapping = placement({ ...other, valid: "[2010-01-31,)" });
      expect(await outcome(next.statement, placement(), overlapping)).toBe(EXCLUSION_VIOLATION);
    });

    test("two positions of one IFU in a seat, two confirmations of one stretch", async () => {
      expect(await outcome(next.statement, position(), position({ valid: "[2009-01-01,2010-01-02)" }))).toBe("23P01");
      expect(await outcome(next.statement, confirmation(), confirmation())).toBe("23P01");
    });

    test("what does not overlap is no contradiction, nor is a SPECID of two instruments", async () => {
      const after = placement({ valid: "[2010-02-01,)" });
      const lrs2 = placement({ instrument: "LRS2", ifuslot: "056", ifuid: "998" });
      expect(await outcome(next.statement, placement(), after, lrs2)).toBe("accepted");
    });
  });

  test("that contradict each other only until the transaction ends do not: two units are swapped", async () => {
    const moved = placement({ ifuslot: "104", ifuid: "001", specid: "301", valid: "[2019-01-15,)" });
    const left = `(ifuid = '001' OR ifuslot = '104') AND upper_inf(rev) AND lower(rev) < ${next.rev}`;
    const freed = `SELECT supersede_placements(array_agg(id), ${next.rev}) FROM placement WHERE ${left}`;
    expect(await outcome(next.statement, moved)).toBe(EXCLUSION_VIOLATION);
    expect(await outcome(next.statement, moved, freed)).toBe("accepted");
  });

  test("settle an upload once", async () => {
    const upload = () =>
      insert("upload", { rev: next.rev, sha256: "0".repeat(64), outcome: "discarded", code: null, resolves: 1 });
    expect(await outcome(next.statement, upload())).toBe("accepted");
    next = revisionAfter(await database.store.newestRevision());
    expect(await outcome(next.statement, upload())).toBe(UNIQUE_VIOLATION);
  });

  describe("have a span that is half-open and finite", () => {
    test.each([
      ["[2010-01-01,infinity)"],
      ["[-infinity,2010-01-01)"],
      ["[2010-01-01,2010-02-01]"],
      ["(2010-01-01,2010-02-01)"],
      ["(,2010-01-01)"],
      ["[2010-01-01,2010-01-01)"],
      ["empty"],
    ])("not %s", async (valid) => {
      for (const add of [placement, position, confirmation])
        expect(await outcome(next.statement, add({ valid }))).toBe(CHECK_VIOLATION);
    });

    test("and a confirmation has an end", async () => {
      expect(await outcome(next.statement, confirmation({ valid: "[2010-01-01,)" }))).toBe(CHECK_VIOLATION);
    });

    test("and the time of a hardware status is finite", async () => {
      const status = { rev: next.rev, data_time: "2020-01-01", starts_at: "2020-01-01" };
      for (const column of ["data_time", "starts_at"]) {
        const endless = insert("hardware_status", { ...status, [column]: "infinity" });
        expect(await outcome(next.statement, endless)).toBe(CHECK_VIOLATION);
      }
    });
  });

  test.each([
    ["000 for an empty id", { ifuid: "000" }],
    ["ids that are not of three digits", { specid: "14" }],
    ["seats that are not of three digits", { ifuslot: "13" }],
    ["the centre as a seat", { ifuslot: "000" }],
    ["unknown instruments", { instrument: "MUSE" }],
    ["controllers with a line break", { contid: "S/N\n1" }],
    ["revisions that said it before they were", { asserted_by: 1_000_000 }],
  ])("know no %s", async (_what, columns) => {
    expect(await outcome(next.statement, placement(columns))).toBe(CHECK_VIOLATION);
  });
});
