import { badDate, LONGEST_DATESTR } from "./bad-date.ts";
import type { Instant } from "./instant.ts";

/** What a date string says, before anything is known about the telescope. */
export type ParsedDatestr =
  | { readonly kind: "now" }
  /** A date without a time; `alwaysUt` for shot ids, which are UT dates whatever reading is asked for. */
  | { readonly kind: "date"; readonly date: Temporal.PlainDate; readonly alwaysUt: boolean }
  | { readonly kind: "instant"; readonly instant: Instant };

const NOW: ParsedDatestr = { kind: "now" };

const BARE_DATE = /^(\d{4})(\d\d)(\d\d)(\.0|v\d{3})?$|^(\d{4})-(\d\d)-(\d\d)$/;
const JULIAN = /^(MJD|JD)(\d+)(?:\.(\d+))?$/;
const TIMESTAMPS = [
  /^(\d{4})(\d\d)(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/,
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/,
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?$/,
];

const DAY_MICROSECONDS = 86_400_000_000n;
/** 1970-01-01T00:00:00Z counted from the zero of each: MJD 40587, JD 2440587.5. */
const UNIX_EPOCH = { MJD: 40_587n * DAY_MICROSECONDS, JD: (4_881_175n * DAY_MICROSECONDS) / 2n };

const FIRST_MICROSECOND = -62_135_596_800_000_000n;
const YEAR_10000 = 253_402_300_800_000_000n;
/** The last number before the year 10000: so far out a double steps by 32 microseconds and would round up into it. */
const LAST_INSTANT = Number(253_402_300_799_999_968n);

/** Whether the datestr asks for now: empty, `latest`, `current`. */
export function meansNow(datestr: string): boolean {
  return datestr === "" || datestr === "latest" || datestr === "current";
}

/**
 * Reads a datestr; timestamps, MJD and JD become instants, dates stay dates.
 * @throws FplaneError `bad-date` for any other form, for what the calendar does not have, and outside 0001 to 9999.
 */
export function parseDatestr(datestr: string): ParsedDatestr {
  if (meansNow(datestr)) return NOW;
  if (datestr.length > LONGEST_DATESTR) throw badDate(datestr);
  const bare = BARE_DATE.exec(datestr);
  if (bare) {
    const date = existingDate(datestr, bare[1] ?? bare[5], bare[2] ?? bare[6], bare[3] ?? bare[7]);
    return { kind: "date", date, alwaysUt: bare[4]?.startsWith("v") ?? false };
  }
  for (const form of TIMESTAMPS) {
    const parts = form.exec(datestr);
    if (parts) return { kind: "instant", instant: timestamp(datestr, parts) };
  }
  const julian = JULIAN.exec(datestr);
  if (julian) return { kind: "instant", instant: julianDate(datestr, julian) };
  throw badDate(datestr);
}

/**
 * The instant so many microseconds after 1970-01-01T00:00:00Z.
 * @throws FplaneError `bad-date` (which quotes the datestr) outside the years 0001 to 9999.
 */
export function instantWithin(datestr: string, microseconds: bigint): Instant {
  if (microseconds < FIRST_MICROSECOND || microseconds >= YEAR_10000) {
    throw badDate(datestr, "the instant lies outside the years 0001 to 9999 UTC");
  }
  return Math.min(Number(microseconds), LAST_INSTANT) as Instant;
}

function existingDate(datestr: string, year = "", month = "", day = ""): Temporal.PlainDate {
  if (year === "0000") throw badDate(datestr, "year 0000 does not exist here; years go from 0001 to 9999");
  if (month < "01" || month > "12") throw badDate(datestr, `month ${month} does not exist`);
  try {
    return new Temporal.PlainDate(Number(year), Number(month), Number(day));
  } catch {
    throw badDate(datestr, `${year}-${month}-${day} does not exist`);
  }
}

function timestamp(datestr: string, parts: RegExpExecArray): Instant {
  const [, year, month, day, hour = "", minute = "", second = "00", fraction = "", zone = "Z"] = parts;
  const date = existingDate(datestr, year, month, day);
  if (hour === "24") throw badDate(datestr, "hour 24 does not exist; the end of a day is 00:00 of the next date");
  if (hour > "23") throw badDate(datestr, `hour ${hour} does not exist`);
  if (minute > "59") throw badDate(datestr, `minute ${minute} does not exist`);
  if (second > "60") throw badDate(datestr, `second ${second} does not exist`);
  // Added up here and not by Temporal, which silently makes 59 of the leap second 60.
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second) - offsetSeconds(datestr, zone);
  const milliseconds = date.toZonedDateTime("UTC").epochMilliseconds + seconds * 1000;
  return instantWithin(datestr, BigInt(milliseconds) * 1000n + BigInt(fraction.slice(0, 6).padEnd(6, "0")));
}

function offsetSeconds(datestr: string, zone: string): number {
  if (zone === "Z") return 0;
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(-2)];
  if (hours > "23" || minutes > "59") {
    throw badDate(datestr, `the offset ${zone} is out of range; offsets go from -23:59 to +23:59`);
  }
  return (zone.startsWith("-") ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}

/** Exact to the last digit given, then rounded to the nearest microsecond: 58314.2 is no sum of powers of two. */
function julianDate(datestr: string, parts: RegExpExecArray): Instant {
  const [, form, days = "", fraction = ""] = parts;
  const scale = 10n ** BigInt(fraction.length);
  const microseconds = (2n * BigInt(days + fraction) * DAY_MICROSECONDS + scale) / (2n * scale);
  return instantWithin(datestr, microseconds - UNIX_EPOCH[form === "MJD" ? "MJD" : "JD"]);
}
