import { sql } from "drizzle-orm";
import { instrumentOf } from "../src/domain/plane/seat.ts";
import type { Revision } from "../src/domain/record/revision.ts";
import { later, type Span } from "../src/domain/time/instant.ts";
import type { RowChanges, Writes } from "../src/service/store.ts";
import { spanText } from "./columns.ts";
import type { Executor } from "./connection.ts";
import { isOneOf, knownAt, numberArray, overlapping } from "./fragments.ts";
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

/** What the one revision that is being written may do, in its transaction. */
export function writesOn(executor: Executor): Writes {
  // Once it is known it need not be asked for: nobody else can make a revision meanwhile.
  let newest: Promise<Revision | null> | undefined;
  let newestRev: number | null = null;
  const reads = readsOn(executor, (rev) => rev === newestRev);
  const askedOnce = async () => {
    const found = await reads.newestRevision();
    newestRev = found?.rev ?? 0;
    return found;
  };
  return {
    ...reads,
    ...readsAround(executor),
    ...factWrites(executor),
    ...entryWrites(executor),
    newestRevision: () => {
      newest ??= askedOnce();
      return newest;
    },
    addRevision: async (row) => {
      newestRev = row.rev;
      await executor.insert(revision).values(row);
      const { body: _, ...head } = row;
      newest = Promise.resolve(head);
    },
  };
}

type ReadsAround = Pick<
  Writes,
  "placementsTouching" | "positionsTouching" | "confirmationsTouching" | "holdsTouching" | "placementsWith"
>;

/** What stands around the facts that are being recorded. */
function readsAround(executor: Executor): ReadsAround {
  return {
    placementsTouching: async (ifuslots, span) => {
      const rows = await executor.select().from(placement).where(touchingIn(ifuslots, span));
      return rows.map(({ id, ifuslot, valid, ifuid, specid, specslot, contid, assertedBy }) => ({
        id,
        key: ifuslot,
        span: valid,
        by: assertedBy,
        value: { ifuid, specid, specslot, contid },
      }));
    },
    positionsTouching: async (ifuslots, span) => {
      const rows = await executor.select().from(position).where(touchingIn(ifuslots, span));
      return rows.map(({ id, ifuslot, ifuid, valid, x, y, assertedBy }) => ({
        id,
        key: { ifuslot, ifuid },
        span: valid,
        by: assertedBy,
        value: { x, y },
      }));
    },
    confirmationsTouching: async (span) => {
      const rows = await executor.select().from(confirmation).where(touching(span));
      // A stretch that is confirmed has an end: a constraint sees to that.
      return rows.flatMap(({ id, valid }) =>
        valid.until === null ? [] : [{ id, key: null, span: valid, value: valid.until }],
      );
    },
    holdsTouching: async (ifuslots, span) => {
      const rows = await executor.select().from(hold).where(touchingIn(ifuslots, span));
      return rows.map(({ id, ifuslot, hold: number, valid }) => ({
        id,
        key: { ifuslot, hold: number },
        span: valid,
        value: true as const,
      }));
    },
    placementsWith: async ({ ifuid: ifuids, specid: specids }, span, rev) => {
      const among = sql`(${isOneOf("ifuid", ifuids)} OR ${isOneOf("specid", specids)})`;
      const rows = await executor
        .select()
        .from(placement)
        .where(sql`${among} AND ${overlapping(span)} AND ${knownAt(rev)}`);
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

/** What overlaps the span or touches it, which can be joined with it, and is not superseded yet. */
function touching({ from, until }: Span) {
  const widened = { from: later(from, -1), until: until === null ? null : later(until, 1) };
  // As the indices of the exclusion constraints find it, which know nothing of `upper_inf`.
  const standing = sql`rev @> 9223372036854775806`;
  return sql`valid && ${spanText(widened)}::tstzrange AND ${standing}`;
}

function touchingIn(ifuslots: readonly string[], span: Span) {
  return sql`${isOneOf("ifuslot", ifuslots)} AND ${touching(span)}`;
}

type FactWrites = Pick<Writes, "changePlacements" | "changePositions" | "changeConfirmations" | "changeHolds">;

function factWrites(executor: Executor): FactWrites {
  return {
    changePlacements: (rev, changes) =>
      change(executor, "placements", rev, changes, (added) =>
        executor.insert(placement).values(
          added.map(({ key, span, value, by }) => ({
            ...{ instrument: instrumentOf(key), ifuslot: key, ...value },
            ...madeBy(rev, span),
            assertedBy: by ?? rev,
          })),
        ),
      ),
    changePositions: (rev, changes) =>
      change(executor, "positions", rev, changes, (added) =>
        executor.insert(position).values(
          added.map(({ key, span, value, by }) => ({
            ...key,
            ...value,
            ...madeBy(rev, span),
            assertedBy: by ?? rev,
          })),
        ),
      ),
    changeConfirmations: (rev, changes) =>
      change(executor, "confirmations", rev, changes, (added) =>
        executor.insert(confirmation).values(added.map(({ span }) => madeBy(rev, span))),
      ),
    changeHolds: (rev, changes) =>
      change(executor, "holds", rev, changes, (added) =>
        executor.insert(hold).values(added.map(({ key, span }) => ({ ...key, ...madeBy(rev, span) }))),
      ),
  };
}

function madeBy(rev: number, span: Span) {
  return { valid: span, rev: { from: rev, until: null } };
}

/** How many rows one INSERT carries: PostgreSQL takes 65,535 parameters in a statement. */
const ROWS_PER_INSERT = 2000;

/** All statements go out together: the constraints look at the rows only when the transaction ends. */
async function change<K, V>(
  executor: Executor,
  what: "placements" | "positions" | "confirmations" | "holds",
  rev: number,
  { superseded, added }: RowChanges<K, V>,
  insert: (added: RowChanges<K, V>["added"]) => Promise<unknown>,
): Promise<void> {
  const statements: Promise<unknown>[] = [];
  if (superseded.length > 0) {
    const supersede = sql.raw(`supersede_${what}`);
    statements.push(executor.execute(sql`SELECT ${supersede}(${numberArray(superseded)}, ${rev}::bigint)`));
  }
  for (let i = 0; i < added.length; i += ROWS_PER_INSERT) statements.push(insert(added.slice(i, i + ROWS_PER_INSERT)));
  await Promise.all(statements);
}

function entryWrites(executor: Executor): Pick<Writes, "addUpload" | "addTag" | "addHardwareStatus" | "addUser"> {
  return {
    addUpload: async (row) => void (await executor.insert(upload).values(row)),
    addTag: async (row) => void (await executor.insert(tag).values(row)),
    addHardwareStatus: async (rev, dataTime, startsAt) =>
      void (await executor.insert(hardwareStatus).values({ rev, dataTime, startsAt })),
    addUser: async (user) => void (await executor.insert(userVersion).values(user)),
  };
}

/** One revision is written at a time: waits for the one under way, in whichever process. */
export async function lockRevisions(executor: Executor, schema: string): Promise<void> {
  await executor.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`fplane.revision.${schema}`}, 0))`);
}
