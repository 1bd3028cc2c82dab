import { sql } from "drizzle-orm";
import type { KeyUses } from "../src/service/users/key-uses.ts";
import type { Executor } from "./connection.ts";
import { keyUse } from "./schema.ts";

/** The last uses of keys in the project's schema, on either engine. */
export function keyUsesOn(executor: Executor): KeyUses {
  return {
    all: () => executor.select().from(keyUse),
    note: async ({ keySha256, lastUsedAt, address }) =>
      void (await executor
        .insert(keyUse)
        .values({ keySha256, lastUsedAt, address })
        .onConflictDoUpdate({
          target: keyUse.keySha256,
          set: { lastUsedAt, address },
          setWhere: sql`excluded.last_used_at >= ${keyUse.lastUsedAt} + interval '1 minute'`,
        })),
  };
}
