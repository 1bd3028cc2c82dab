import { FplaneError } from "../errors.ts";

/**
 * A point in time: whole microseconds since 1970-01-01T00:00:00Z, the finest that PostgreSQL keeps. A plain number, so
 * that instants compare with `<` and cost nothing on the read path; everything calendrical is done with Temporal.
 */
export type Instant = number & { readonly "microseconds since 1970, UTC": never };

/** A stretch of time `[from, until)`; an open end is null. */
export type Span = { readonly from: Instant; readonly until: Instant | null };

/** Where the current time comes from. It is passed in, never read from the machine by the code that uses it. */
export type Clock = () => Instant;

/** The years that both ISO 8601 and PostgreSQL write with four digits. */
const FIRST = Temporal.Instant.from("0001-01-01T00:00:00Z");
const LAST = Temporal.Instant.from("9999-12-31T23:59:59.999968Z"); // the next number is in the year 10000

export const SECOND = 1_000_000;
export const HOUR = 3600 * SECOND;
export const DAY = 24 * HOUR;

/** The microsecond in which it lies, before 1970 as after. @throws FplaneError `bad-date` outside the years 0001 to 9999. */
export function fromTemporal(instant: Temporal.Instant): Instant {
  if (Temporal.Instant.compare(instant, FIRST) < 0 || Temporal.Instant.compare(instant, LAST) > 0) {
    throw new FplaneError("bad-date", "the date lies outside the years 0001 to 9999");
  }
  const begun = instant.round({ smallestUnit: "microsecond", roundingMode: "floor" });
  return Number(begun.epochNanoseconds / 1000n) as Instant;
}

/** For sums with the calendar and the clock of a time zone. */
export function toTemporal(instant: Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(instant) * 1000n);
}

/** RFC 3339 in UTC with `Z`, as few decimals as the instant needs: `2018-07-16T05:00:00Z`. */
export function instantText(instant: Instant): string {
  return toTemporal(instant).toString();
}

/** The same of an instant that may be missing, such as the open end of a span. */
export function instantTextOrNull(instant: Instant | null): string | null {
  return instant === null ? null : instantText(instant);
}

/** Reads what `instantText` writes (any RFC 3339 timestamp with an offset). Throws a RangeError on anything else. */
export function instantOf(text: string): Instant {
  return fromTemporal(Temporal.Instant.from(text));
}

/** The same of a text that may be missing, as `instantTextOrNull` leaves it. */
export function instantOfOrNull(text: string | null): Instant | null {
  return text === null ? null : instantOf(text);
}

/** The instant `microseconds` later (earlier when negative). */
export function later(instant: Instant, microseconds: number): Instant {
  return (instant + microseconds) as Instant;
}

/** Whether the instant lies in `[from, until)`. */
export function contains(span: Span, instant: Instant): boolean {
  return span.from <= instant && (span.until === null || instant < span.until);
}

/** Whether two half-open spans share an instant. */
export function overlaps(a: Span, b: Span): boolean {
  return (b.until === null || a.from < b.until) && (a.until === null || b.from < a.until);
}
