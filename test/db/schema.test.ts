import { beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { is, sql } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import { type Connection, rowsOf } from "../../db/connection.ts";
import { dumpSchema } from "../../db/dump-schema.ts";
import * as schema from "../../db/schema.ts";
import { describeOnEngines } from "../support/engines.ts";

const COMMITTED = readFileSync(join(import.meta.dir, "..", "..", "db", "schema.sql"), "utf8");
const TABLES = Object.values(schema).filter((value) => is(value, PgTable));

describeOnEngines("the schema", (engine) => {
  let connection: Connection;
  beforeAll(async () => {
    ({ connection } = await engine.open());
  });

  test("is the committed db/schema.sql, on either engine (`bun run schema` writes it)", async () => {
    expect(await dumpSchema(connection)).toBe(COMMITTED);
  });

  test("is what the program takes it for: each table's columns, and which of them may be null", async () => {
    const rows = await rowsOf<{ table: string; column: string; nullable: string }>(
      connection.drizzle,
      sql`SELECT table_name AS table, column_name AS column, is_nullable AS nullable FROM information_schema.columns
          WHERE table_schema = ${connection.schema}`,
    );
    const expected = TABLES.flatMap((table) => {
      const { name, columns } = getTableConfig(table);
      return columns.map((column) => `${name}.${column.name}${column.notNull || column.primary ? "" : " or null"}`);
    });
    const names = TABLES.map((table) => getTableConfig(table).name);
    const known = rows.filter(({ table }) => names.includes(table));
    const found = known.map(
      ({ table, column, nullable }) => `${table}.${column}${nullable === "YES" ? " or null" : ""}`,
    );
    expect(found.sort()).toEqual(expected.sort());
  });
});
