import { type SQL, sql } from "drizzle-orm";
import type { PlacementRow, PositionRow } from "../src/service/store.ts";
import type { Executor } from "./connection.ts";
import { placement, position } from "./schema.ts";

/** By seat and time. */
export async function placementRows(executor: Executor, where: SQL): Promise<PlacementRow[]> {
  const rows = await executor.select().from(placement).where(where).orderBy(placement.ifuslot, sql`lower(valid)`);
  return rows.map(({ ifuslot, ifuid, specid, specslot, contid, valid, assertedBy }) => ({
    ifuslot,
    unit: { ifuid, specid, specslot, contid },
    span: valid,
    rev: assertedBy,
  }));
}

/** By seat and time, arcsec. */
export async function positionRows(executor: Executor, where: SQL): Promise<PositionRow[]> {
  const rows = await executor.select().from(position).where(where).orderBy(position.ifuslot, sql`lower(valid)`);
  return rows.map(({ ifuslot, ifuid, x, y, valid, assertedBy }) => ({
    ifuslot,
    ifuid,
    position: { x, y },
    span: valid,
    rev: assertedBy,
  }));
}
