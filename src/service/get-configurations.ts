import { FplaneError, hasCode } from "../domain/errors.ts";
import { unconfirmedBefore } from "../domain/record/confirmation.ts";
import { type Instant, instantText, type Span } from "../domain/time/instant.ts";
import { resolveBound } from "../domain/time/night.ts";
import { earlierEnd } from "../domain/time/span.ts";
import { stretchName } from "../domain/time/stretch-name.ts";
import { resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { answerKnownAt, type FplaneAnswer, type Resolved } from "./get-fplane.ts";
import { demandForward, type Fplanes, type Reading } from "./get-fplanes.ts";

/** A configuration, with a datestr that it is the answer to, or a stretch of which there is none, with the reason. */
export type StretchEntry =
  | { readonly datestr: string; readonly betweenNights: boolean; readonly answer: FplaneAnswer }
  | { readonly stretch: Span; readonly error: FplaneError };

/** A span of valid time; without `from` from the first record on, without `to` without an end. */
type SpanRequest = Reading & { readonly from?: string | undefined; readonly to?: string | undefined };

/**
 * Every configuration of a span, once, in order, with the whole interval over which it stays the same. What lies between
 * them is told too, so that the entries follow one another without a hole from the start of the span to its end. With
 * `strict` one is an error that is not confirmed up to the end of its part of the span.
 *
 * @throws FplaneError `bad-date`, `bad-parameter` (empty span), `not-found` (as_of), `no-configuration` (nothing is recorded),
 *   `beyond-horizon` for a span that ends after the tag's horizon
 */
export async function getConfigurations(deps: Deps, request: SpanRequest): Promise<Fplanes<StretchEntry>> {
  const dates = dateContext(deps, request.night);
  const knownAt = await resolveAsOf(deps, request.asOf);
  const from = request.from === undefined ? null : resolveBound(request.from, dates);
  const first = from ?? (knownAt === null ? null : await deps.store.firstPlacement(knownAt.rev));
  if (knownAt === null || first === null) throw await noConfiguration(deps.store, dates.now, knownAt?.rev ?? 0);
  const until = request.to === undefined ? knownAt.horizon : resolveBound(request.to, dates);
  if (until !== null) demandForward(request.from ?? "the first record", first, request.to ?? "the horizon", until);
  if (knownAt.horizon !== null && until !== null && until > knownAt.horizon) {
    const horizon = instantText(knownAt.horizon);
    throw new FplaneError("beyond-horizon", `the span ends after the tag's horizon, ${horizon}`, { horizon });
  }
  const { rev: revision, pinned } = knownAt;
  return { revision, pinned, entries: stretches(deps, request, { dates, knownAt }, { from: first, until }) };
}

async function* stretches(
  deps: Deps,
  request: SpanRequest,
  { dates, knownAt }: Omit<Resolved, "instant">,
  span: Span,
): AsyncGenerator<StretchEntry, void> {
  const lenient = { ...request, datestr: "", strict: false, asOf: undefined };
  const boundless = { ...knownAt, horizon: null }; // a configuration may be named by a night after the horizon
  let at: Instant | null = span.from;
  while (at !== null && (span.until === null || at < span.until)) {
    const here: Instant = at;
    try {
      const there = await answerKnownAt(deps, lenient, { dates, instant: here, knownAt: boundless });
      const { datestr, instant, betweenNights } = stretchName(there.interval, dates);
      const answer = { ...there, instant, stamp: datestr, pinned: knownAt.pinned };
      const stretch = { from: here, until: earlierEnd(there.interval.until, span.until) };
      const error = request.strict ? unconfirmedBefore(stretch, answer.confirmedUntil, dates.now) : null;
      yield error === null ? { datestr, betweenNights, answer } : { stretch, error };
      at = there.interval.until;
    } catch (error) {
      if (!hasCode(error, "no-configuration")) throw error;
      const gap = await deps.answers.gapAt(here, knownAt.rev);
      if (gap === null) throw error; // a revision never changes
      yield { stretch: { from: here, until: earlierEnd(gap.until, span.until) }, error };
      at = gap.until;
    }
  }
}
