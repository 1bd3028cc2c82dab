import { sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import { type Instant, later, type Span } from "../src/domain/instant.ts";
import { instrumentOf } from "../src/domain/seat.ts";
import type { Writes } from "../src/service/store.ts";
import { spanText } from "./columns.ts";
import { type Executor, textArray } from "./connection.ts";
import { readsOn } from "./reads.ts";
import {
  confirmation,
  hardwareStatus,
  hold,
  placement,
  position,
  revision,
  tag,
  upload,
  userVersion,
} from "./schema.ts";

/** How many rows one INSERT carries: PostgreSQL takes 65,535 parameters in a statement. */
const ROWS_PER_INSERT = 2000;

/** What the one revision that is being written may do, in its transaction. */
export function writesOn(executor: Executor): Writes {
  /** Both go out together: the constraints look at them only when the transaction ends. */
  const change = async <Row>(
    tables: "placements" | "positions" | "confirmations" | "holds",
    rev: number,
    { superseded, added }: { readonly superseded: readonly number[]; readonly added: readonly Row[] },
    insert: (chunk: Row[]) => Promise<unknown>,
  ) => {
    const statements: Promise<unknown>[] = [];
    if (superseded.length > 0) {
      const ids = sql.param(`{${superseded.join(",")}}`);
      const supersede = sql.raw(`supersede_${tables}`);
      statements.push(executor.execute(sql`SELECT ${supersede}(${ids}::bigint[], ${rev}::bigint)`));
    }
    for (let i = 0; i < added.length; i += ROWS_PER_INSERT)
      statements.push(insert(added.slice(i, i + ROWS_PER_INSERT)));
    await Promise.all(statements);
  };
  let newest: number | null = null; // once it is known, since nobody else can make a revision meanwhile
  const reads = readsOn(executor, (rev) => rev === newest);
  return {
    ...reads,
    newestRevision: async () => {
      const found = await reads.newestRevision();
      newest = found?.rev ?? 0;
      return found;
    },
    placementsTouching: async (ifuslots, span) => {
      const rows = await executor
        .select()
        .from(placement)
        .where(
          sql`${placement.ifuslot} = ANY(${textArray(ifuslots)}) AND ${placement.valid} && ${widened(span)} AND ${standing(placement.rev)}`,
        );
      return rows.map(({ id, ifuslot, valid, ifuid, specid, specslot, contid, assertedBy }) => ({
        id,
        key: ifuslot,
        span: valid,
        by: assertedBy,
        value: { ifuid, specid, specslot, contid },
      }));
    },
    positionsTouching: async (ifuslots, span) => {
      const rows = await executor
        .select()
        .from(position)
        .where(
          sql`${position.ifuslot} = ANY(${textArray(ifuslots)}) AND ${position.valid} && ${widened(span)} AND ${standing(position.rev)}`,
        );
      return rows.map(({ id, ifuslot, ifuid, valid, x, y, assertedBy }) => ({
        id,
        by: assertedBy,
        key: { ifuslot, ifuid },
        span: valid,
        value: { x, y },
      }));
    },
    confirmationsTouching: async (span) => {
      const rows = await executor
        .select()
        .from(confirmation)
        .where(sql`${confirmation.valid} && ${widened(span)} AND ${standing(confirmation.rev)}`);
      return rows.map(({ id, valid }) => ({ id, key: null, span: valid, value: valid.until as Instant }));
    },
    addRevision: async (row) => {
      newest = row.rev;
      await executor.insert(revision).values(row);
    },
    changePlacements: async (rev, { superseded, added }) => {
      await change("placements", rev, { superseded, added }, (rows) =>
        executor.insert(placement).values(
          rows.map(({ key, span, value, by }) => ({
            instrument: instrumentOf(key),
            ifuslot: key,
            ...value,
            valid: span,
            rev: { from: rev, until: null },
            assertedBy: by ?? rev,
          })),
        ),
      );
    },
    changePositions: async (rev, { superseded, added }) => {
      await change("positions", rev, { superseded, added }, (rows) =>
        executor.insert(position).values(
          rows.map(({ key, span, value, by }) => ({
            ...key,
            ...value,
            valid: span,
            rev: { from: rev, until: null },
            assertedBy: by ?? rev,
          })),
        ),
      );
    },
    changeConfirmations: async (rev, { superseded, added }) => {
      await change("confirmations", rev, { superseded, added }, (rows) =>
        executor
          .insert(confirmation)
          .values(rows.map(({ span }) => ({ valid: span, rev: { from: rev, until: null } }))),
      );
    },
    holdsTouching: async (ifuslots, span) => {
      const rows = await executor
        .select()
        .from(hold)
        .where(
          sql`${hold.ifuslot} = ANY(${textArray(ifuslots)}) AND ${hold.valid} && ${widened(span)} AND ${standing(hold.rev)}`,
        );
      return rows.map((row) => ({
        id: row.id,
        key: { ifuslot: row.ifuslot, hold: row.hold },
        span: row.valid,
        value: true as const,
      }));
    },
    changeHolds: async (rev, { superseded, added }) => {
      await change("holds", rev, { superseded, added }, (rows) =>
        executor
          .insert(hold)
          .values(rows.map(({ key, span }) => ({ ...key, valid: span, rev: { from: rev, until: null } }))),
      );
    },
    addUpload: async (row) => void (await executor.insert(upload).values(row)),
    addTag: async (row) => void (await executor.insert(tag).values(row)),
    addHardwareStatus: async (rev, dataTime, startsAt) =>
      void (await executor.insert(hardwareStatus).values({ rev, dataTime, startsAt })),
    addUser: async (user) => void (await executor.insert(userVersion).values(user)),
    placementsWith: async ({ ifuid: ifuids, specid: specids }, span, rev) => {
      const among = sql`(${placement.ifuid} = ANY(${textArray(ifuids)}) OR ${placement.specid} = ANY(${textArray(specids)}))`;
      const rows = await executor
        .select()
        .from(placement)
        .where(
          sql`${among} AND ${placement.valid} && ${spanText(span)}::tstzrange AND ${placement.rev} @> ${rev}::bigint`,
        );
      return rows.map(({ instrument, ifuslot, ifuid, specid, valid }) => ({
        instrument,
        ifuslot,
        ifuid,
        specid,
        span: valid,
      }));
    },
  };
}

/** Not superseded yet: as the indices of the exclusion constraints find it, which know nothing of `upper_inf`. */
function standing(rev: AnyPgColumn) {
  return sql`${rev} @> 9223372036854775806`;
}

/** The span and the microsecond on either side: what touches it can be joined with it. */
function widened({ from, until }: Span) {
  const text = spanText({ from: later(from, -1), until: until === null ? null : later(until, 1) });
  return sql`${text}::tstzrange`;
}

/** One revision is written at a time: waits for the one under way, in whichever process. */
export async function lockRevisions(executor: Executor, schema: string): Promise<void> {
  await executor.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`fplane.revision.${schema}`}, 0))`);
}
