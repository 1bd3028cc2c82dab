import { expect, test } from "bun:test";
import fc from "fast-check";
import { FplaneError } from "../../../src/domain/errors.ts";
import { VIRUS_SEATS } from "../../../src/domain/plane/seat.ts";
import { readHardwareStatus } from "../../../src/domain/status/hardware-status.ts";
import { type Instant, instantOf, SECOND } from "../../../src/domain/time/instant.ts";
import { hardwareStatus, type ReportedUnit, STATUS_SHAPES } from "../../support/hardware-status.ts";

const idNumber = fc.integer({ min: 1, max: 999 });
const text = (id: number): string => String(id).padStart(3, "0");

/** Units that do not contradict each other; some seats are empty, some units lack a bay or a controller. */
const units: fc.Arbitrary<ReportedUnit[]> = fc
  .tuple(
    fc.shuffledSubarray([...VIRUS_SEATS], { minLength: 1, maxLength: 20 }),
    fc.uniqueArray(idNumber, { minLength: 20, maxLength: 20 }),
    fc.uniqueArray(idNumber, { minLength: 20, maxLength: 20 }),
    fc.array(fc.record({ empty: fc.boolean(), bay: fc.option(idNumber), contid: fc.integer({ min: 1, max: 9999 }) }), {
      minLength: 20,
      maxLength: 20,
    }),
  )
  .map(([seats, ifus, spectrographs, rest]) =>
    seats.map((ifuslot, index) => ({
      ifuslot,
      ifuid: rest[index]?.empty ? null : text(ifus[index] ?? 1),
      specid: rest[index]?.empty ? null : text(spectrographs[index] ?? 1),
      specslot: rest[index]?.bay ? text(rest[index].bay) : null,
      contid: rest[index]?.empty ? null : `S/N ${String(rest[index]?.contid).padStart(4, "0")}`,
    })),
  );

const dataTime = fc
  .integer({ min: instantOf("2016-01-01T00:00:00Z"), max: instantOf("2030-01-01T00:00:00Z") })
  .map((microseconds) => microseconds as Instant);

function read(config: unknown): unknown {
  const status = readHardwareStatus(JSON.parse(JSON.stringify(config)));
  return { dataTime: status.dataTime, units: status.units.map(({ path: _, ...unit }) => unit) };
}

function expected(reported: readonly ReportedUnit[], at: Instant): unknown {
  return { dataTime: at, units: reported.toSorted((a, b) => (a.ifuslot < b.ifuslot ? -1 : 1)) };
}

test("the same units read the same in every shape", () => {
  fc.assert(
    fc.property(units, dataTime, fc.constantFrom(...STATUS_SHAPES), (reported, at, shape) => {
      expect(read(hardwareStatus(reported, at, shape))).toEqual(expected(reported, at));
    }),
  );
});

/** Spellings that change neither a name nor a value. */
const spelledName = (name: string): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(fc.boolean(), fc.constantFrom("", "", "", "_", "-", " ")), {
      minLength: name.length,
      maxLength: name.length,
    })
    .map((letters) =>
      [...name]
        .map((letter, index) => (letters[index]?.[0] ? letter.toLowerCase() : letter) + (letters[index]?.[1] ?? ""))
        .join(""),
    );
const UNSET = [-999999, -999999.9, "-999999", "-999999.9", "", "  ", "''", null, 0, "000", "0"];
const spelledId = (id: string | null): fc.Arbitrary<unknown> =>
  id === null
    ? fc.constantFrom(...UNSET)
    : fc.constantFrom(Number(id), id, `${Number(id)}`, ` ${id} `, `'${id}'`, `'${Number(id)}     '`, `${Number(id)}.0`);
const spelledContid = (contid: string | null): fc.Arbitrary<unknown> =>
  contid === null
    ? fc.constantFrom(...UNSET)
    : fc.constantFrom(contid, `'${contid}'`, ` ${contid} `, Number(contid.slice(4)), contid.slice(4));

function spelledRecord(unit: ReportedUnit): fc.Arbitrary<unknown> {
  const fields: [string, fc.Arbitrary<unknown>][] = [
    ["IFUSLOT", spelledId(unit.ifuslot)],
    ["SPECID", spelledId(unit.specid)],
    ["IFUID", spelledId(unit.ifuid)],
    ["SSA", spelledId(unit.specslot ?? null)],
    ["CONTID", spelledContid(unit.contid ?? null)],
  ];
  const entries = fields.map(([name, value]) => fc.tuple(spelledName(name), value));
  return fc.tuple(...entries).map((pairs) => Object.fromEntries(pairs));
}

/** Folds the records into lists and dictionaries, some levels deep; the keys are no seats. */
function nested(records: readonly unknown[], cuts: readonly number[], depth = 0): unknown {
  const cut = cuts[depth];
  if (cut === undefined || records.length < 2) return records;
  const at = 1 + (cut % (records.length - 1));
  const halves = [nested(records.slice(0, at), cuts, depth + 1), nested(records.slice(at), cuts, depth + 1)];
  return cut % 2 === 0 ? halves : { "enclosure 1": halves[0], temperature: -12.5, constructor: halves[1] };
}

test("the same units read the same however names and values are spelled and records are nested", () => {
  const spelled = fc.tuple(units, dataTime).chain(([reported, at]) =>
    fc.record({
      reported: fc.constant(reported),
      at: fc.constant(at),
      records: fc.tuple(...reported.map(spelledRecord)),
      cuts: fc.array(fc.nat(), { maxLength: 8 }),
      time: fc.tuple(spelledName("__data_time"), fc.constantFrom(at / SECOND, `${at / SECOND}`)),
    }),
  );
  fc.assert(
    fc.property(spelled, ({ reported, at, records, cuts, time }) => {
      const config = { status: nested(records, cuts), [time[0]]: time[1], __wire_time: 1 };
      expect(read(config)).toEqual(expected(reported, at));
    }),
  );
});

test("whatever is sent is read or refused as bad-status or conflict, on printable lines", () => {
  const keys = fc.constantFrom("IFUSLOT", "SPECID", "ssa", "SPECSLOT", "IFUID", "CONTID", "__data_time", "013", "056");
  const leaf = fc.oneof(fc.constantFrom(13, "14", "", null, -999999, 1.5e9, "2020-07-01T00:00:00"), fc.jsonValue());
  const { status } = fc.letrec((tie) => ({
    status: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie("status"), { maxLength: 4 }),
      fc.dictionary(fc.oneof({ weight: 6, arbitrary: keys }, { weight: 1, arbitrary: fc.string() }), tie("status"), {
        maxKeys: 7,
      }),
    ),
  }));
  fc.assert(
    fc.property(status, (config) => {
      try {
        expect(readHardwareStatus(config).units.length).toBeGreaterThan(0);
      } catch (error) {
        if (!(error instanceof FplaneError)) throw error;
        expect(["bad-status", "conflict"]).toContain(error.code);
        expect(error.message).toMatch(/^[ -~\n]+$/);
      }
    }),
    { numRuns: 2000 },
  );
});
