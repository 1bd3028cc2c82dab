import { sha256 } from "../digest.ts";
import { FplaneError, hasCode } from "../errors.ts";
import { type Format, renderAnswer } from "../formats/format.ts";
import type { Pointing } from "../plane/sky.ts";
import { unconfirmedBefore } from "../record/confirmation.ts";
import { type Instant, instantText, type Span } from "../time/instant.ts";
import { type DateContext, isFixed, nightsOf, resolveBound, resolveInstant, stampOf } from "../time/night.ts";
import { earlierEnd } from "../time/span.ts";
import { datestrOfNight, stretchName } from "../time/stretch-name.ts";
import { answerEntry, errorEntry, type ReportedEntry } from "./answer-entry.ts";
import type { Bundle } from "./bundle.ts";
import { type BundleReading, bundleReader, horizonOf, nextPlacement } from "./bundle-answer.ts";

/** How many answers are taken out of a bundle at once: as a server would give them. */
export type ManyFromBundle = BundleReading & {
  readonly night: DateContext["night"];
  readonly format: Format;
  /** For regions in the sky. */
  readonly pointing?: Pointing | undefined;
  readonly now: Instant;
};

/** An entry per date, in their order, as the server's for `POST /fplanes`. @throws FplaneError `not-found` (as_of) */
export function* datesInBundle(
  bundle: Bundle,
  dates: Iterable<string>,
  many: ManyFromBundle,
): Generator<ReportedEntry> {
  const context = contextOf(bundle, many);
  const answerAt = bundleReader(bundle, many);
  for (const datestr of dates) {
    try {
      const answer = answerAt(resolveInstant(datestr, context));
      const body = renderAnswer(answer, many.format, many.pointing);
      const name = { datestr, stamp: stampOf(datestr, context), betweenNights: false, pinned: isFixed(datestr) };
      yield { entry: answerEntry(answer, name, { format: many.format, digest: sha256(body) }), body };
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      yield { entry: errorEntry(datestr, error), body: null };
    }
  }
}

/** The nights of a span as datestrs; without an end, up to now. @throws FplaneError `bad-date`, `bad-parameter` */
export function nightsForBundle(bundle: Bundle, { from, to }: SpanTexts, many: ManyFromBundle): string[] {
  const context = contextOf(bundle, many);
  const span = forward(resolveBound(from ?? "", context), resolveBound(to ?? "", context));
  return nightsOf(span.from, span.until, bundle.timeZone).map((night) => datestrOfNight(night, many.night));
}

type SpanTexts = { readonly from: string | undefined; readonly to: string | undefined };

/**
 * Every configuration of a span, once, as the server's for `GET /fplanes`.
 *
 * @throws FplaneError `bad-date`, `bad-parameter` (empty span), `not-found` (as_of), `beyond-horizon` for a span that ends
 *   after the tag's horizon
 */
export function* configurationsInBundle(
  bundle: Bundle,
  { from, to }: SpanTexts,
  many: ManyFromBundle,
): Generator<ReportedEntry> {
  const context = contextOf(bundle, many);
  const answerAt = bundleReader({ ...bundle, horizon: null }, { ...many, strict: false });
  const horizon = horizonOf(bundle, many.asOf);
  const until = to === undefined ? horizon : resolveBound(to, context);
  let at = from === undefined ? nextPlacement(bundle, null) : resolveBound(from, context);
  if (at !== null && until !== null) forward(at, until);
  if (horizon !== null && until !== null && until > horizon) {
    const end = instantText(horizon);
    throw new FplaneError("beyond-horizon", `the span ends after the tag's horizon, ${end}`, { horizon: end });
  }
  while (at !== null && (until === null || at < until)) {
    const here: Instant = at;
    try {
      const there = answerAt(here);
      const { datestr, instant, betweenNights } = stretchName(there.interval, context);
      const answer = { ...there, instant };
      at = there.interval.until;
      const stretch = { from: here, until: earlierEnd(at, until) };
      const error = many.strict ? unconfirmedBefore(stretch, answer.confirmedUntil, many.now) : null;
      if (error !== null) {
        yield { entry: errorEntry(stretch, error), body: null };
        continue;
      }
      const body = renderAnswer(answer, many.format);
      const name = { datestr, stamp: datestr, betweenNights, pinned: true };
      yield { entry: answerEntry(answer, name, { format: many.format, digest: sha256(body) }), body };
    } catch (error) {
      if (!hasCode(error, "no-configuration")) throw error;
      at = nextPlacement(bundle, here);
      yield { entry: errorEntry({ from: here, until: earlierEnd(at, until) }, error), body: null };
    }
  }
}

function contextOf(bundle: Bundle, { now, night }: ManyFromBundle): DateContext {
  return { now, timeZone: bundle.timeZone, night };
}

function forward(from: Instant, until: Instant): Span & { readonly until: Instant } {
  if (from < until) return { from, until };
  throw new FplaneError("bad-parameter", "the span is empty: it ends before it begins");
}
