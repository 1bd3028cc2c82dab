import { fromTemporal, HOUR, type Instant, later, SECOND, toTemporal } from "./instant.ts";

const FIRST_PAUSE = 60 * SECOND;
const LONGEST_PAUSE = 6 * HOUR;

/**
 * When to try again: after a minute, two, four and so on, and every 6 hours from then on, for ever.
 *
 * @param attempts how many have failed, from 1
 * @param random 0 to 1: up to a quarter of the pause is left out, so that servers do not try in step
 */
export function nextAttempt(now: Instant, attempts: number, random: number): Instant {
  const pause = Math.min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE);
  return later(now, Math.round(pause * (1 - random / 4)));
}

/** The next time that the clock at the telescope shows the full hour (0 to 23); where it is skipped, the one after. */
export function nextHour(now: Instant, hour: number, timeZone: string): Instant {
  const local = toTemporal(now).toZonedDateTimeISO(timeZone);
  const plainTime = new Temporal.PlainTime(hour);
  // From the dates, since a day after an hour that was moved the clock does not show the hour that is wanted.
  const today = local.toPlainDate().toZonedDateTime({ timeZone, plainTime });
  if (Temporal.ZonedDateTime.compare(today, local) > 0) return fromTemporal(today.toInstant());
  return fromTemporal(local.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone, plainTime }).toInstant());
}
