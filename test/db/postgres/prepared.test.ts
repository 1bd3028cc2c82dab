import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { type Connection, rowsOf } from "../../../db/connection.ts";
import { connectPostgres } from "../../../db/postgres/connect.ts";
import { postgresServer } from "../../support/postgres.ts";

const server = await postgresServer();

describe.skipIf(server === null)("what PostgreSQL answers (needs postgresql)", () => {
  let connection: Connection;
  beforeAll(async () => {
    const url = (await server?.createDatabase()) ?? "";
    connection = await connectPostgres({ engine: "postgres", url }, "public"); // one session
  });
  afterAll(() => connection.close());

  const breaksAfterThreeRows = () =>
    rowsOf(connection.drizzle, sql`SELECT 1 / (4 - i) AS n FROM generate_series(1, 9) i`);
  const fiveRows = () => rowsOf<{ n: number }>(connection.drizzle, sql`SELECT i AS n FROM generate_series(1, 5) i`);

  test("has no holes after an answer that broke off in its rows", async () => {
    expect(breaksAfterThreeRows()).rejects.toThrow();
    const rows = await fiveRows();
    expect(rows.map((row) => row?.n)).toEqual([1, 2, 3, 4, 5]);
    expect(rows).toHaveLength(5);
  });

  test("nor where the rows are read as lists", async () => {
    await breaksAfterThreeRows().catch(() => {});
    const names = connection.drizzle.select({ n: sql<number>`i` }).from(sql`generate_series(1, 5) i`);
    expect(await names).toEqual([1, 2, 3, 4, 5].map((n) => ({ n })));
  });

  test("is empty where there is nothing, also then", async () => {
    await breaksAfterThreeRows().catch(() => {});
    expect(await rowsOf(connection.drizzle, sql`SELECT 1 AS n WHERE false`)).toHaveLength(0);
  });
});
