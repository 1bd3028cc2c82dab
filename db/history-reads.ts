import { asc, type SQL, sql } from "drizzle-orm";
import type { Span } from "../src/domain/time/instant.ts";
import type { Reads } from "../src/service/store.ts";
import type { Executor } from "./connection.ts";
import { placementRows, positionRows } from "./fact-rows.ts";
import { isOneOf, knownAt, overlapping } from "./fragments.ts";
import { confirmation, hold } from "./schema.ts";

type HistoryReads = Pick<Reads, "placementsOver" | "positionsOver" | "confirmationsOver" | "placementsOf" | "holds">;

/** Reads of whole stretches of valid time, as one revision knows them. */
export function historyReads(executor: Executor): HistoryReads {
  return {
    placementsOver: (ifuslots, span, rev) => placementRows(executor, over(ifuslots, span, rev)),
    positionsOver: (ifuslots, span, rev) => positionRows(executor, over(ifuslots, span, rev)),
    confirmationsOver: async (span, rev) => {
      const where = sql`${overlapping(span)} AND ${knownAt(rev)}`;
      const rows = await executor.select({ valid: confirmation.valid }).from(confirmation).where(where);
      return rows.map((row) => row.valid);
    },
    placementsOf: async (kind, id, rev) => {
      const ofIt = kind === "contid" ? sql`contid = ${id}` : isOneOf(kind, [id]);
      const rows = await placementRows(executor, sql`${ofIt} AND ${knownAt(rev)}`);
      return rows.sort((a, b) => a.span.from - b.span.from);
    },
    holds: async (rev, where) => {
      const which = where === undefined ? knownAt(rev) : over(where.ifuslots, where.span, rev);
      const rows = await executor.select().from(hold).where(which).orderBy(asc(hold.hold), asc(hold.ifuslot));
      return rows.map((row) => ({ hold: row.hold, ifuslot: row.ifuslot, span: row.valid }));
    },
  };
}

function over(ifuslots: readonly string[], span: Span, rev: number): SQL {
  return sql`${isOneOf("ifuslot", ifuslots)} AND ${overlapping(span)} AND ${knownAt(rev)}`;
}
