import type { RenderedAnswer } from "../domain/answer/answer.ts";
import type { Layout } from "../domain/files/fplane-file.ts";
import { demandConfirmed } from "../domain/record/confirmation.ts";
import { meansNow } from "../domain/time/datestr.ts";
import type { Instant } from "../domain/time/instant.ts";
import { type DateContext, isFixed, type NightReading, resolveInstant, stampOf } from "../domain/time/night.ts";
import { demandWithinHorizon, type KnownAt, resolveAsOf } from "./as-of.ts";
import { configurationAt, confirmedUntil, type KnownConfiguration, noConfiguration } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { renderedFile } from "./rendered-file.ts";
import type { Reads } from "./store.ts";

/** Which of the files of one focal plane. */
export type Variant = {
  /** Measured positions where there are any; else the nominal ones, arcsec. */
  readonly actualPositions: boolean;
  readonly layout: Layout;
};

/** What is asked: one instant, by a datestr; as known when; which variant. */
export type FplaneRequest = Variant & {
  readonly datestr: string;
  readonly asOf?: string | undefined;
  readonly night: NightReading;
  /** Refuse what no hardware status confirms. */
  readonly strict: boolean;
};

/** The answer, its file, and what a cache may do with it. */
export type FplaneAnswer = RenderedAnswer & {
  /** `fplane{stamp}.txt` is the file's name. */
  readonly stamp: string;
  /** When the revision that last changed something in the answer was recorded. */
  readonly lastModified: Instant;
  /** Whether the same request will give the same answer for ever. */
  readonly pinned: boolean;
  /** Whether it is the answer until there is a newer revision; one for now is not. */
  readonly lasts: boolean;
  /** Since when the database has not answered, so that newer knowledge may be missing; null while it does. */
  readonly staleSince: Instant | null;
};

/**
 * Which focal plane was valid at this date?
 *
 * @throws FplaneError `bad-date`, `not-found` (as_of), `beyond-horizon` (tag), `no-configuration`, `unconfirmed` (strict only)
 */
export async function getFplane(deps: Deps, request: FplaneRequest): Promise<FplaneAnswer> {
  const dates = dateContext(deps, request.night);
  const instant = resolveInstant(request.datestr, dates);
  const knownAt = await resolveAsOf(deps, request.asOf);
  if (knownAt === null) throw await noConfiguration(deps.store, instant, 0);
  return await answerKnownAt(deps, request, { dates, instant, knownAt });
}

/** What a request means, resolved once for all that is answered of it. */
export type Resolved = { readonly dates: DateContext; readonly instant: Instant; readonly knownAt: KnownAt };

/** @throws FplaneError `beyond-horizon`, `no-configuration`, `unconfirmed` (strict only), `unavailable` */
export async function answerKnownAt(
  deps: Deps,
  request: FplaneRequest,
  { dates, instant, knownAt }: Resolved,
): Promise<FplaneAnswer> {
  demandWithinHorizon(knownAt, instant);
  const isNewest = request.asOf === undefined || meansNow(request.asOf);
  const known = await deps.answers.at(instant, knownAt.rev, request.actualPositions, isNewest);
  const answer = rendered(known, instant, known.rev, request);
  if (request.strict) demandConfirmed(answer);
  const staleSince = deps.answers.staleSince();
  const fixed = isFixed(request.datestr);
  return {
    ...answer,
    stamp: stampOf(request.datestr, dates),
    lastModified: known.lastModified,
    pinned: knownAt.pinned && fixed,
    lasts: fixed && staleSince === null,
    staleSince,
  };
}

/** The answer at an instant as a revision that is being written knows it, with its file. @throws FplaneError `no-configuration` */
export async function answerAt(reads: Reads, instant: Instant, rev: number, variant: Variant): Promise<RenderedAnswer> {
  const configuration = await configurationAt(reads, instant, rev, variant.actualPositions);
  const confirmed = await confirmedUntil(reads, configuration.interval, rev);
  return rendered({ ...configuration, confirmedUntil: confirmed }, instant, rev, variant);
}

function rendered(
  { plane, interval, confirmedUntil: confirmed }: Pick<KnownConfiguration, "plane" | "interval" | "confirmedUntil">,
  instant: Instant,
  revision: number,
  { actualPositions, layout }: Variant,
): RenderedAnswer {
  const { text, sha256 } = renderedFile(plane, layout);
  return { plane, layout, actualPositions, instant, interval, revision, confirmedUntil: confirmed, sha256, text };
}
