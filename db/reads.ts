import { desc, eq, gt, sql } from "drizzle-orm";
import { VIRUS_SEATS } from "../src/domain/plane/seat.ts";
import type { Ids, Reads, User } from "../src/service/store.ts";
import { changeReads } from "./change-reads.ts";
import { instantOrNull } from "./columns.ts";
import { type Executor, rowsOf } from "./connection.ts";
import { asIndexed, at, isOneOf, knownAlongStarts, knownAt, overlapping, textArray } from "./fragments.ts";
import { gapReads } from "./gap-reads.ts";
import { historyReads } from "./history-reads.ts";
import { logReads } from "./log-reads.ts";
import { hardwareStatus, userVersion } from "./schema.ts";
import { seatReads } from "./seat-reads.ts";

/**
 * The reads of a store, on a database or in a transaction.
 *
 * @param isNewest whether no later revision can be there; only who writes the next one can know
 */
export function readsOn(executor: Executor, isNewest: (rev: number) => boolean = () => false): Reads {
  return {
    ...logReads(executor),
    ...seatReads(executor, isNewest),
    ...placementReads(executor),
    ...gapReads(executor),
    ...statusReads(executor),
    ...changeReads(executor),
    ...historyReads(executor),
    ...userReads(executor),
  };
}

type PlacementReads = Pick<Reads, "confirmedUntil" | "firstPlacement" | "knewPlacementAt">;

function placementReads(executor: Executor): PlacementReads {
  return {
    confirmedUntil: async (span, rev) => {
      const [row] = await rowsOf<{ until: string }>(
        executor,
        sql`SELECT upper(valid) AS until FROM confirmation
            WHERE ${overlapping(span)} AND ${knownAt(rev)} ORDER BY upper(valid) DESC LIMIT 1`,
      );
      return instantOrNull(row?.until ?? null);
    },
    firstPlacement: async (rev) => {
      const [row] = await rowsOf<{ since: string | null }>(
        executor,
        sql`SELECT min(first.since) AS since FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
            CROSS JOIN LATERAL (
              SELECT lower(valid) AS since FROM placement WHERE ifuslot = seat.ifuslot AND ${knownAlongStarts(rev)}
              ORDER BY lower(valid) LIMIT 1) first`,
      );
      return instantOrNull(row?.since ?? null);
    },
    knewPlacementAt: async (instant, rev) => {
      const rows = await rowsOf(
        executor,
        sql`SELECT 1 FROM placement WHERE ${isOneOf("ifuslot", VIRUS_SEATS)}
            AND valid @> ${at(instant)} AND upper(rev) <= ${rev}::bigint LIMIT 1`,
      );
      return rows.length > 0;
    },
  };
}

type StatusReads = Pick<Reads, "hardwareStatusesAfter" | "newestChange" | "knownIds">;

function statusReads(executor: Executor): StatusReads {
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
    newestChange: (rev) =>
      one(sql`
        SELECT max(change.at) AS instant FROM unnest(${textArray(VIRUS_SEATS)}) AS seat(ifuslot)
        CROSS JOIN LATERAL (
          SELECT coalesce(upper(valid), lower(valid)) AS at FROM placement
          WHERE ifuslot = seat.ifuslot AND ${knownAlongStarts(rev)}
          ORDER BY lower(valid) DESC, lower(rev) DESC LIMIT 1) change`),
    knownIds: async ({ specid, ifuid, contid }) => {
      const ofAsked = (kind: keyof Ids) =>
        kind === "contid" ? "contid = asked.id" : `${asIndexed(kind)} = ${asIndexed("asked.id")}`;
      const known = (kind: keyof Ids, ids: readonly string[]) => sql`
        SELECT ${kind}::text AS kind, id FROM unnest(${textArray(ids)}) AS asked(id)
        WHERE EXISTS (SELECT FROM placement WHERE ${sql.raw(ofAsked(kind))})`;
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
      // Looked up once, as an array: as a subquery it would be gone through again for each version of each user.
      const users = await newest().where(sql`${userVersion.username} = ANY(ARRAY(${had}))`);
      const has = (user: User) => user.keySha256 === keySha256 || user.previousKeySha256 === keySha256;
      return users.find(has) ?? null;
    },
    users: () => newest(),
  };
}
