import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { FplaneError } from "../../../src/domain/errors.ts";
import type { StatusAliases } from "../../../src/domain/status/hardware-names.ts";
import { readHardwareStatus } from "../../../src/domain/status/hardware-status.ts";
import { type Instant, instantOf, instantText } from "../../../src/domain/time/instant.ts";
import { hardwareStatus, STATUS_SHAPES } from "../../support/hardware-status.ts";
import { realData } from "../../support/real-data.ts";

const FIXTURES = join(import.meta.dir, "..", "..", "data", "status");

/** Seat, IFU, spectrograph, bay and controller of every fixture: the night of 2020-07-01, and an empty seat. */
const UNITS = [
  ["013", "043", "412", "241", "S/N 0091"],
  ["014", "077", "411", "221", "S/N 0052"],
  ["032", "020", "320", "236", "S/N 0059"],
  ["047", "024", "308", "227", "S/N 0017"],
  ["054", null, null, null, null],
  ["069", "006", null, null, null],
  ["094", "028", "032", "155", "S/N 0103"],
];

const OTHER_NAMES: StatusAliases = {
  ifuslot: ["seat"],
  specid: ["spectrograph"],
  specslot: ["bay"],
  ifuid: ["bundle"],
  contid: ["controller"],
  dataTime: ["stamp"],
};

const T = 1593573801.5;
const UNIT = { IFUSLOT: 13, SPECID: 412, IFUID: 43 };

function refusal(config: unknown, aliases?: StatusAliases): FplaneError {
  try {
    readHardwareStatus(config, aliases);
  } catch (error) {
    if (error instanceof FplaneError) return error;
    throw error;
  }
  throw new Error("the status was accepted");
}

function fixture(name: string): Promise<unknown> {
  return Bun.file(join(FIXTURES, name)).json();
}

describe("one focal plane in many shapes", () => {
  const names = readdirSync(FIXTURES);

  test("there are fixtures of at least eight shapes", () => expect(names.length).toBeGreaterThanOrEqual(8));

  test.each(names)("%s is read as the same units at the same time", async (name) => {
    const status = readHardwareStatus(await fixture(name), name === "other-names.json" ? OTHER_NAMES : {});
    expect(instantText(status.dataTime)).toBe("2020-07-01T03:23:21.5Z");
    const units = status.units.map((unit) => [unit.ifuslot, unit.ifuid, unit.specid, unit.specslot, unit.contid]);
    expect(units as unknown).toEqual(UNITS);
    expect(status.notices).toEqual([]);
  });

  test("units at auxiliary seats are counted apart, and what they say may be anything", async () => {
    const { auxiliary } = readHardwareStatus(await fixture("tcs-event.json"));
    expect(auxiliary.map(({ ifuslot, specid }) => [ifuslot, specid])).toEqual([
      ["056", "501"],
      ["066", null],
    ]);
  });

  test("each unit knows where it stands in the status", async () => {
    const { units } = readHardwareStatus(await fixture("enclosures-and-bays.json"));
    expect(units[0]?.path).toBe("config.hardware.enclosures.west.bays[0]");
  });

  test("what a status does not give is undefined, what it gives as unset is null", () => {
    const { units } = readHardwareStatus({ __data_time: T, a: UNIT, b: { ...UNIT, ...second, SSA: "", CONTID: 0 } });
    expect(units.map(({ specslot, contid }) => [specslot, contid])).toEqual([
      [undefined, undefined],
      [null, null],
    ]);
  });

  const frames = realData("fplane/fits-headers-20200701.txt");
  test.skipIf(frames === null)("all frames of a real night are read (needs the real files)", () => {
    const rows = (frames ?? "").trim().split("\n");
    const units = rows.map((row) => {
      const [, ifuslot = "", specid = "", specslot = "", ifuid = ""] = row.split(" ");
      return { ifuslot: ifuslot.padStart(3, "0"), specid: specid.padStart(3, "0"), specslot, ifuid };
    });
    for (const shape of STATUS_SHAPES) {
      const status = readHardwareStatus(hardwareStatus(units, instantOf("2020-07-01T03:23:21.5Z"), shape));
      expect(status.units.map(({ path: _, contid: __, ...unit }) => unit)).toEqual(units);
    }
  });
});

const second = { IFUSLOT: 14, SPECID: 411, IFUID: 77 };

describe("what is no unit", () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ["an empty bay", { IFUSLOT: -999999, SPECID: -999999, IFUID: " " }],
    ["a bay whose three ids are 000", { IFUSLOT: "000", SPECID: "000", IFUID: "000" }],
    ["an empty bay without a seat", { SPECID: "", IFUID: null }],
    ["a seat alone", { IFUSLOT: 14, temperature: 3 }],
    ["a spectrograph alone", { SPECID: 411, temperature: -110 }],
    ["an IFU in a dictionary keyed by IFU", { "077": { IFUID: 77, length: 22.5 } }],
    ["tables named like fields", { ifuid: { "077": { length: 22.5 } }, ifuslot: { "014": { x: -450 } } }],
    ["keys of a prototype", JSON.parse('{"__proto__": {"SPECID": 1}, "constructor": {"prototype": {"IFUSLOT": 1}}}')],
  ];
  test.each(cases)("%s is passed over", (_, value) => {
    const { units } = readHardwareStatus({ __data_time: T, one: UNIT, other: value });
    expect(units.map((unit) => unit.ifuslot)).toEqual(["013"]);
  });

  test("a unit under __proto__ is found like any other and touches no prototype", () => {
    const { units } = readHardwareStatus(JSON.parse(`{"__data_time": ${T}, "__proto__": ${JSON.stringify(UNIT)}}`));
    expect(units[0]?.path).toBe("config.__proto__");
    expect("IFUSLOT" in {}).toBe(false);
  });
});

describe("the time of the data", () => {
  const read: readonly (readonly [unknown, string])[] = [
    [1526956673.428, "2018-05-22T02:37:53.428Z"],
    ["1526956673.428123", "2018-05-22T02:37:53.428123Z"],
    [" 1526956673 ", "2018-05-22T02:37:53Z"],
    [2160000000.003, "2038-06-13T00:00:00.003Z"], // as a double a quarter of a microsecond less
    ["2018-05-22T02:37:53.428", "2018-05-22T02:37:53.428Z"],
    ["2018-05-22 02:37:53z", "2018-05-22T02:37:53Z"],
    ["2018-05-21T21:37:53-05:00", "2018-05-22T02:37:53Z"],
    ["20180522T023753.4", "2018-05-22T02:37:53.4Z"],
    ["2016-12-31T23:59:60", "2017-01-01T00:00:00Z"],
  ];
  test.each(read)("%p is read as UT", (value, text) => {
    expect(instantText(readHardwareStatus({ __data_time: value, UNIT }).dataTime)).toBe(text);
  });

  test("the time at the top wins over those further down", () => {
    const status = { inner: { data_time: "nonsense", units: [UNIT] }, Data_Time: 1526956673 };
    expect(instantText(readHardwareStatus(status).dataTime)).toBe("2018-05-22T02:37:53Z");
  });

  test("times further down are taken when they agree, however they are written", () => {
    const status = { a: { __data_time: 1526956673 }, b: { __data_time: "2018-05-22T02:37:53Z", units: [UNIT] } };
    expect(instantText(readHardwareStatus(status).dataTime)).toBe("2018-05-22T02:37:53Z");
  });

  test("the time of a unit is not the time of the status", () => {
    const units = [{ ...UNIT, __data_time: T, ccd: { data_time: T } }];
    expect(refusal(units).message).toContain("config has no __data_time");
  });

  const refused: readonly (readonly [unknown, string])[] = [
    [1526956673428, "divide milliseconds by 1000"],
    [58260.1, "before March 1973"],
    ["20180522", "before March 1973"],
    [-999999, "config.__data_time is -999999; the time of the data is Unix seconds (1526956673.428) or"],
    ["", 'config.__data_time is ""'],
    [null, "config.__data_time is null"],
    ["2018-05-22", 'config.__data_time is "2018-05-22"'],
    ["2018-02-30T00:00:00", "2018-02-30"],
    ["MJD58260.1", "MJD58260.1"],
    ["latest", "latest"],
    [true, "config.__data_time is true"],
    [{ seconds: 1 }, "config.__data_time is an object"],
  ];
  test.each(refused)("%p is refused", (value, message) => {
    const error = refusal({ __data_time: value, UNIT });
    expect([error.code, error.message]).toEqual(["bad-status", expect.stringContaining(message)]);
  });
});

describe("a status that is not understood is refused with the path", () => {
  const deep = (levels: number): unknown => (levels === 0 ? UNIT : [deep(levels - 1)]);
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["text", '{"a": 1}', 'config is "{\\"a\\": 1}"; it must be the status as a JSON object'],
    ["null", null, "config is null"],
    ["nothing in it", {}, "config holds no unit of VIRUS; a unit looks like"],
    ["auxiliary units only", { "056": { SPECID: 501, IFUID: 1 } }, "config holds no unit of VIRUS"],
    ["no time", { UNIT }, "config has no __data_time; a status needs it outside its units, best at the top"],
    ["letters", { units: [UNIT, { ...second, IFUSLOT: "abc" }] }, 'config.units[1].IFUSLOT is "abc"; an id is a'],
    ["a negative id", [{ ...UNIT, SPECID: -5 }], "config[0].SPECID is -5"],
    ["a large id", [{ ...UNIT, SPECID: "1000" }], 'config[0].SPECID is "1000"'],
    ["a fraction", [{ ...UNIT, SPECID: 53.5 }], "config[0].SPECID is 53.5"],
    ["a truth value", [{ ...UNIT, IFUID: true }], "config[0].IFUID is true"],
    ["columns", { IFUSLOT: [13, 14], SPECID: [412, 411] }, "config.IFUSLOT is a list of 2; columns are not understood"],
    ["a controller off ASCII", [{ ...UNIT, CONTID: "Nº 9" }], 'config[0].CONTID is "N\\u00ba 9"; a controller is text'],
    ["a long controller", [{ ...UNIT, CONTID: "x".repeat(41) }], "at most 40 characters"],
    ["a long value", [{ ...UNIT, CONTID: "\x1b".repeat(99) }], '\\u001b"...; a controller'],
    ["a seat that is none", [{ ...UNIT, IFUSLOT: 99 }], "config[0].IFUSLOT is 099, which is no"],
    ["no seat", [{ SPECID: 412, IFUID: 43 }], "config[0] names no seat (IFUSLOT) although there is spectrograph 412"],
    ["an unset seat", [{ ...UNIT, IFUSLOT: " " }], "config[0].IFUSLOT is unset although there is spectrograph 412"],
    ["no spectrograph", [{ IFUSLOT: 13, IFUID: 43 }], "config[0] names no spectrograph (SPECID)"],
    ["no spectrograph under a seat", { "013": { IFUID: 43 } }, 'config["013"] names no spectrograph'],
    ["no IFU", [{ IFUSLOT: 13, SPECID: 412 }], 'config[0] names no IFU (IFUID); where there is none, give it as ""'],
    ["a key that is another seat", { "073": UNIT }, 'config["073"].IFUSLOT is seat 013, but the key of its record is'],
    ["two values", [{ ...UNIT, SSA: 241, SpecSlot: 242 }], "config[0].SpecSlot says otherwise than config[0].SSA"],
    ["set and unset", [{ ...UNIT, SSA: 241, SpecSlot: "" }], '("241" and null)'],
    [
      "a unit in a unit",
      [{ ...UNIT, deep: [second] }],
      "config[0].deep[0] is a unit record inside the unit record conf",
    ],
    [
      "two times",
      { a: { data_time: T }, b: { data_time: T + 1 } },
      "config.b.data_time is another time than config.a.",
    ],
    ["two times at the top", { data_time: T, __data_time: T + 1 }, "config.__data_time is another time than config.d"],
    ["depth", deep(64), "nested more than 64 levels deep at config[0][0]"],
    ["many records", Array.from({ length: 10_001 }, () => UNIT), "more than 10000 unit records"],
    ["many values", { list: new Array(200_001).fill(0) }, "more than 200000 values"],
    ["odd keys", { "a b\u202e": [{ ...UNIT, IFUID: -1 }] }, 'config["a b\\u202e"][0].IFUID is -1'],
  ];
  test.each(cases)("%s", (_, config, message) => {
    const error = refusal(config);
    expect([error.code, error.message]).toEqual(["bad-status", expect.stringContaining(message)]);
  });

  test("as many records and values as that are read", () => {
    const auxiliary = Array.from({ length: 9_999 }, () => ({ IFUSLOT: 56, SPECID: 501 }));
    expect(readHardwareStatus({ __data_time: T, unit: UNIT, auxiliary }).auxiliary).toHaveLength(9_999);
    const list = new Array(200_000 - 3 - Object.keys(UNIT).length).fill(0);
    expect(readHardwareStatus({ __data_time: T, unit: UNIT, list }).units).toHaveLength(1);
  });

  test("63 levels of nesting are read", () => {
    expect(refusal(deep(63)).message).toBe(refusal([UNIT]).message);
  });

  test("a status that holds itself is refused like any deep one", () => {
    const status: Record<string, unknown> = { UNIT };
    status["self"] = status;
    expect(refusal(status).message).toContain("levels deep");
  });

  test("all problems are told at once, at most 20", () => {
    const units = Array.from({ length: 30 }, () => ({ ...UNIT, SPECID: "x" }));
    const error = refusal({ units });
    const lines = error.message.split("\n");
    expect(lines).toHaveLength(22);
    expect(lines[0]).toBe("the hardware status was not understood, in 31 places:");
    expect(lines[20]).toContain("config.units[19].SPECID");
    expect(lines[21]).toBe("  and 11 more");
    expect(error.details).toMatchObject({ count: 31, problems: { length: 20 } });
  });

  test("the same value under two spellings is one value", () => {
    const { units } = readHardwareStatus({
      __data_time: T,
      u: { ...UNIT, SSA: "241", SPECSLOT: 241, ifu_slot: "013" },
    });
    expect(units[0]).toMatchObject({ ifuslot: "013", specslot: "241" });
  });
});

describe("a status that contradicts itself", () => {
  test("names every seat, IFU and spectrograph that is there twice, as happened in January 2020", () => {
    const error = refusal({
      __data_time: T,
      units: [
        { IFUSLOT: 79, SPECID: 401, IFUID: 68 },
        { IFUSLOT: 78, SPECID: "401", IFUID: "068" },
        { IFUSLOT: 13, SPECID: 412, IFUID: 43 },
        { IFUSLOT: 13, SPECID: 412, IFUID: 43 },
      ],
    });
    expect(error.code).toBe("conflict");
    expect(error.message.split("\n  ")).toEqual([
      "the hardware status contradicts itself, in 3 places:",
      "seat 013 is given 2 times (config.units[2], config.units[3])",
      "IFU 068 is at the seats 078, 079 (config.units[1], config.units[0])",
      "spectrograph 401 is at the seats 078, 079 (config.units[1], config.units[0])",
    ]);
    const pair = { seats: ["078", "079"], paths: ["config.units[1]", "config.units[0]"] };
    expect(error.details).toEqual({
      conflicts: [
        { kind: "ifuslot", id: "013", seats: ["013"], paths: ["config.units[2]", "config.units[3]"] },
        { kind: "ifuid", id: "068", ...pair },
        { kind: "specid", id: "401", ...pair },
      ],
    });
  });

  test("unset ids and bays may repeat, and LRS2 may use a spectrograph's number again", () => {
    const empty = { SPECID: 0, IFUID: 0, SSA: 241 };
    const status = { "054": empty, "055": empty, "056": { SPECID: 501, IFUID: 5 }, "013": { SPECID: 501, IFUID: 5 } };
    expect(readHardwareStatus({ __data_time: T, ...status }).units).toHaveLength(3);
  });

  test("a controller at two seats is a notice only", () => {
    const status = { __data_time: T, a: { ...UNIT, CONTID: "'S/N 0059'" }, b: { ...second, CONTID: 59 } };
    expect(readHardwareStatus(status).notices).toEqual([
      "controller S/N 0059 is at the seats 013, 014 (config.a, config.b)",
    ]);
  });

  test("what is not understood is told before what contradicts itself", () => {
    expect(refusal({ __data_time: T, units: [UNIT, UNIT, { ...second, IFUID: "x" }] }).code).toBe("bad-status");
  });
});

test("the builder of other tests gives the same status in every shape", () => {
  const dataTime = 1_593_573_801_123_456 as Instant;
  const reported = { ifuslot: "032", ifuid: "020", specid: "320", specslot: "236", contid: "S/N 0059" };
  for (const shape of STATUS_SHAPES) {
    const status = readHardwareStatus(JSON.parse(JSON.stringify(hardwareStatus([reported], dataTime, shape))));
    expect(status.dataTime).toBe(dataTime);
    expect(status.units).toEqual([{ ...reported, path: expect.any(String) }]);
  }
});
