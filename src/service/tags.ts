import { FplaneError } from "../domain/errors.ts";
import { NO_FACTS } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { parseDatestr } from "../domain/time/datestr.ts";
import { resolveBound } from "../domain/time/night.ts";
import { resolveAsOf } from "./as-of.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import type { Tag } from "./store.ts";

const NAME = /^[A-Za-z][A-Za-z0-9._-]{0,99}$/;

export async function listTags(deps: Deps): Promise<Tag[]> {
  return await deps.store.tags();
}

/**
 * Names what a revision knows, for ever, up to a horizon: reads beyond it are refused.
 *
 * @param request.asOf a revision, a tag or a timestamp; by default the newest revision
 * @param request.horizon a datestr, as a bound; none for no end
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `not-found`, `already-exists`
 */
export async function addTag(
  deps: Deps,
  identity: Identity | null,
  request: {
    readonly name: string;
    readonly asOf?: string | undefined;
    readonly horizon?: string | undefined;
    readonly reason: string;
  },
): Promise<Tag> {
  const who = demandRole(identity, "curator", "A tag");
  const { name } = request;
  if (!NAME.test(name) || isDatestr(name)) {
    const wanted =
      "it begins with a letter, has letters, digits, dots, dashes and underscores, and is no form of a date";
    throw new FplaneError("bad-parameter", `${JSON.stringify(name.slice(0, 60))} is no name for a tag: ${wanted}`);
  }
  const knownAt = await resolveAsOf(deps, request.asOf);
  if (knownAt === null) throw new FplaneError("not-found", "nothing is recorded yet that could be tagged");
  const tag = {
    name,
    asOf: knownAt.rev,
    horizon: request.horizon === undefined ? null : resolveBound(request.horizon, dateContext(deps)),
  };
  return await deps.store.write(async (tx) => {
    const taken = await tx.tagNamed(name);
    if (taken !== null)
      throw new FplaneError(
        "already-exists",
        `the tag ${name} already names revision ${taken.asOf}: tags are never moved`,
      );
    const body = { facts: NO_FACTS, tag, source: {} };
    const { rev } = await recordAct(tx, deps.clock, { kind: "tag", actor: who.username, reason: request.reason, body });
    return { keep: true, value: { ...tag, rev } };
  });
}

/** `latest` or `MJD58314` would be a date wherever `as_of` is read. */
function isDatestr(name: string): boolean {
  try {
    parseDatestr(name);
    return true;
  } catch {
    return false;
  }
}
