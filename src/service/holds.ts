import { FplaneError } from "../domain/errors.ts";
import { isVirusSeat, nearestSeatsText, VIRUS_SEATS } from "../domain/plane/seat.ts";
import type { HoldFact } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { instantText, type Span } from "../domain/time/instant.ts";
import { demandNothingNewer } from "./curate.ts";
import { type Bounds, resolveBounds } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandReason, demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import { newestRev, revisionsNamed } from "./revisions.ts";

/** A hold, named by the revision that made it. */
export type Hold = {
  readonly hold: number;
  readonly ifuslots: readonly string[];
  readonly span: Span;
  readonly actor: string;
  readonly reason: string;
};

/** What is said of an act on a hold beside the hold itself. */
type HoldAct = {
  readonly reason: string;
  /** False: everything is done and undone again, a preview. */
  readonly commit: boolean;
};

/** What holds keep, from the oldest on. */
export async function listHolds(deps: Deps): Promise<Hold[]> {
  const held = await deps.store.holds(await newestRev(deps.store));
  const revs = held.map(({ hold }) => hold);
  const acts = await revisionsNamed(deps.store, revs);
  const holds: Hold[] = [];
  for (const rows of Map.groupBy(held, (row) => `${row.hold} ${row.span.from} ${row.span.until}`).values()) {
    const [first] = rows;
    const act = acts.get(first?.hold ?? 0);
    if (first === undefined || act === undefined) continue;
    const { hold, span } = first;
    holds.push({ hold, ifuslots: rows.map((row) => row.ifuslot), span, actor: act.actor, reason: act.reason });
  }
  return holds;
}

/**
 * Keeps hardware statuses from changing seats over a span: a correction that the telescope does not know of yet is safe.
 *
 * @param request.ifuslots empty for every VIRUS seat; without an end the hold is open; base: the revision that a preview
 * was made on
 * @returns the hold; of a preview with the number that it would have, and the revision to give as base
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `conflict` (base)
 */
export async function addHold(
  deps: Deps,
  identity: Identity | null,
  request: Bounds & HoldAct & { readonly ifuslots: readonly string[]; readonly base?: number | undefined },
): Promise<Hold & { readonly committed: boolean; readonly base: number }> {
  const who = demandRole(identity, "curator", "A hold");
  const { from, until } = resolveBounds(deps, request);
  const span = { from, until: until === "next" ? null : until };
  const wrong = request.ifuslots.filter((ifuslot) => !isVirusSeat(ifuslot));
  if (wrong.length > 0)
    throw new FplaneError(
      "bad-parameter",
      `${wrong.join(", ")} is no VIRUS seat; only those can be held${nearestSeatsText(wrong[0] ?? "", VIRUS_SEATS)}`,
    );
  demandReason(request.reason, "a hold");
  const ifuslots = request.ifuslots.length === 0 ? [...VIRUS_SEATS] : [...new Set(request.ifuslots)].sort();
  const { commit } = request;
  return await deps.store.write(async (tx) => {
    const base = await newestRev(tx);
    if (request.base !== undefined) await demandNothingNewer(tx, request.base, base, ifuslots);
    const hold = base + 1;
    const holds = ifuslots.map((ifuslot): HoldFact => ({ ifuslot, hold, span, value: true }));
    const { actor, reason } = await recordAct(tx, deps.clock, {
      kind: "hold",
      actor: who.username,
      reason: request.reason,
      body: { facts: { placements: [], positions: [], confirmations: [], holds }, source: {} },
    });
    return { keep: commit, value: { hold, ifuslots, span, actor, reason, committed: commit, base } };
  });
}

/**
 * Ends a hold: the next hardware status is taken again.
 *
 * @returns the seats, and the revision, null of a preview
 * @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter`
 */
export async function releaseHold(
  deps: Deps,
  identity: Identity | null,
  request: HoldAct & { readonly hold: number },
): Promise<{ readonly committed: boolean; readonly revision: number | null; readonly ifuslots: readonly string[] }> {
  const who = demandRole(identity, "curator", "Releasing a hold");
  demandReason(request.reason, "releasing a hold");
  const { commit } = request;
  return await deps.store.write(async (tx) => {
    const previous = await newestRev(tx);
    const held = (await tx.holds(previous)).filter((row) => row.hold === request.hold);
    if (held.length === 0) throw new FplaneError("not-found", `there is no hold ${request.hold}`);
    const holds = held.map(({ ifuslot, hold, span }): HoldFact => ({ ifuslot, hold, span, value: null }));
    const { rev } = await recordAct(tx, deps.clock, {
      kind: "release",
      actor: who.username,
      reason: request.reason,
      body: { facts: { placements: [], positions: [], confirmations: [], holds }, source: { releases: request.hold } },
    });
    const ifuslots = [...new Set(held.map(({ ifuslot }) => ifuslot))];
    return { keep: commit, value: { committed: commit, revision: commit ? rev : null, ifuslots } };
  });
}

/** For people: `073, 074 from 2019-03-28T17:00:00Z on`. */
export function holdText({ ifuslots, span }: Hold): string {
  const seats = ifuslots.length === VIRUS_SEATS.length ? "all seats" : ifuslots.join(", ");
  return `${seats} from ${instantText(span.from)} ${span.until === null ? "on" : `until ${instantText(span.until)}`}`;
}
