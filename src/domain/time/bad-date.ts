import { FplaneError } from "../errors.ts";
import { shown } from "../shown.ts";

/** The longest date string that is looked at; the longest sensible one, a timestamp with nine decimals, has 35 characters. */
export const LONGEST_DATESTR = 64;

/** Every form of a date string, for messages and for the documentation. */
export const ACCEPTED_FORMS =
  "nothing, latest or current (now); YYYYMMDD, YYYY-MM-DD or YYYYMMDD.0 (the night that starts on this date); " +
  "a shot id like 20180611v017 (a UT date); YYYYMMDDTHH:MM:SS[.f], YYYYMMDDTHHMMSS[.f] or YYYY-MM-DDTHH:MM[:SS[.f]], " +
  "all UTC, also with Z or an offset like -05:00; MJD58314.2; JD2458314.7";

/** What is most likely wrong with a string of no accepted form; the first pattern that fits speaks. None can backtrack far. */
const LIKELY_MISTAKES: readonly (readonly [RegExp, string])[] = [
  [/T[0-9:.]+ \d\d:?\d\d$/, "it holds a blank where + may have stood: write + as %2B in an address"],
  [/\s/, "it holds a blank; date and time are joined by T"],
  [/\P{ASCII}/u, "it holds a character that is not ASCII"],
  [/^(latest|current)$/i, "latest and current are written in lower case"],
  [/^(now|today|tonight)$/i, "now is written latest, current or nothing"],
  [/^M?JD[+-]/, "MJD and JD take no sign"],
  [/^M?JD/, "MJD and JD are followed by digits and perhaps a point and digits, nothing else"],
  [/^m?jd/i, "MJD and JD are written in capitals"],
  [/^[+-]\d/, "a year has four digits and no sign"],
  [/^\d{5}(\.\d+)?$/, "a modified Julian date begins with MJD"],
  [/^24\d{5}(\.\d+)?$/, "a Julian date begins with JD"],
  [/^\d{7}$/, "a date has eight digits, and a Julian date begins with JD"],
  [/^\d{6}$/, "a year has four digits, month and day two each"],
  [/^\d{1,4}$/, "a year alone or a fragment of a date is no date"],
  [/^\d{4}-\d\d$/, "the day is missing"],
  [/^\d{4}-\d{3}$|^\d{4}-?W\d/i, "weeks and days of the year are not understood"],
  [/^\d+[/.:_]\d+[/.:_]\d/, "a date is written with - or without separators"],
  [/^\d{8}\.\d*$/, "only .0 may follow a bare date; a part of a day needs MJD or JD"],
  [/^\d{4}-\d\d-\d\d\.\d*$/, "nothing may follow a bare date written with -"],
  [/^\d{8}v/i, "a shot id is a date, a small v and three digits"],
  [/^(\d{8}|\d{4}-\d\d-\d\d)(z|[+-][\d:]+)$/i, "a bare date names a night and takes no offset"],
  [/^\d{4}-(\d-|\d\d-\d(\D|$))/, "month and day have two digits"],
  [/^[\d-]+t/, "the T between date and time is a capital"],
  [/^[\d-]+T$/, "the time after T is missing"],
  [/z$/, "the Z at the end is a capital"],
  [/,/, "the decimal sign is a point"],
  [/^[\d-]+T[\d:.+-]+(\[|[A-Z]{2,})/, "a time zone is given as an offset like -05:00"],
  [/\.\d{10,}/, "a fraction has 1 to 9 digits"],
  [/T[0-9:]+\.(\D|$)/, "digits are missing after the point"],
  [/T[^+Z-]+Z?[+-](\d|\d\d|\d{3}|\d:.*|\d\d:\d?)$/, "an offset is written ±HH:MM or ±HHMM"],
  [/^\d{8}T\d\d(:?\d\d)?([Z+-]|$)/, "after YYYYMMDDT the time needs hours, minutes and seconds"],
  [/^\d{4}-\d\d-\d\dT\d\d([Z+-]|$)/, "the minutes are missing"],
  [/^\d{4}-\d\d-\d\dT(\d{4}|\d{6})\D*/, "after YYYY-MM-DDT the time is written HH:MM or HH:MM:SS"],
  [/T\d(:|$)|:\d(\D|$)/, "hour, minute and second have two digits each"],
];

/** The refusal of a date string: repeats what was given, says what is wrong with it, and lists the accepted forms. */
export function badDate(datestr: string, reason: string = likelyMistake(datestr)): FplaneError {
  return new FplaneError("bad-date", `${shown(datestr)} is no date: ${reason}. Accepted are: ${ACCEPTED_FORMS}.`);
}

function likelyMistake(datestr: string): string {
  // The patterns see short strings only.
  if (datestr.length > LONGEST_DATESTR) return `it has ${datestr.length} characters, more than ${LONGEST_DATESTR}`;
  for (const [pattern, reason] of LIKELY_MISTAKES) if (pattern.test(datestr)) return reason;
  return "it has none of the accepted forms";
}
