import { SEATS } from "../domain/plane/seat.ts";
import type { Revision } from "../domain/record/revision.ts";
import type { Instant } from "../domain/time/instant.ts";
import { type NightReading, resolveInstant } from "../domain/time/night.ts";
import { demandWithinHorizon, resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { revisionsNamed } from "./revisions.ts";
import type { SeatRecord } from "./store.ts";

/** Each seat at a date, with the act that recorded what stands in it. */
export type Blame = {
  readonly instant: Instant;
  readonly asOf: number;
  readonly seats: readonly (SeatRecord & { readonly revision: Revision | null })[];
};

/** Who says so, and why? @throws FplaneError `bad-date`, `not-found`, `beyond-horizon`, `no-configuration` */
export async function blame(
  deps: Deps,
  request: { readonly datestr: string; readonly asOf?: string | undefined; readonly night: NightReading },
): Promise<Blame> {
  const instant = resolveInstant(request.datestr, dateContext(deps, request.night));
  const knownAt = await resolveAsOf(deps, request.asOf);
  if (knownAt !== null) demandWithinHorizon(knownAt, instant);
  const rev = knownAt?.rev ?? 0;
  const seats = await deps.store.seatsAt(SEATS, instant, rev);
  const recorded = seats.filter((seat) => seat.unit !== null);
  if (recorded.length === 0) throw await noConfiguration(deps.store, instant, rev);
  const revs = recorded.map((seat) => seat.rev);
  const revisions = await revisionsNamed(deps.store, revs);
  return {
    instant,
    asOf: rev,
    seats: recorded.map((seat) => ({ ...seat, revision: revisions.get(seat.rev) ?? null })),
  };
}
