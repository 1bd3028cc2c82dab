import { FplaneError } from "../domain/errors.ts";
import type { HoldFact } from "../domain/fact.ts";
import { instantText, type Span } from "../domain/instant.ts";
import type { Identity } from "../domain/role.ts";
import { isVirusSeat, nearestSeatsText, VIRUS_SEATS } from "../domain/seat.ts";
import { type Bounds, resolveBounds } from "./curate.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";

/** A hold, named by the revision that made it. */
export type Hold = {
  readonly hold: number;
  readonly ifuslots: readonly string[];
  readonly span: Span;
  readonly actor: string;
  readonly reason: string;
};

/** What holds keep, from the oldest on. */
export async function listHolds(deps: Deps): Promise<Hold[]> {
  const newest = await deps.store.newestRevision();
  const held = await deps.store.holds(newest?.rev ?? 0);
  const holds: Hold[] = [];
  for (const [key, rows] of Map.groupBy(held, (row) => `${row.hold} ${row.span.from} ${row.span.until}`)) {
    const [first] = rows;
    const revision = await deps.store.revisionNumbered(Number(key.split(" ")[0]));
    if (first === undefined || revision === null) continue;
    const { actor, reason } = revision;
    holds.push({ hold: first.hold, ifuslots: rows.map((row) => row.ifuslot), span: first.span, actor, reason });
  }
  return holds;
}

/**
 * Keeps hardware statuses from changing seats over a span: a correction that the telescope does not know of yet is safe.
 *
 * @param request.ifuslots empty for every VIRUS seat; without an end the hold is open
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`
 */
export async function addHold(
  deps: Deps,
  identity: Identity | null,
  request: Bounds & { readonly ifuslots: readonly string[]; readonly reason: string },
): Promise<Hold> {
  const who = demandRole(identity, "curator", "A hold");
  const { from, until } = resolveBounds(deps, request);
  const span = { from, until: until === "next" ? null : until };
  const wrong = request.ifuslots.filter((ifuslot) => !isVirusSeat(ifuslot));
  if (wrong.length > 0)
    throw new FplaneError(
      "bad-parameter",
      `${wrong.join(", ")} is no VIRUS seat; only those can be held${nearestSeatsText(wrong[0] ?? "", VIRUS_SEATS)}`,
    );
  if (request.reason.trim() === "") throw new FplaneError("bad-parameter", "a hold needs a reason");
  const ifuslots = request.ifuslots.length === 0 ? [...VIRUS_SEATS] : [...new Set(request.ifuslots)].sort();
  return await deps.store.write(async (tx) => {
    const hold = ((await tx.newestRevision())?.rev ?? 0) + 1;
    const holds = ifuslots.map((ifuslot): HoldFact => ({ ifuslot, hold, span, value: true }));
    const { actor, reason } = await recordAct(tx, deps.clock, {
      kind: "hold",
      actor: who.username,
      reason: request.reason,
      body: { facts: { placements: [], positions: [], confirmations: [], holds }, source: {} },
    });
    return { keep: true, value: { hold, ifuslots, span, actor, reason } };
  });
}

/**
 * Ends a hold: the next hardware status is taken again. @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter`
 */
export async function releaseHold(
  deps: Deps,
  identity: Identity | null,
  request: { readonly hold: number; readonly reason: string },
): Promise<{ readonly revision: number }> {
  const who = demandRole(identity, "curator", "Releasing a hold");
  if (request.reason.trim() === "") throw new FplaneError("bad-parameter", "releasing a hold needs a reason");
  return await deps.store.write(async (tx) => {
    const previous = (await tx.newestRevision())?.rev ?? 0;
    const held = (await tx.holds(previous)).filter((row) => row.hold === request.hold);
    if (held.length === 0) throw new FplaneError("not-found", `there is no hold ${request.hold}`);
    const holds = held.map(({ ifuslot, hold, span }): HoldFact => ({ ifuslot, hold, span, value: null }));
    const { rev } = await recordAct(tx, deps.clock, {
      kind: "release",
      actor: who.username,
      reason: request.reason,
      body: { facts: { placements: [], positions: [], confirmations: [], holds }, source: { releases: request.hold } },
    });
    return { keep: true, value: { revision: rev } };
  });
}

/** For people: `073, 074 from 2019-03-28T17:00:00Z on`. */
export function holdText({ ifuslots, span }: Hold): string {
  const seats = ifuslots.length === VIRUS_SEATS.length ? "all seats" : ifuslots.join(", ");
  return `${seats} from ${instantText(span.from)} ${span.until === null ? "on" : `until ${instantText(span.until)}`}`;
}
