import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDatestr } from "../../../src/domain/time/datestr.ts";
import { instantText } from "../../../src/domain/time/instant.ts";

/** The reading in a few letters: `now`, `date 2018-07-15`, `ut date 2018-06-11`, or the instant. */
function reading(datestr: string): string {
  const parsed = parseDatestr(datestr);
  if (parsed.kind === "now") return "now";
  if (parsed.kind === "instant") return instantText(parsed.instant);
  return `${parsed.alwaysUt ? "ut date" : "date"} ${parsed.date}`;
}

describe("the accepted forms", () => {
  test.each([
    ["", "now"],
    ["latest", "now"],
    ["current", "now"],

    ["20180715", "date 2018-07-15"],
    ["2018-07-15", "date 2018-07-15"],
    ["20200101.0", "date 2020-01-01"],
    ["20180611v017", "ut date 2018-06-11"],
    ["20180611v000", "ut date 2018-06-11"],
    ["20160229", "date 2016-02-29"],
    ["2000-02-29", "date 2000-02-29"],
    ["20240229v001", "ut date 2024-02-29"],
    ["00010101", "date 0001-01-01"],
    ["0099-12-31", "date 0099-12-31"],
    ["99991231", "date 9999-12-31"],

    ["20180715T12:34:56", "2018-07-15T12:34:56Z"],
    ["20180715T12:34:56.5", "2018-07-15T12:34:56.5Z"],
    ["20180715T12:34:56Z", "2018-07-15T12:34:56Z"],
    ["20180715T12:34:56.25+05:45", "2018-07-15T06:49:56.25Z"],
    ["20180522T023753", "2018-05-22T02:37:53Z"],
    ["20180522T023753.4", "2018-05-22T02:37:53.4Z"],
    ["20180522T023753.4Z", "2018-05-22T02:37:53.4Z"],
    ["20180522T023753-0500", "2018-05-22T07:37:53Z"],
    ["20180522T023753-05:00", "2018-05-22T07:37:53Z"],
    ["2018-05-22T02:38", "2018-05-22T02:38:00Z"],
    ["2018-05-22T02:38Z", "2018-05-22T02:38:00Z"],
    ["2018-05-22T02:38-05:00", "2018-05-22T07:38:00Z"],
    ["2018-05-22T02:38:23", "2018-05-22T02:38:23Z"],
    ["2018-05-22T02:37:53.428", "2018-05-22T02:37:53.428Z"],
    ["2018-05-22T02:37:53.428Z", "2018-05-22T02:37:53.428Z"],
    ["2018-05-22T02:37:53.428+0000", "2018-05-22T02:37:53.428Z"],
    ["2018-05-22T02:37:53-00:00", "2018-05-22T02:37:53Z"],
    ["2018-05-22T00:00:00+23:59", "2018-05-21T00:01:00Z"],
    ["2018-05-22T00:00:00-23:59", "2018-05-22T23:59:00Z"],
    ["2020-03-01T00:30:00+01:00", "2020-02-29T23:30:00Z"],
    ["2018-05-22T00:00:00.1", "2018-05-22T00:00:00.1Z"],
    ["2018-05-22T00:00:00.000001", "2018-05-22T00:00:00.000001Z"],
    ["2018-05-22T00:00:00.123456789", "2018-05-22T00:00:00.123456Z"],
    ["2018-05-22T23:59:59.999999999", "2018-05-22T23:59:59.999999Z"],
    ["1960-01-01T00:00:00.9999999", "1960-01-01T00:00:00.999999Z"],

    ["2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"],
    ["2016-12-31T23:59:60", "2017-01-01T00:00:00Z"],
    ["20161231T235960.5", "2017-01-01T00:00:00.5Z"],
    ["20180715T12:34:60", "2018-07-15T12:35:00Z"],
    ["2016-12-31T18:59:60-05:00", "2017-01-01T00:00:00Z"],

    ["MJD58314.2", "2018-07-15T04:48:00Z"],
    ["MJD58314", "2018-07-15T00:00:00Z"],
    ["MJD58314.000000000001", "2018-07-15T00:00:00Z"],
    ["MJD58314.00000000001", "2018-07-15T00:00:00.000001Z"],
    ["MJD58314.00000000000578", "2018-07-15T00:00:00Z"],
    ["MJD58314.00000000000579", "2018-07-15T00:00:00.000001Z"],
    ["MJD58314.999999999999999999999999", "2018-07-16T00:00:00Z"],
    ["MJD40587", "1970-01-01T00:00:00Z"],
    ["MJD0", "1858-11-17T00:00:00Z"],
    ["JD2458314.7", "2018-07-15T04:48:00Z"],
    ["JD2458315", "2018-07-15T12:00:00Z"],
    ["JD2400000.5", "1858-11-17T00:00:00Z"],
    ["JD1721425.5", "0001-01-01T00:00:00Z"],

    ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z"],
    ["0050-06-01T00:00:00", "0050-06-01T00:00:00Z"],
    ["9999-12-31T23:59:59", "9999-12-31T23:59:59Z"],
  ])("%j is read as %s", (datestr, expected) => {
    expect(reading(datestr)).toBe(expected);
  });

  test("the last microseconds of the year 9999 do not round up into the year 10000", () => {
    expect(reading("9999-12-31T23:59:59.999999")).toMatch(/^9999-12-31T23:59:59\.9999/);
  });
});

describe("properties of the grammar", () => {
  const milliseconds = fc.integer({ min: Date.UTC(1700, 0, 1), max: Date.UTC(2250, 0, 1) });

  test("every way to write a timestamp names the same instant, which is the one Temporal reads", () => {
    fc.assert(
      fc.property(milliseconds, (at) => {
        const long = new Date(at).toISOString();
        const compact = long.replaceAll("-", "");
        const expected = Temporal.Instant.from(long).toString();
        for (const form of [long, long.slice(0, -1), compact, compact.replaceAll(":", "")]) {
          expect(reading(form)).toBe(expected);
        }
      }),
    );
  });

  test("an offset shifts the instant as Temporal.Instant has it", () => {
    const offset = fc.tuple(fc.constantFrom("+", "-"), fc.nat(23), fc.nat(59));
    fc.assert(
      fc.property(milliseconds, offset, (at, [sign, hours, minutes]) => {
        const pad = (value: number) => String(value).padStart(2, "0");
        const text = `${new Date(at).toISOString().slice(0, -1)}${sign}${pad(hours)}:${pad(minutes)}`;
        expect(reading(text)).toBe(Temporal.Instant.from(text).toString());
      }),
    );
  });

  test("MJD and JD, half a day and 2400000 days apart, name the same instant", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 4 }), (day, tenth) => {
        expect(reading(`JD${2_400_000 + day}.${tenth + 5}`)).toBe(reading(`MJD${day}.${tenth}`));
      }),
    );
  });
});

test("a datestr of 64 characters is still looked at, one of 65 is not", () => {
  const longest = `MJD58314.${"2".padEnd(55, "0")}`;
  expect([longest.length, parseDatestr(longest)]).toEqual([64, parseDatestr("MJD58314.2")]);
  expect(() => parseDatestr(`${longest}0`)).toThrow("it has 65 characters, more than 64");
});
