import { FplaneError } from "../domain/errors.ts";
import type { Instant } from "../domain/time/instant.ts";
import { type DateContext, type NightReading, resolveBound } from "../domain/time/night.ts";
import type { Deps } from "./deps.ts";

/** How date strings are read now, at the telescope. @param night how a date without a time is read */
export function dateContext(
  { clock, timeZone }: Pick<Deps, "clock" | "timeZone">,
  night: NightReading = "local",
): DateContext {
  return { now: clock(), timeZone, night };
}

/** The bounds of an act: a datestr each, `open` for no end, nothing for "until what is recorded next". */
export type Bounds = { readonly from: string; readonly until?: string | undefined };

export type ResolvedBounds = { readonly from: Instant; readonly until: Instant | null | "next" };

/** @throws FplaneError `bad-date`, `bad-parameter` when it would end before it begins */
export function resolveBounds(deps: Deps, { from, until }: Bounds): ResolvedBounds {
  const dates = dateContext(deps);
  const bound = (datestr: string) => resolveBound(datestr, dates);
  const resolved = {
    from: bound(from),
    until: until === undefined || until === "" ? ("next" as const) : until === "open" ? null : bound(until),
  };
  if (resolved.until !== null && resolved.until !== "next" && resolved.until <= resolved.from) {
    throw new FplaneError("bad-parameter", `the span would end (${until}) before it begins (${from})`);
  }
  return resolved;
}
