import { FplaneError } from "../domain/errors.ts";
import { meansNow } from "../domain/time/datestr.ts";
import { type Instant, instantText } from "../domain/time/instant.ts";
import { resolveInstant } from "../domain/time/night.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";

/** A revision that an answer is given by. */
export type KnownAt = {
  readonly rev: number;
  /** Whether its name will always mean this one. */
  readonly pinned: boolean;
  /** A tag's horizon: what is asked for must lie before it. */
  readonly horizon: Instant | null;
};

/**
 * Resolves `as_of`: digits only are a revision number; a name is a tag; a date or timestamp means the newest revision
 * recorded by then; nothing (or a date form of now) means the newest. Resolved once for everything in an answer.
 *
 * @returns null when nothing at all has been recorded yet and none was asked for
 * @throws FplaneError `not-found` for a revision or tag that does not exist or a time before the first, `bad-date`
 */
export async function resolveAsOf(deps: Deps, asOf: string | undefined): Promise<KnownAt | null> {
  if (asOf === undefined || meansNow(asOf)) {
    const newest = await deps.answers.newest();
    return newest === null ? null : { rev: newest.rev, pinned: false, horizon: null };
  }
  if (/^\d+$/.test(asOf)) return { rev: await revisionNumbered(deps, asOf), pinned: true, horizon: null };
  const tag = /^[A-Za-z]/.test(asOf) ? await deps.store.tagNamed(asOf) : null;
  if (tag !== null) return { rev: tag.asOf, pinned: true, horizon: tag.horizon };
  return { rev: await revisionRecordedBy(deps, asOf), pinned: false, horizon: null };
}

/** Revisions are numbered without gaps: any number up to the newest exists. */
async function revisionNumbered(deps: Deps, digits: string): Promise<number> {
  const rev = Number(digits);
  let newest = (await deps.answers.newest())?.rev ?? 0;
  if (rev > newest) {
    await deps.answers.refresh();
    newest = (await deps.answers.newest())?.rev ?? 0;
  }
  if (rev >= 1 && rev <= newest) return rev;
  const range = newest === 0 ? "nothing is recorded yet" : `revisions run from 1 to ${newest}`;
  const day = /^(\d{4})(\d\d)(\d\d)$/.exec(digits);
  const hint = day === null ? "" : `; a date is written ${day[1]}-${day[2]}-${day[3]} here`;
  throw new FplaneError("not-found", `there is no revision ${digits.slice(0, 40)}: ${range}${hint}`);
}

async function revisionRecordedBy(deps: Deps, asOf: string): Promise<number> {
  let instant: Instant;
  try {
    instant = resolveInstant(asOf, dateContext(deps));
  } catch (error) {
    const looksLikeTag = /^[A-Za-z][A-Za-z0-9._-]*$/.test(asOf) && !/^M?JD\d/.test(asOf);
    if (looksLikeTag) throw new FplaneError("not-found", `there is no tag ${asOf.slice(0, 100)}`);
    throw error;
  }
  const revision = await deps.store.revisionKnownAt(instant);
  if (revision !== null) return revision.rev;
  throw new FplaneError("not-found", `nothing was recorded yet at ${asOf}: the first revision is younger`);
}

/** @throws FplaneError `beyond-horizon` when a tag does not speak of the instant */
export function demandWithinHorizon(knownAt: KnownAt, instant: Instant): void {
  if (knownAt.horizon === null || instant < knownAt.horizon) return;
  const [at, horizon] = [instantText(instant), instantText(knownAt.horizon)];
  throw new FplaneError("beyond-horizon", `${at} lies beyond the tag's horizon, ${horizon}`, { horizon });
}
