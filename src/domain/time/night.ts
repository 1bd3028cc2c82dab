import { instantWithin, meansNow, parseDatestr } from "./datestr.ts";
import { type Instant, toTemporal } from "./instant.ts";

/**
 * How a date without a time is read: `local`, the night that starts on it at the telescope; `ut`, as a UT date, the way
 * survey data are named: the local night that began the evening before.
 */
export type NightReading = "local" | "ut";

/** What the meaning of a date string depends on: the time, the telescope's IANA time zone, the reading of bare dates. */
export type DateContext = { readonly now: Instant; readonly timeZone: string; readonly night: NightReading };

const NOON = new Temporal.PlainTime(12);

/**
 * The instant (UTC) that a date string names where one is asked for; a date without a time means the midnight in the
 * middle of its night, as the old server had it: 20180715 is 2018-07-16T05:00:00Z in America/Chicago.
 * @throws FplaneError `bad-date`; RangeError when the time zone is unknown.
 */
export function resolveInstant(datestr: string, context: DateContext): Instant {
  const parsed = parseDatestr(datestr);
  if (parsed.kind === "now") return context.now;
  if (parsed.kind === "instant") return parsed.instant;
  const isUt = parsed.alwaysUt || context.night === "ut";
  const morning = isUt ? parsed.date : parsed.date.add({ days: 1 });
  // Not the start of the day: where a clock change swallows midnight, the two can differ.
  const midnight = morning.toPlainDateTime().toZonedDateTime(context.timeZone);
  return instantWithin(datestr, BigInt(midnight.epochMilliseconds) * 1000n);
}

/**
 * The instant (UTC) that a date string names as a bound of a span; a date without a time means the noon at which its
 * night begins, so that a span covers whole nights.
 * @throws FplaneError `bad-date`; RangeError when the time zone is unknown.
 */
export function resolveBound(datestr: string, context: DateContext): Instant {
  const parsed = parseDatestr(datestr);
  if (parsed.kind === "now") return context.now;
  if (parsed.kind === "instant") return parsed.instant;
  const isUt = parsed.alwaysUt || context.night === "ut";
  const evening = isUt ? parsed.date.subtract({ days: 1 }) : parsed.date;
  return instantWithin(datestr, BigInt(noonOf(evening, context.timeZone)) * 1000n);
}

/** Whether a (valid) date string names the same instant for ever: everything but the empty one, `latest` and `current`. */
export function isFixed(datestr: string): boolean {
  return !meansNow(datestr);
}

/**
 * The stamp in a file's name: the date string as given, or for now the civil date `YYYYMMDD` at the telescope. Only
 * what was understood is repeated, so the stamp holds letters, digits and `-+:.` and is safe in a header.
 * @throws FplaneError `bad-date`; RangeError when the time zone is unknown.
 */
export function stampOf(datestr: string, context: DateContext): string {
  if (parseDatestr(datestr).kind !== "now") return datestr;
  return localDate(context.now, context.timeZone).toString().replaceAll("-", "");
}

/** The night, as the ISO date `YYYY-MM-DD` of its evening, in which an instant lies; the noon itself begins a night. */
export function nightOf(instant: Instant, timeZone: string): string {
  return eveningOf(instant, timeZone).toString();
}

/**
 * The nights, ascending, whose stretch from noon to noon shares an instant with `[from, until)`. One text a night: the
 * caller bounds the span.
 */
export function nightsOf(from: Instant, until: Instant, timeZone: string): string[] {
  const nights: string[] = [];
  if (until <= from) return nights;
  const lastMillisecond = until / 1000;
  let evening = eveningOf(from, timeZone);
  let noon = noonOf(evening, timeZone);
  while (noon < lastMillisecond) {
    const nextEvening = evening.add({ days: 1 });
    const nextNoon = noonOf(nextEvening, timeZone);
    // A date that the zone skipped (Apia, 2011-12-30) has a night without length.
    if (nextNoon > noon) nights.push(evening.toString());
    evening = nextEvening;
    noon = nextNoon;
  }
  return nights;
}

/** The night after a night, both ISO dates of their evenings. */
export function nightAfter(night: string): string {
  return Temporal.PlainDate.from(night).add({ days: 1 }).toString();
}

/** Steps back from the noons themselves, not from the hour of the clock, so that it agrees with `resolveBound` always. */
function eveningOf(instant: Instant, timeZone: string): Temporal.PlainDate {
  let evening = localDate(instant, timeZone);
  while (noonOf(evening, timeZone) * 1000 > instant) evening = evening.subtract({ days: 1 });
  return evening;
}

function localDate(instant: Instant, timeZone: string): Temporal.PlainDate {
  return toTemporal(instant).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** Milliseconds since 1970, UTC; may lie outside the years of an `Instant`, as the noon before 0001-01-01 does. */
function noonOf(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: NOON }).epochMilliseconds;
}
