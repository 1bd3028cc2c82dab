import { type Instant, instantText, SECOND } from "../../src/domain/time/instant.ts";

/** A unit as a test wants the telescope to report it; what is left out is not in the status, null is unset. */
export type ReportedUnit = {
  readonly ifuslot: string;
  readonly ifuid: string | null;
  readonly specid: string | null;
  readonly specslot?: string | null;
  readonly contid?: string | null;
};

/** The shapes in which `hardwareStatus` writes the same units. */
export const STATUS_SHAPES = ["list", "by-seat", "by-spectrograph", "enclosures", "fits", "event"] as const;
export type StatusShape = (typeof STATUS_SHAPES)[number];

type Plain = Readonly<Record<string, unknown>>;

/**
 * A hardware status as the telescope might send it, a plain object that survives JSON. Units that contradict each other
 * need a shape that is a list: a dictionary holds each key once.
 */
export function hardwareStatus(
  units: readonly ReportedUnit[],
  dataTime: Instant,
  shape: StatusShape = "list",
): Record<string, unknown> {
  const seconds = dataTime / SECOND;
  switch (shape) {
    case "list":
      return { __data_time: seconds, units: units.map((unit) => asNumbers(unit)) };
    case "by-seat":
      return {
        __data_time: `${seconds}`,
        units: Object.fromEntries(units.map((unit) => [unit.ifuslot, without(asText(unit), "IFUSLOT")])),
      };
    case "by-spectrograph":
      return {
        data_time: instantText(dataTime),
        spectrographs: Object.fromEntries(units.map((unit, bay) => [unit.specid ?? `bay ${bay}`, asText(unit)])),
      };
    case "enclosures":
      return { __data_time: instantText(dataTime).replace("T", " "), enclosures: enclosures(units) };
    case "fits":
      return { __data_time: `'${instantText(dataTime).slice(0, -1)}'`, headers: units.map((unit) => asCards(unit)) };
    case "event":
      return {
        __key: "hardware_status",
        __data_time: `${seconds}`,
        __wire_time: `${seconds + 0.25}`,
        status: { virus: units.map((unit) => asText(unit)), lrs2: { "056": { SPECID: 501, IFUID: 998 } } },
      };
  }
}

/** `write` turns an id into the value of its field. */
function record(unit: ReportedUnit, write: (id: string | null) => unknown): Plain {
  return {
    IFUSLOT: write(unit.ifuslot),
    SPECID: write(unit.specid),
    IFUID: write(unit.ifuid),
    ...(unit.specslot === undefined ? {} : { SSA: write(unit.specslot) }),
    ...(unit.contid === undefined ? {} : { CONTID: unit.contid ?? "" }),
  };
}

function asNumbers(unit: ReportedUnit): Plain {
  return record(unit, (id) => (id === null ? -999999 : Number(id)));
}

function asText(unit: ReportedUnit): Plain {
  return record(unit, (id) => id ?? "000");
}

function asCards(unit: ReportedUnit): Plain {
  const cards = record(unit, (id) => `'${(id ?? "").padEnd(8)}'`);
  return { SIMPLE: true, INSTRUME: "'virus   '", ...cards, IFUSLOT: Number(unit.ifuslot), EXPTIME: -999999.9 };
}

/** West and east, each with rows of bays in which the unit lies beside what else a bay reports. */
function enclosures(units: readonly ReportedUnit[]): Plain {
  const bays = units.map((unit) => ({ ...asText(unit), ccd: { temperatures: [-110.2, -109.9], healthy: true } }));
  const half = Math.ceil(bays.length / 2);
  const emptyBay = { IFUSLOT: -999999, SPECID: -999999, IFUID: "" };
  return { west: [bays.slice(0, half), [emptyBay]], east: { rows: [bays.slice(half)] } };
}

function without(record: Plain, key: string): Plain {
  const { [key]: _, ...rest } = record;
  return rest;
}
