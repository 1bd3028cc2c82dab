import { parseDatestr } from "../domain/datestr.ts";
import { FplaneError } from "../domain/errors.ts";
import { resolveInstant } from "../domain/night.ts";
import type { Revision } from "../domain/revision.ts";
import type { Deps } from "./deps.ts";

/** A revision that an answer is given by, and whether its name will always mean this one. */
export type KnownAt = { readonly revision: Revision; readonly pinned: boolean };

/**
 * Resolves `as_of`: digits only are a revision number; a date or timestamp means the newest revision recorded by then;
 * nothing (or a date form of now) means the newest. Resolved once for everything in an answer.
 *
 * @returns null when nothing at all has been recorded yet and none was asked for
 * @throws FplaneError `not-found` for a revision that does not exist or a time before the first, `bad-date`
 */
export async function resolveAsOf(deps: Deps, asOf: string | undefined): Promise<KnownAt | null> {
  if (asOf === undefined || asOf === "") return unpinned(await deps.store.newestRevision());
  if (/^\d+$/.test(asOf)) return { revision: await revisionNumbered(deps, asOf), pinned: true };
  const parsed = parseDatestr(asOf);
  if (parsed.kind === "now") return unpinned(await deps.store.newestRevision());
  const instant = resolveInstant(asOf, { now: deps.clock(), timeZone: deps.timeZone, night: "local" });
  const revision = await deps.store.revisionKnownAt(instant);
  if (revision === null)
    throw new FplaneError("not-found", `nothing was recorded yet at ${asOf}: the first revision is younger`);
  return { revision, pinned: false };
}

function unpinned(revision: Revision | null): KnownAt | null {
  return revision === null ? null : { revision, pinned: false };
}

async function revisionNumbered(deps: Deps, digits: string): Promise<Revision> {
  const revision = Number.isSafeInteger(Number(digits)) ? await deps.store.revisionNumbered(Number(digits)) : null;
  if (revision !== null) return revision;
  const newest = await deps.store.newestRevision();
  const range = newest === null ? "nothing is recorded yet" : `revisions run from 1 to ${newest.rev}`;
  throw new FplaneError("not-found", `there is no revision ${digits}: ${range}`);
}
