import { FplaneError } from "../domain/errors.ts";
import type { Unit } from "../domain/plane/placement.ts";
import { instrumentOf } from "../domain/plane/seat.ts";
import type { Revision } from "../domain/record/revision.ts";
import type { Span } from "../domain/time/instant.ts";
import { resolveAsOf } from "./as-of.ts";
import type { Deps } from "./deps.ts";
import { revisionsNamed } from "./revisions.ts";
import type { Ids } from "./store.ts";

export type HistoryKey = keyof Ids | "ifuslot";

/** One stretch of the story of a seat, spectrograph, IFU or controller, and which act recorded it. */
export type HistoryEntry = {
  readonly ifuslot: string;
  readonly unit: Unit;
  readonly span: Span;
  readonly revision: Pick<Revision, "rev" | "kind" | "actor" | "reason" | "recordedAt">;
};

/**
 * Where it has been, by time.
 *
 * @param id three digits, padded or not; a CONTID as it is written
 * @throws FplaneError `bad-parameter` for what is no id, `not-found` when it never stood anywhere, and what `as_of` throws
 */
export async function getHistory(
  deps: Deps,
  { kind, id, asOf }: { readonly kind: HistoryKey; readonly id: string; readonly asOf?: string | undefined },
): Promise<{ readonly asOf: number; readonly entries: readonly HistoryEntry[] }> {
  const key = kind === "contid" ? id.trim() : idOf(kind, id);
  const rev = (await resolveAsOf(deps, asOf))?.rev ?? 0;
  const rows = await deps.store.placementsOf(kind, key, rev);
  if (rows.length === 0)
    throw new FplaneError("not-found", `nothing is recorded of ${kind} ${JSON.stringify(key.slice(0, 60))}`);
  const revs = rows.map((row) => row.rev);
  const revisions = await revisionsNamed(deps.store, revs);
  const entries = rows.flatMap(({ ifuslot, unit, span, rev: number }) => {
    const revision = revisions.get(number);
    return revision === undefined ? [] : [{ ifuslot, unit, span, revision }];
  });
  return { asOf: rev, entries };
}

function idOf(kind: HistoryKey, id: string): string {
  const padded = id.padStart(3, "0");
  if (!/^\d{3}$/.test(padded) || padded === "000")
    throw new FplaneError("bad-parameter", `${JSON.stringify(id.slice(0, 40))} is no ${kind}: it has three digits`);
  if (kind === "ifuslot") instrumentOf(padded); // there is such a seat
  return padded;
}
