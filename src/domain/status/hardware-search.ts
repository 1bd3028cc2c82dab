import { FplaneError } from "../errors.ts";
import { isSeat } from "../plane/seat.ts";
import { printable } from "../shown.ts";
import { fieldNamed, type StatusField, type StatusNames } from "./hardware-names.ts";

/** A value of a status and where it stands: `config.units[12].IFUSLOT`. */
export type Found = { readonly path: string; readonly value: unknown };

/** An object of a status that says at least two of: which seat, which spectrograph, which IFU. */
export type FoundRecord = {
  readonly path: string;
  /** The seat that is the record's key in a dictionary, three digits; null where its key is no seat. */
  readonly keySeat: string | null;
  /** What the record says, by field; a field can be given under several spellings of its name. */
  readonly fields: ReadonlyMap<StatusField, readonly Found[]>;
  /** The path of the record around this one, null where there is none. */
  readonly inside: string | null;
};

/** What of a status speaks of units, and of when it was taken. */
export type Findings = {
  readonly records: readonly FoundRecord[];
  /** Times of the data at the top level, or where there is none, those further down but outside records. */
  readonly times: readonly Found[];
};

const DEEPEST = 64;
const MOST_RECORDS = 10_000;
const MOST_VALUES = 200_000;
const LONGEST_KEY = 60;

type Place = {
  readonly path: string;
  readonly depth: number;
  readonly key: string | null;
  readonly inside: string | null;
};
type Search = {
  readonly names: StatusNames;
  readonly records: FoundRecord[];
  readonly topTimes: Found[];
  readonly innerTimes: Found[];
  values: number;
};

/**
 * Searches any nesting of objects and arrays for unit records and for the time of the data.
 * @throws FplaneError `bad-status` when the status is nested or grown beyond what a telescope sends.
 */
export function searchStatus(config: unknown, names: StatusNames): Findings {
  const search: Search = { names, records: [], topTimes: [], innerTimes: [], values: 0 };
  visit(search, config, { path: "config", depth: 0, key: null, inside: null });
  return { records: search.records, times: search.topTimes.length > 0 ? search.topTimes : search.innerTimes };
}

function visit(search: Search, value: unknown, place: Place): void {
  if (typeof value !== "object" || value === null) return;
  if (place.depth >= DEEPEST) throw tooMuch(`is nested more than ${DEEPEST} levels deep at ${place.path}`);
  if (Array.isArray(value)) {
    count(search, value.length);
    value.forEach((item, index) => {
      visit(search, item, { ...place, path: `${place.path}[${index}]`, depth: place.depth + 1, key: null });
    });
    return;
  }
  const entries = Object.entries(value);
  count(search, entries.length);
  const fields = fieldsOf(search.names, entries, place.path);
  const keySeat = seatOfKey(place.key);
  const isRecord = isUnitRecord(fields, keySeat);
  if (isRecord) {
    search.records.push({ path: place.path, keySeat, fields, inside: place.inside });
    if (search.records.length > MOST_RECORDS) throw tooMuch(`holds more than ${MOST_RECORDS} unit records`);
  }
  const times = fields.get("dataTime") ?? [];
  if (place.depth === 0) search.topTimes.push(...times);
  else if (!isRecord && place.inside === null) search.innerTimes.push(...times);
  const inside = isRecord ? place.path : place.inside;
  for (const [key, item] of entries) {
    visit(search, item, { path: pathTo(place.path, key), depth: place.depth + 1, key, inside });
  }
}

function fieldsOf(names: StatusNames, entries: readonly [string, unknown][], path: string): Map<StatusField, Found[]> {
  const fields = new Map<StatusField, Found[]>();
  for (const [key, value] of entries) {
    const field = fieldNamed(names, key);
    if (field === undefined || value === undefined) continue;
    const found = { path: pathTo(path, key), value };
    const others = fields.get(field);
    if (others === undefined) fields.set(field, [found]);
    else others.push(found);
  }
  return fields;
}

/** Half a record counts too, so that a unit that lacks its seat or its spectrograph is refused and not silently lost. */
function isUnitRecord(fields: ReadonlyMap<StatusField, readonly Found[]>, keySeat: string | null): boolean {
  const seat = fields.has("ifuslot") || keySeat !== null;
  if (seat && fields.has("specid")) return true;
  if (!isPlain(fields.get("ifuid"))) return false;
  return isPlain(fields.get("specid")) || isPlain(fields.get("ifuslot")) || keySeat !== null;
}

/** Whether a field is given as a value, not as the name of a table such as `{"ifuid": {...}}`. */
function isPlain(found: readonly Found[] | undefined): boolean {
  return found?.some(({ value }) => typeof value !== "object" || value === null) ?? false;
}

function seatOfKey(key: string | null): string | null {
  if (key === null || !/^\d{1,3}$/.test(key)) return null;
  const seat = key.padStart(3, "0");
  return isSeat(seat) ? seat : null;
}

function pathTo(path: string, key: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(key) && key.length <= LONGEST_KEY) return `${path}.${key}`;
  const cut = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}...` : key;
  return `${path}[${printable(JSON.stringify(cut))}]`;
}

function count(search: Search, values: number): void {
  search.values += values;
  if (search.values > MOST_VALUES) throw tooMuch(`holds more than ${MOST_VALUES} values`);
}

function tooMuch(what: string): FplaneError {
  return new FplaneError("bad-status", `the hardware status ${what}: a telescope's status is far smaller`);
}
