import { FplaneError } from "../errors.ts";
import { type Instant, instantText, instantTextOrNull, type Span } from "../time/instant.ts";

/**
 * Until when a configuration is confirmed: the data time of the newest hardware status in its interval that agreed with
 * it, or the interval's end where a closed import or correction confirms all of it. Null: never.
 *
 * @param end where the last confirmed stretch ends that begins before the interval ends
 */
export function confirmedUntilIn(interval: Span, end: Instant | null): Instant | null {
  if (end === null || end <= interval.from) return null;
  if (interval.until !== null && end >= interval.until) return interval.until;
  return (end - 1) as Instant; // the row ends one microsecond after the instant that it confirms
}

/** @throws FplaneError `unconfirmed` when no hardware status confirms what is answered for the instant */
export function demandConfirmed(answer: { readonly instant: Instant; readonly confirmedUntil: Instant | null }): void {
  const { instant, confirmedUntil } = answer;
  if (confirmedUntil !== null && instant <= confirmedUntil) return;
  const known =
    confirmedUntil === null ? "no hardware status has confirmed it" : `confirmed until ${instantText(confirmedUntil)}`;
  throw new FplaneError("unconfirmed", `the focal plane at ${instantText(instant)} is not confirmed: ${known}`, {
    confirmedUntil: instantTextOrNull(confirmedUntil),
  });
}

/**
 * Why what is answered from one instant to another is not confirmed all the time.
 *
 * @param now what lies after it needs no confirmation yet
 */
export function unconfirmedBefore(stretch: Span, confirmedUntil: Instant | null, now: Instant): FplaneError | null {
  const end = stretch.until === null || stretch.until > now ? now : stretch.until;
  if (confirmedUntil !== null && confirmedUntil >= end - 1) return null;
  const known =
    confirmedUntil === null ? "no hardware status has confirmed it" : `until ${instantText(confirmedUntil)}`;
  const over = stretch.from < end ? `to ${instantText(end)}` : "on";
  const message = `the focal plane from ${instantText(stretch.from)} ${over} is not confirmed: ${known}`;
  return new FplaneError("unconfirmed", message, {
    confirmedUntil: instantTextOrNull(confirmedUntil),
  });
}
