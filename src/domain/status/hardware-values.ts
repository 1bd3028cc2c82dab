import { FplaneError } from "../errors.ts";
import { shown } from "../shown.ts";
import { parseDatestr } from "../time/datestr.ts";
import { type Instant, SECOND } from "../time/instant.ts";

/** A value that was read, or what is wrong with it: the end of a sentence that begins with the path to the value. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

/** What the camera server writes for "not set"; 0 is the `000` of a focal-plane file. */
const UNSET: readonly number[] = [-999999, -999999.9, 0];

const LONGEST_CONTID = 40;

/** Seconds below are no time of this instrument but an MJD, a JD or a YYYYMMDD; above they are milliseconds. */
const EARLIEST_SECONDS = 1e8;
const LATEST_SECONDS = 1e11;

/** Without the blanks and the quotes that a FITS card puts around text. */
function bareText(value: string): string {
  const text = value.trim();
  return (/^'(.*)'$/s.exec(text)?.[1] ?? text).trim();
}

/** The number that a value is, as a number or as text; null where it is unset, undefined where it is no number. */
function numberOf(value: unknown): number | null | undefined {
  if (value === null) return null;
  if (typeof value === "number") return UNSET.includes(value) ? null : value;
  if (typeof value !== "string") return undefined;
  const text = bareText(value);
  if (text === "") return null;
  return /^-?\d{1,15}(\.\d*)?$/.test(text) ? numberOf(Number(text)) : undefined;
}

/** Reads the id of a seat, an IFU, a spectrograph or a bay as text of three digits; null where it is unset. */
export function readId(value: unknown): Reading<string | null> {
  const number = numberOf(value);
  if (number === null) return { value: null };
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= 999) {
    return { value: String(number).padStart(3, "0") };
  }
  const columns = Array.isArray(value) ? "columns are not understood, one object per unit is: " : "";
  return {
    problem: `is ${shown(value)}; ${columns}an id is a whole number from 1 to 999, as a number or as text, padded or not (53, "053"), or unset (-999999, -999999.9, 0, "", null)`,
  };
}

/** Reads the controller of a spectrograph as the FITS headers write it, `S/N 0059`; null where it is unset. */
export function readContid(value: unknown): Reading<string | null> {
  const text = typeof value === "string" ? bareText(value) : "";
  const number = numberOf(/^S\/N\s*(\d{1,4})$/i.exec(text)?.[1] ?? value);
  if (number === null) return { value: null };
  if (number !== undefined && Number.isInteger(number) && number >= 1 && number <= 9999) {
    return { value: `S/N ${String(number).padStart(4, "0")}` };
  }
  if (number === undefined && /^[ -~]+$/.test(text) && text.length <= LONGEST_CONTID) return { value: text };
  return {
    problem: `is ${shown(value)}; a controller is text such as "S/N 0059" (printable ASCII, at most ${LONGEST_CONTID} characters), its number (59), or unset (-999999, "", null)`,
  };
}

export const TIME_FORMS = 'Unix seconds (1526956673.428) or a timestamp in UT ("2018-05-22T02:37:53.428")';

/** Reads the time of the data, UT: Unix seconds as a number or text, kept to the microsecond, or an ISO 8601 timestamp. */
export function readDataTime(value: unknown): Reading<Instant> {
  const seconds = numberOf(value);
  if (typeof seconds === "number" && seconds >= EARLIEST_SECONDS && seconds <= LATEST_SECONDS) {
    return { value: Math.round(seconds * SECOND) as Instant };
  }
  const instant = typeof value === "string" ? timestampOf(bareText(value)) : null;
  if (instant !== null) return { value: instant };
  return { problem: `is ${shown(value)}; the time of the data is ${TIME_FORMS}${hint(seconds)}` };
}

function hint(seconds: number | null | undefined): string {
  if (typeof seconds !== "number" || Number.isNaN(seconds)) return "";
  if (seconds > LATEST_SECONDS) return "; seconds are not that many: divide milliseconds by 1000";
  return "; as Unix seconds this lies before March 1973";
}

/** A timestamp is read as a datestr is, but for a blank instead of the T; the dates and day numbers of a datestr are no time. */
function timestampOf(text: string): Instant | null {
  const timestamp = text.toUpperCase().replace(/^([\d-]{8,10}) (?=\d)/, "$1T");
  if (!/^[\d-]{8,10}T/.test(timestamp)) return null;
  try {
    const parsed = parseDatestr(timestamp);
    return parsed.kind === "instant" ? parsed.instant : null;
  } catch (error) {
    if (error instanceof FplaneError) return null;
    throw error;
  }
}
