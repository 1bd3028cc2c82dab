import { diffPlanes, type PlaneDiff } from "../domain/plane/plane-diff.ts";
import type { Instant } from "../domain/time/instant.ts";
import { type NightReading, resolveInstant } from "../domain/time/night.ts";
import { demandWithinHorizon, resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";

export type DiffRequest = {
  readonly a: string;
  readonly b: string;
  /** What was known then, for either side; by default now. */
  readonly asOfA?: string | undefined;
  readonly asOfB?: string | undefined;
  readonly actualPositions: boolean;
  readonly night: NightReading;
};

type DiffSide = { readonly instant: Instant; readonly revision: number };

export type DiffResult = { readonly a: DiffSide; readonly b: DiffSide; readonly diff: PlaneDiff };

/**
 * What differs between two dates, or between what was known of a date then and then.
 *
 * @throws FplaneError `bad-date`, `not-found`, `beyond-horizon`, `no-configuration`, `unavailable`
 */
export async function getDiff(deps: Deps, request: DiffRequest): Promise<DiffResult> {
  const side = async (datestr: string, asOf: string | undefined) => {
    const dates = dateContext(deps, request.night);
    const instant = resolveInstant(datestr, dates);
    const knownAt = await resolveAsOf(deps, asOf);
    if (knownAt === null) throw await noConfiguration(deps.store, instant, 0);
    demandWithinHorizon(knownAt, instant);
    const { rev } = knownAt;
    const { plane } = await deps.answers.at(instant, rev, request.actualPositions);
    return { plane, told: { instant, revision: rev } };
  };
  const a = await side(request.a, request.asOfA);
  const b = await side(request.b, request.asOfB);
  return { a: a.told, b: b.told, diff: diffPlanes(a.plane, b.plane) };
}
