import { expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { rowsOf } from "../../db/connection.ts";
import { readsOn } from "../../db/reads.ts";
import { revisionAfter } from "../support/direct-sql.ts";
import { describeOnEngines } from "../support/engines.ts";

const USERS = 500;

/** After five runs PostgreSQL settles on a plan for a session, here while there is no user yet. */
const RUNS = 8;

describeOnEngines("whose key it is", (engine) => {
  test("is known without going through all users", async () => {
    const { connection } = await engine.open();
    const { rev, statement } = revisionAfter(null);
    const users = `INSERT INTO user_version (username, rev, role, enabled, first_name, last_name, email, key_sha256, key_sealed, salt)
      SELECT 'user' || i, ${rev}, 'updater', true, '', '', '', encode(sha256(('key' || i)::bytea), 'hex'), '', ''
      FROM generate_series(1, ${USERS}) AS i`;
    const keyOf = (i: number) => new Bun.CryptoHasher("sha256").update(`key${i}`).digest("hex");

    const read = await connection.drizzle.transaction(async (tx) => {
      const { userWithKey } = readsOn(tx);
      for (let i = 1; i <= RUNS; i += 1) expect(await userWithKey(keyOf(i))).toBeNull();
      for (const text of [statement, users]) await tx.execute(sql.raw(text));
      for (let i = 1; i <= RUNS; i += 1) expect(await userWithKey(keyOf(i))).toMatchObject({ username: `user${i}` });
      const [row] = await rowsOf<{ read: unknown }>(
        tx,
        sql`SELECT seq_tup_read + idx_tup_fetch AS read FROM pg_stat_xact_user_tables
            WHERE schemaname = current_schema() AND relname = 'user_version'`,
      );
      return Number(row?.read);
    });
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(RUNS * 10);
  });
});
