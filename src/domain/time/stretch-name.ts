import { type Instant, instantText, type Span } from "./instant.ts";
import { type DateContext, nightAfter, nightOf, resolveInstant } from "./night.ts";

/** How the file of a stretch of time is named, so that its name is a datestr for which the file is the answer. */
export type StretchName = {
  readonly datestr: string;
  /** What the datestr means. */
  readonly instant: Instant;
  /** Whether the stretch holds at the midnight of no night. */
  readonly betweenNights: boolean;
};

/**
 * Names a stretch by the first night whose midnight lies in it. Programs that take the file of the nearest earlier date
 * so find for each night what is answered for that night. A stretch without any midnight would mislead them: it is named
 * by the timestamp (UTC) at which it begins, and to be kept apart.
 */
export function stretchName(span: Span, context: Pick<DateContext, "timeZone" | "night">): StretchName {
  const { timeZone, night: reading } = context;
  const midnightOf = (night: string) => resolveInstant(night, { now: span.from, timeZone, night: "local" });
  const begun = nightOf(span.from, timeZone);
  const night = midnightOf(begun) < span.from ? nightAfter(begun) : begun;
  const instant = midnightOf(night);
  if (span.until === null || instant < span.until) {
    return { datestr: datestrOfNight(night, reading), instant, betweenNights: false };
  }
  const datestr = instantText(span.from).replaceAll(/[-:Z]/g, "");
  return { datestr, instant: span.from, betweenNights: true };
}

/** The datestr that names a night, given as the ISO date of its evening, under a reading of bare dates. */
export function datestrOfNight(night: string, reading: DateContext["night"]): string {
  return (reading === "ut" ? nightAfter(night) : night).replaceAll("-", "");
}
