import { desc, eq, gt, inArray, sql } from "drizzle-orm";
import { type Instant, instantText } from "../src/domain/instant.ts";
import { VIRUS_SEATS } from "../src/domain/seat.ts";
import type { Ids, PositionRecord, Reads, SeatRecord, Unit, User } from "../src/service/store.ts";
import { instantFromPostgres, spanText } from "./columns.ts";
import { type Executor, rowsOf, textArray } from "./connection.ts";
import { gapReads } from "./gap-reads.ts";
import { historyReads } from "./history-reads.ts";
import { logReads } from "./log-reads.ts";
import { knownAt, lastBefore } from "./lookups.ts";
import { hardwareStatus, userVersion } from "./schema.ts";

/** The reads of a store, on a database or in a transaction. */
export function readsOn(executor: Executor): Reads {
  return {
    ...logReads(executor),
    ...placementReads(executor),
    ...gapReads(executor),
    ...changeReads(executor),
    ...historyReads(executor),
    ...userReads(executor),
  };
}

type PlacementReads = Pick<Reads, "seatsAt" | "positionsAt" | "confirmedUntil" | "firstPlacement" | "knewPlacementAt">;

/** What the lookups of seats and of positions have in common: the row at or before an instant, and where the next begins. */
type Found = {
  there: boolean | null;
  since: string | null;
  until: string | null;
  next: string | null;
  rev: unknown;
  changed_by: unknown;
  /** Where nothing is: the newest revision that took back something of that stretch. */
  taken_back: unknown;
};

function stretch(row: Found): Pick<SeatRecord, "from" | "until" | "rev" | "changedBy"> {
  const { since, until, next, rev, changed_by, taken_back } = row;
  return row.there === true
    ? { from: instantOrNull(since), until: instantOrNull(until), rev: Number(rev), changedBy: Number(changed_by) }
    : { from: instantOrNull(until), until: instantOrNull(next), rev: 0, changedBy: Number(taken_back ?? 0) };
}

function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : instantFromPostgres(text);
}

function placementReads(executor: Executor): PlacementReads {
  return {
    seatsAt: async (ifuslots, instant, rev) => {
      const at = sql`${instantText(instant)}::timestamptz`;
      const inSeat = sql`ifuslot = seat.ifuslot`;
      const rows = await rowsOf<Found & Unit & { ifuslot: string }>(
        executor,
        sql`SELECT seat.ifuslot, p.ifuid, p.specid, p.specslot, p.contid, p.valid @> ${at} AS there,
                   lower(p.valid) AS since, upper(p.valid) AS until, p.asserted_by AS rev,
                   lower(p.rev) AS changed_by, following.next, former.taken_back
            FROM unnest(${textArray(ifuslots)}) WITH ORDINALITY AS seat(ifuslot, n)
            LEFT JOIN LATERAL (${lastBefore("placement", at, rev)}) p ON true
            LEFT JOIN LATERAL (
              SELECT lower(valid) AS next FROM placement
              WHERE (p.valid @> ${at}) IS NOT TRUE AND ${inSeat} AND lower(valid) > ${at} AND ${knownAt(rev)}
              ORDER BY lower(valid) LIMIT 1) following ON true
            LEFT JOIN LATERAL (
              SELECT max(upper(rev)) AS taken_back FROM placement
              WHERE (p.valid @> ${at}) IS NOT TRUE AND ${inSeat}
                AND valid && tstzrange(upper(p.valid), following.next) AND upper(rev) <= ${rev}::bigint) former ON true
            ORDER BY seat.n`,
      );
      return rows.map(
        (row): SeatRecord => ({
          ifuslot: row.ifuslot,
          unit:
            row.there === true
              ? { ifuid: row.ifuid, specid: row.specid, specslot: row.specslot, contid: row.contid }
              : null,
          ...stretch(row),
        }),
      );
    },
    positionsAt: async (ifus, instant, rev) => {
      if (ifus.length === 0) return [];
      const at = sql`${instantText(instant)}::timestamptz`;
      const ofIfu = sql`ifuslot = ifu.ifuslot AND ifuid = ifu.ifuid`;
      const rows = await rowsOf<Found & { ifuslot: string; ifuid: string; x: number; y: number }>(
        executor,
        sql`SELECT ifu.ifuslot, ifu.ifuid, p.x, p.y, p.valid @> ${at} AS there,
                   lower(p.valid) AS since, upper(p.valid) AS until, p.asserted_by AS rev,
                   lower(p.rev) AS changed_by, following.next, former.taken_back
            FROM unnest(${textArray(ifus.map((ifu) => ifu.ifuslot))}, ${textArray(ifus.map((ifu) => ifu.ifuid))}) AS ifu(ifuslot, ifuid)
            LEFT JOIN LATERAL (${lastBefore("position", at, rev)}) p ON true
            LEFT JOIN LATERAL (
              SELECT lower(valid) AS next FROM position
              WHERE (p.valid @> ${at}) IS NOT TRUE AND ${ofIfu} AND lower(valid) > ${at} AND ${knownAt(rev)}
              ORDER BY lower(valid) LIMIT 1) following ON true
            LEFT JOIN LATERAL (
              SELECT max(upper(rev)) AS taken_back FROM position
              WHERE (p.valid @> ${at}) IS NOT TRUE AND ${ofIfu}
                AND valid && tstzrange(upper(p.valid), following.next) AND upper(rev) <= ${rev}::bigint) former ON true`,
      );
      return rows.map(
        (row): PositionRecord => ({
          ifuslot: row.ifuslot,
          ifuid: row.ifuid,
          position: row.there === true ? { x: row.x, y: row.y } : null,
          ...stretch(row),
        }),
      );
    },
    confirmedUntil: async (span, rev) => {
      const [row] = await rowsOf<{ until: string }>(
        executor,
        sql`SELECT upper(valid) AS until FROM confirmation
            WHERE valid && ${spanText(span)}::tstzrange AND rev @> ${rev}::bigint ORDER BY upper(valid) DESC LIMIT 1`,
      );
      return instantOrNull(row?.until ?? null);
    },
    firstPlacement: async (rev) => {
      const [row] = await rowsOf<{ since: string | null }>(
        executor,
        sql`SELECT min(first.since) AS since FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
            CROSS JOIN LATERAL (
              SELECT lower(valid) AS since FROM placement WHERE ifuslot = seat.ifuslot AND ${knownAt(rev)}
              ORDER BY lower(valid) LIMIT 1) first`,
      );
      return instantOrNull(row?.since ?? null);
    },
    knewPlacementAt: async (instant, rev) => {
      const rows = await rowsOf(
        executor,
        sql`SELECT 1 FROM placement WHERE ifuslot = ANY(${textArray(VIRUS_SEATS)})
            AND valid @> ${instantText(instant)}::timestamptz AND upper(rev) <= ${rev}::bigint LIMIT 1`,
      );
      return rows.length > 0;
    },
  };
}

type ChangeReads = Pick<Reads, "hardwareStatusesAfter" | "nextChange" | "newestChange" | "knownIds">;

function changeReads(executor: Executor): ChangeReads {
  const one = async (statement: ReturnType<typeof sql>) => {
    const [row] = await rowsOf<{ instant: string | null }>(executor, statement);
    return instantOrNull(row?.instant ?? null);
  };
  return {
    hardwareStatusesAfter: (instant) =>
      executor
        .select({ dataTime: hardwareStatus.dataTime, startsAt: hardwareStatus.startsAt })
        .from(hardwareStatus)
        .where(gt(hardwareStatus.dataTime, instant)),
    nextChange: (after, rev) => {
      const at = sql`${instantText(after)}::timestamptz`;
      // A seat's next change: the end of the row that covers the instant, else the start of the next one.
      return one(sql`
        SELECT min(change.at) AS instant FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
        CROSS JOIN LATERAL (
          (SELECT upper(valid) AS at FROM (${lastBefore("placement", at, rev)}) covering
           WHERE upper(valid) > ${at})
          UNION ALL
          (SELECT lower(valid) AS at FROM placement
           WHERE ifuslot = seat.ifuslot AND lower(valid) > ${at} AND ${knownAt(rev)}
           ORDER BY lower(valid) LIMIT 1)) change`);
    },
    newestChange: (rev) =>
      one(sql`
        SELECT max(change.at) AS instant FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
        CROSS JOIN LATERAL (
          SELECT coalesce(upper(valid), lower(valid)) AS at FROM placement
          WHERE ifuslot = seat.ifuslot AND ${knownAt(rev)}
          ORDER BY lower(valid) DESC, lower(rev) DESC LIMIT 1) change`),
    knownIds: async ({ specid, ifuid, contid }, rev) => {
      const known = (kind: keyof Ids, ids: readonly string[]) => sql`
        SELECT ${kind}::text AS kind, id FROM unnest(${textArray(ids)}) AS asked(id)
        WHERE EXISTS (SELECT FROM placement WHERE ${sql.identifier(kind)} = asked.id AND lower(rev) <= ${rev}::bigint)`;
      const rows = await rowsOf<{ kind: keyof Ids; id: string }>(
        executor,
        sql`${known("specid", specid)} UNION ALL ${known("ifuid", ifuid)} UNION ALL ${known("contid", contid)}`,
      );
      const ofKind = (kind: keyof Ids) => new Set(rows.filter((row) => row.kind === kind).map((row) => row.id));
      return { specid: ofKind("specid"), ifuid: ofKind("ifuid"), contid: ofKind("contid") };
    },
  };
}

function userReads(executor: Executor): Pick<Reads, "userNamed" | "userWithKey" | "users"> {
  const newest = () =>
    executor
      .selectDistinctOn([userVersion.username])
      .from(userVersion)
      .orderBy(userVersion.username, desc(userVersion.rev))
      .$dynamic();
  const userNamed = async (username: string): Promise<User | null> =>
    (await newest().where(eq(userVersion.username, username)))[0] ?? null;
  return {
    userNamed,
    userWithKey: async (keySha256) => {
      const had = executor
        .select({ username: userVersion.username })
        .from(userVersion)
        .where(eq(userVersion.keySha256, keySha256)); // the previous key of a user was once its key
      const users = await newest().where(inArray(userVersion.username, had));
      const has = (user: User) => user.keySha256 === keySha256 || user.previousKeySha256 === keySha256;
      return users.find(has) ?? null;
    },
    users: () => newest(),
  };
}
