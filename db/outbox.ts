import { sql } from "drizzle-orm";
import type { Notice } from "../src/domain/notices/notice.ts";
import type { Channel, Outbox, OutboxCursor, OutboxEntry } from "../src/service/notices/outbox.ts";
import { instantFromPostgres } from "./columns.ts";
import { type Connection, type Executor, rowsOf } from "./connection.ts";
import { at, numberArray } from "./fragments.ts";
import { readsOn } from "./reads.ts";

/** The outbox in the project's schema, on either engine. */
export function outboxOn({ drizzle }: Connection): Outbox {
  return {
    look: (channel, now, act) =>
      drizzle.transaction(async (tx: Executor) => {
        const { cursor, entries } = await act(readsOn(tx), await lockCursor(tx, channel));
        for (const { rev, kind, notice, nextAttemptAt } of entries) {
          await tx.execute(sql`
            INSERT INTO outbox (rev, kind, channel, payload, created_at, next_attempt_at)
            VALUES (${rev}::bigint, ${kind}, ${channel}, ${JSON.stringify(notice)}, ${at(now)}, ${at(nextAttemptAt)})
            ON CONFLICT (rev, channel) DO NOTHING`);
        }
        const silentSince = cursor.silentSince === null ? sql`NULL` : at(cursor.silentSince);
        await tx.execute(sql`
          UPDATE outbox_cursor SET rev = ${cursor.rev}::bigint, silent_since = ${silentSince} WHERE channel = ${channel}`);
      }),
    claim: async (channel, now, until, limit) => {
      const rows = await rowsOf<Row>(
        drizzle,
        sql`UPDATE outbox SET claimed_until = ${at(until)}, attempts = attempts + 1
            WHERE id IN (
              SELECT id FROM outbox
              WHERE channel = ${channel} AND sent_at IS NULL AND next_attempt_at <= ${at(now)}
                AND (claimed_until IS NULL OR claimed_until <= ${at(now)})
              ORDER BY next_attempt_at, id LIMIT ${limit}::bigint FOR UPDATE SKIP LOCKED)
            RETURNING id, kind, payload, created_at::text AS created_at, attempts`,
      );
      return rows.map(entryOf).sort((a, b) => a.id - b.id);
    },
    delivered: async (ids, now) =>
      void (await drizzle.execute(sql`
        UPDATE outbox SET sent_at = ${at(now)}, claimed_until = NULL, last_error = NULL WHERE id = ANY(${numberArray(ids)})`)),
    failed: async (ids, nextAttemptAt, error) =>
      void (await drizzle.execute(sql`
        UPDATE outbox SET next_attempt_at = ${at(nextAttemptAt)}, claimed_until = NULL, last_error = ${error}
        WHERE id = ANY(${numberArray(ids)})`)),
    hurry: async (channel, now) =>
      void (await drizzle.execute(sql`
        UPDATE outbox SET next_attempt_at = ${at(now)}
        WHERE channel = ${channel} AND sent_at IS NULL AND attempts > 0 AND claimed_until IS NULL
          AND next_attempt_at > ${at(now)}`)),
    waiting: async (channel) => {
      const [row] = await rowsOf<{ waiting: unknown }>(
        drizzle,
        sql`SELECT count(*) AS waiting FROM outbox WHERE channel = ${channel} AND sent_at IS NULL`,
      );
      return Number(row?.waiting ?? 0);
    },
    removeSentBefore: async (instant) =>
      void (await drizzle.execute(sql`DELETE FROM outbox WHERE sent_at < ${at(instant)}`)),
  };
}

type Row = { id: unknown; kind: OutboxEntry["kind"]; payload: string; created_at: string; attempts: number };

function entryOf({ id, kind, payload, created_at, attempts }: Row): OutboxEntry {
  const notice = JSON.parse(payload) as Notice;
  return { id: Number(id), kind, notice, createdAt: instantFromPostgres(created_at), attempts };
}

/** The row lock is what other servers wait for. */
async function lockCursor(tx: Executor, channel: Channel): Promise<OutboxCursor> {
  await tx.execute(sql`INSERT INTO outbox_cursor (channel) VALUES (${channel}) ON CONFLICT DO NOTHING`);
  const [row] = await rowsOf<{ rev: unknown; silent_since: string | null }>(
    tx,
    sql`SELECT rev, silent_since::text AS silent_since FROM outbox_cursor WHERE channel = ${channel} FOR UPDATE`,
  );
  return {
    rev: row?.rev == null ? null : Number(row.rev),
    silentSince: row?.silent_since == null ? null : instantFromPostgres(row.silent_since),
  };
}
