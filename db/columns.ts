import { customType } from "drizzle-orm/pg-core";
import { type Instant, instantText, type Span } from "../src/domain/time/instant.ts";

/** The newest revision that a row is known at is open (null) as long as no later revision superseded it. */
export type RevisionRange = { readonly from: number; readonly until: number | null };

/** `timestamptz`, as an Instant. PostgreSQL writes `2018-07-16 05:00:00.25+00` in a session whose time zone is UTC. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => "timestamptz",
  toDriver: instantText,
  fromDriver: instantFromPostgres,
});

/** `tstzrange`, half-open, as a Span. */
export const span = customType<{ data: Span; driverData: string }>({
  dataType: () => "tstzrange",
  toDriver: spanText,
  fromDriver: spanFromPostgres,
});

/** `int8range` over revision numbers, half-open. */
export const revisionRange = customType<{ data: RevisionRange; driverData: string }>({
  dataType: () => "int8range",
  toDriver: ({ from, until }) => `[${from},${until ?? ""})`,
  fromDriver: (text) => {
    const [lower, upper] = bounds(text);
    return { from: Number(lower), until: upper === "" ? null : Number(upper) };
  },
});

export function spanText(value: Span): string {
  return `[${instantText(value.from)},${value.until === null ? "" : instantText(value.until)})`;
}

export function spanFromPostgres(text: string): Span {
  const [lower, upper] = bounds(text);
  return { from: instantFromPostgres(lower), until: upper === "" ? null : instantFromPostgres(upper) };
}

function bounds(text: string): [lower: string, upper: string] {
  const [lower = "", upper = ""] = text.slice(1, -1).replaceAll('"', "").split(",");
  return [lower, upper];
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?\+00$/;

/** Throws on any other form, so that a session with another time zone or date style is noticed. */
export function instantFromPostgres(text: string): Instant {
  const match = TIMESTAMP.exec(text);
  if (match === null) throw new Error(`not a UTC timestamp of PostgreSQL: ${text}`);
  const [year = 0, month = 0, day = 0, hour, minute, second] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour ?? 0, minute, second);
  return (date.getTime() * 1000 + Number((match[7] ?? "").padEnd(6, "0"))) as Instant;
}

export function instantOrNull(text: string | null): Instant | null {
  return text === null ? null : instantFromPostgres(text);
}

/** Reads the instants of one answer, in which the same few stand in most rows: each text is read once. */
export function instantReader(): (text: string | null) => Instant | null {
  const read = new Map<string, Instant>();
  return (text) => {
    if (text === null) return null;
    const known = read.get(text);
    if (known !== undefined) return known;
    const found = instantFromPostgres(text);
    read.set(text, found);
    return found;
  };
}
