import { FplaneError } from "../errors.ts";
import { listed } from "../listed.ts";
import { isAuxiliarySeat, isVirusSeat } from "../plane/seat.ts";
import { shown } from "../shown.ts";
import type { Instant } from "../time/instant.ts";
import { EXAMPLE_UNIT, fieldLabel, type StatusAliases, type StatusField, statusNames } from "./hardware-names.ts";
import { type Found, type FoundRecord, searchStatus } from "./hardware-search.ts";
import { type Reading, readContid, readDataTime, readId, TIME_FORMS } from "./hardware-values.ts";

/** What a status says of one seat. Null is an unset value, undefined a field that the status does not give. */
export type StatusUnit = {
  /** Where the unit stands in the status: `config.units[12]`. */
  readonly path: string;
  readonly ifuslot: string;
  readonly ifuid: string | null;
  readonly specid: string | null;
  readonly specslot: string | null | undefined;
  readonly contid: string | null | undefined;
};

/** What a hardware status says, in the words of this program. */
export type HardwareStatus = {
  /** When the telescope took the data, UTC. */
  readonly dataTime: Instant;
  /** Units at VIRUS seats, by seat. */
  readonly units: readonly StatusUnit[];
  /** Units at auxiliary seats: a status says nothing about them, they are only counted. */
  readonly auxiliary: readonly StatusUnit[];
  /** What is odd but no reason to refuse, a sentence each. */
  readonly notices: readonly string[];
};

/** Something that is twice in a status: a seat, or an IFU, spectrograph or controller at several seats. */
type StatusConflict = {
  readonly kind: "ifuslot" | "ifuid" | "specid" | "contid";
  readonly id: string;
  readonly seats: readonly string[];
  readonly paths: readonly string[];
};

type Problem = { readonly path: string; readonly message: string };

const MOST_SHOWN = 20;
const MOST_PATHS_SHOWN = 4;

/**
 * Reads what the telescope control system answers to `get_hardware_status`, already parsed from JSON. The shape is not
 * public: a unit is any object that has a seat (inside, or as its key) and a spectrograph, at any depth.
 * @throws FplaneError `bad-status` with the path to everything that is ambiguous or not understood, `conflict` when a
 * seat, an IFU or a spectrograph is there twice, `bad-parameter` when the aliases contradict each other.
 */
export function readHardwareStatus(config: unknown, aliases: StatusAliases = {}): HardwareStatus {
  const names = statusNames(aliases);
  if (typeof config !== "object" || config === null) {
    throw notUnderstood([{ path: "config", message: `is ${shown(config)}; it must be the status as a JSON object` }]);
  }
  const { records, times } = searchStatus(config, names);
  const problems: Problem[] = [];
  const read = records.map((record) => readRecord(record, problems)).filter((unit) => unit !== null);
  const bySeat = read.toSorted((a, b) => (a.ifuslot < b.ifuslot ? -1 : a.ifuslot > b.ifuslot ? 1 : 0));
  const units = bySeat.filter((unit) => isVirusSeat(unit.ifuslot));
  if (units.length === 0 && problems.length === 0) {
    problems.push({ path: "config", message: `holds no unit of VIRUS; a unit looks like ${EXAMPLE_UNIT}` });
  }
  const dataTime = readTimes(times, problems);
  if (problems.length > 0 || dataTime === null) throw notUnderstood(problems);
  refuseConflicts(units);
  const auxiliary = bySeat.filter((unit) => isAuxiliarySeat(unit.ifuslot));
  return { dataTime, units, auxiliary, notices: repeated(units, "contid").map(sentence) };
}

/** Reads one record. Null for an empty bay, and where something is wrong, which is added to the problems. */
function readRecord(record: FoundRecord, problems: Problem[]): StatusUnit | null {
  const wrong: Problem[] = [];
  const innerSeat = readField(record, "ifuslot", readId, wrong);
  const specid = readField(record, "specid", readId, wrong);
  const ifuid = readField(record, "ifuid", readId, wrong);
  const specslot = readField(record, "specslot", readId, wrong);
  const contid = readField(record, "contid", readContid, wrong);
  const ifuslot = innerSeat === undefined && !record.fields.has("ifuslot") ? record.keySeat : innerSeat;
  const auxiliary = typeof ifuslot === "string" && isAuxiliarySeat(ifuslot);
  if (wrong.length > 0 && !auxiliary) {
    problems.push(...wrong);
    return null;
  }
  const refuse = (message: string, field?: StatusField): null => {
    problems.push({ path: (field && record.fields.get(field)?.[0]?.path) ?? record.path, message });
    return null;
  };
  const empty = (specid ?? null) === null && (ifuid ?? null) === null;
  if (record.inside !== null) return refuse(`is a unit record inside the unit record ${record.inside}: ambiguous`);
  if (ifuslot === undefined || ifuslot === null) {
    if (empty) return null;
    const what = innerSeat === null ? "is unset" : `names no seat (${fieldLabel("ifuslot")})`;
    const ids = `spectrograph ${specid ?? "000"}, IFU ${ifuid ?? "000"}`;
    return refuse(`${what} although there is ${ids}; a unit needs its seat`, "ifuslot");
  }
  if (!auxiliary && !isVirusSeat(ifuslot)) {
    return refuse(`is ${ifuslot}, which is no seat; VIRUS has 013 to 106, auxiliary seats are such as 056`, "ifuslot");
  }
  const key = record.keySeat;
  if (key !== null && ![ifuslot, specid, ifuid, specslot].includes(key)) {
    return refuse(`is seat ${ifuslot}, but the key of its record is seat ${key}: ambiguous`, "ifuslot");
  }
  if (!auxiliary && specid === undefined) {
    const keyedByIfu = innerSeat === undefined && ifuid === key;
    if (empty || keyedByIfu) return null;
    return refuse(`names no spectrograph (${fieldLabel("specid")}); where there is none, give it as ""`);
  }
  if (!auxiliary && ifuid === undefined) {
    return refuse(`names no IFU (${fieldLabel("ifuid")}); where there is none, give it as ""`);
  }
  return { path: record.path, ifuslot, ifuid: ifuid ?? null, specid: specid ?? null, specslot, contid };
}

/** The value of a field; undefined where the record does not give it or gives it wrongly. */
function readField<T extends string | null>(
  record: FoundRecord,
  field: StatusField,
  read: (value: unknown) => Reading<T>,
  problems: Problem[],
): T | undefined {
  let first: { readonly path: string; readonly value: T } | undefined;
  for (const { path, value } of record.fields.get(field) ?? []) {
    const reading = read(value);
    if ("problem" in reading) problems.push({ path, message: reading.problem });
    else if (first === undefined) first = { path, value: reading.value };
    else if (first.value !== reading.value) {
      const values = `${shown(first.value)} and ${shown(reading.value)}`;
      problems.push({ path, message: `says otherwise than ${first.path} (${values}): one field, one value` });
    }
  }
  return first?.value;
}

function readTimes(times: readonly Found[], problems: Problem[]): Instant | null {
  let first: { readonly path: string; readonly value: Instant } | null = null;
  for (const { path, value } of times) {
    const reading = readDataTime(value);
    if ("problem" in reading) problems.push({ path, message: reading.problem });
    else if (first === null) first = { path, value: reading.value };
    else if (first.value !== reading.value) {
      problems.push({ path, message: `is another time than ${first.path}: ambiguous` });
    }
  }
  if (times.length === 0) {
    const where = `outside its units, best at the top: ${TIME_FORMS}`;
    problems.push({ path: "config", message: `has no ${fieldLabel("dataTime")}; a status needs it ${where}` });
  }
  return first?.value ?? null;
}

function notUnderstood(problems: readonly Problem[]): FplaneError {
  const sentences = problems.map(({ path, message }) => `${path} ${message}`);
  return new FplaneError("bad-status", listed("the hardware status was not understood", sentences, MOST_SHOWN), {
    problems: problems.slice(0, MOST_SHOWN),
    count: problems.length,
  });
}

function refuseConflicts(units: readonly StatusUnit[]): void {
  const conflicts = (["ifuslot", "ifuid", "specid"] as const).flatMap((kind) => repeated(units, kind));
  if (conflicts.length === 0) return;
  const message = listed("the hardware status contradicts itself", conflicts.map(sentence), MOST_SHOWN);
  throw new FplaneError("conflict", message, { conflicts });
}

function repeated(units: readonly StatusUnit[], kind: StatusConflict["kind"]): StatusConflict[] {
  const found: StatusConflict[] = [];
  for (const [id, group] of Map.groupBy(units, (unit) => unit[kind] ?? null)) {
    const seats = [...new Set(group.map((unit) => unit.ifuslot))];
    const several = kind === "ifuslot" ? group.length > 1 : seats.length > 1;
    if (id !== null && several) found.push({ kind, id, seats, paths: group.map((unit) => unit.path) });
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const NOUNS = { ifuslot: "seat", ifuid: "IFU", specid: "spectrograph", contid: "controller" } as const;

function sentence({ kind, id, seats, paths }: StatusConflict): string {
  const more = paths.length > MOST_PATHS_SHOWN ? ` and ${paths.length - MOST_PATHS_SHOWN} more` : "";
  const where = `(${paths.slice(0, MOST_PATHS_SHOWN).join(", ")}${more})`;
  if (kind === "ifuslot") return `${NOUNS[kind]} ${id} is given ${paths.length} times ${where}`;
  return `${NOUNS[kind]} ${id} is at the seats ${seats.join(", ")} ${where}`;
}
