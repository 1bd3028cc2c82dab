import { FplaneError } from "../domain/errors.ts";
import type { Instant } from "../domain/instant.ts";
import type { NightReading } from "../domain/night.ts";
import { resolveInstant } from "../domain/night.ts";
import type { Revision } from "../domain/revision.ts";
import { AUXILIARY_SEATS, VIRUS_SEATS } from "../domain/seat.ts";
import { demandWithinHorizon, resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import type { Deps } from "./deps.ts";
import type { SeatRecord } from "./store.ts";

/** The log, from the newest revision down. @param before a revision number: only what is older than it */
export async function listRevisions(
  deps: Deps,
  { before, limit }: { readonly before?: number | undefined; readonly limit: number },
): Promise<Revision[]> {
  return await deps.store.revisions(before ?? null, limit);
}

/** One revision, with its body. @throws FplaneError `not-found` */
export async function getRevision(deps: Deps, rev: number): Promise<Revision & { readonly body: unknown }> {
  const revision = await deps.store.revisionNumbered(rev);
  const body = revision === null ? null : await deps.store.bodyOf(rev);
  if (revision === null || body === null) throw new FplaneError("not-found", `there is no revision ${rev}`);
  return { ...revision, body: JSON.parse(body) };
}

/** Each seat at a date, with the act that recorded what stands in it. */
export type Blame = {
  readonly instant: Instant;
  readonly asOf: number;
  readonly seats: readonly (SeatRecord & { readonly revision: Revision | null })[];
};

/** Who says so, and why? @throws FplaneError `bad-date`, `not-found`, `beyond-horizon`, `no-configuration` */
export async function blame(
  deps: Deps,
  {
    datestr,
    asOf,
    night,
  }: { readonly datestr: string; readonly asOf?: string | undefined; readonly night: NightReading },
): Promise<Blame> {
  const instant = resolveInstant(datestr, { now: deps.clock(), timeZone: deps.timeZone, night });
  const knownAt = await resolveAsOf(deps, asOf);
  if (knownAt !== null) demandWithinHorizon(knownAt, instant);
  const rev = knownAt?.rev ?? 0;
  const seats = await deps.store.seatsAt([...VIRUS_SEATS, ...AUXILIARY_SEATS], instant, rev);
  const recorded = seats.filter((seat) => seat.unit !== null);
  if (recorded.length === 0) throw await noConfiguration(deps.store, instant, rev);
  const acts = await deps.store.revisionsNumbered([...new Set(recorded.map((seat) => seat.rev))]);
  const revisions = new Map(acts.map((revision) => [revision.rev, revision]));
  return {
    instant,
    asOf: rev,
    seats: recorded.map((seat) => ({ ...seat, revision: revisions.get(seat.rev) ?? null })),
  };
}
