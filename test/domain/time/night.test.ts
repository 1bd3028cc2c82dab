import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HOUR, type Instant, instantOf, instantText, later } from "../../../src/domain/time/instant.ts";
import {
  type DateContext,
  isFixed,
  type NightReading,
  nightOf,
  nightsOf,
  resolveBound,
  resolveInstant,
  stampOf,
} from "../../../src/domain/time/night.ts";

const CHICAGO = "America/Chicago";
const NOW = instantOf("2018-07-16T03:00:00.123456Z");

function at(timeZone = CHICAGO, night: NightReading = "local"): DateContext {
  return { now: NOW, timeZone, night };
}

const instant = (datestr: string, context = at()) => instantText(resolveInstant(datestr, context));
const bound = (datestr: string, context = at()) => instantText(resolveBound(datestr, context));

describe("one instant", () => {
  test.each(["", "latest", "current"])("%j is now, as an instant and as a bound, in either reading", (datestr) => {
    for (const night of ["local", "ut"] as const) {
      expect(resolveInstant(datestr, at(CHICAGO, night))).toBe(NOW);
      expect(resolveBound(datestr, at(CHICAGO, night))).toBe(NOW);
    }
  });

  test.each([
    ["20180715", "2018-07-16T05:00:00Z", "2018-07-15T05:00:00Z"],
    ["2018-07-15", "2018-07-16T05:00:00Z", "2018-07-15T05:00:00Z"],
    ["20180715.0", "2018-07-16T05:00:00Z", "2018-07-15T05:00:00Z"],
    ["20180115", "2018-01-16T06:00:00Z", "2018-01-15T06:00:00Z"],
    ["20200228", "2020-02-29T06:00:00Z", "2020-02-28T06:00:00Z"],
    ["20200229", "2020-03-01T06:00:00Z", "2020-02-29T06:00:00Z"],
    ["20190228", "2019-03-01T06:00:00Z", "2019-02-28T06:00:00Z"],
    ["20181231", "2019-01-01T06:00:00Z", "2018-12-31T06:00:00Z"],
    ["20180611v017", "2018-06-11T05:00:00Z", "2018-06-11T05:00:00Z"],
    ["20180715T12:34:56", "2018-07-15T12:34:56Z", "2018-07-15T12:34:56Z"],
    ["20180715T123456-0500", "2018-07-15T17:34:56Z", "2018-07-15T17:34:56Z"],
    ["MJD58314", "2018-07-15T00:00:00Z", "2018-07-15T00:00:00Z"],
    ["JD2458315", "2018-07-15T12:00:00Z", "2018-07-15T12:00:00Z"],
  ])("%s is %s, with night=ut %s", (datestr, local, ut) => {
    expect(instant(datestr)).toBe(local);
    expect(instant(datestr, at(CHICAGO, "ut"))).toBe(ut);
  });

  test.each([
    ["UTC", "2018-07-16T00:00:00Z", "2018-07-15T12:00:00Z"],
    ["Europe/Berlin", "2018-07-15T22:00:00Z", "2018-07-15T10:00:00Z"],
    ["Asia/Kathmandu", "2018-07-15T18:15:00Z", "2018-07-15T06:15:00Z"],
  ])("in %s the middle of the night 20180715 is %s, its begin %s", (timeZone, midnight, noon) => {
    expect(instant("20180715", at(timeZone))).toBe(midnight);
    expect(bound("20180715", at(timeZone))).toBe(noon);
  });

  test.each([
    ["that does not exist is the clock's next", "America/Santiago", "20240907", "2024-09-08T04:00:00Z"],
    ["that comes twice is the first", "America/Havana", "20181103", "2018-11-04T04:00:00Z"],
    ["inside a gap moves by the gap's length", "America/Toronto", "19190330", "1919-03-31T05:00:00Z"],
  ])("a midnight %s", (_what, timeZone, datestr, expected) => {
    expect(instant(datestr, at(timeZone))).toBe(expected);
  });

  test.each([
    ["99991231", CHICAGO, "local"],
    ["00010101", "Asia/Kathmandu", "ut"],
  ] as const)(
    "the night %s in %s (%s), whose middle lies outside the years, is refused",
    (datestr, timeZone, night) => {
      expect(() => resolveInstant(datestr, at(timeZone, night))).toThrow(
        expect.objectContaining({ code: "bad-date", message: expect.stringContaining(`"${datestr}" is no date`) }),
      );
    },
  );

  test("a date string that is refused is refused as a bound and as a stamp too", () => {
    for (const resolve of [resolveInstant, resolveBound, stampOf]) {
      expect(() => resolve("20180230", at())).toThrow("2018-02-30 does not exist");
    }
  });
});

describe("a bound of a span", () => {
  test.each([
    ["20181001", "2018-10-01T17:00:00Z", "2018-09-30T17:00:00Z"],
    ["20181101", "2018-11-01T17:00:00Z", "2018-10-31T17:00:00Z"],
    ["2018-12-01", "2018-12-01T18:00:00Z", "2018-11-30T18:00:00Z"],
    ["20180101.0", "2018-01-01T18:00:00Z", "2017-12-31T18:00:00Z"],
    ["20180611v017", "2018-06-10T17:00:00Z", "2018-06-10T17:00:00Z"],
    ["20180611T00:00:00", "2018-06-11T00:00:00Z", "2018-06-11T00:00:00Z"],
    ["MJD58314.2", "2018-07-15T04:48:00Z", "2018-07-15T04:48:00Z"],
  ])("%s begins at %s, with night=ut at %s", (datestr, local, ut) => {
    expect(bound(datestr)).toBe(local);
    expect(bound(datestr, at(CHICAGO, "ut"))).toBe(ut);
  });
});

describe("the nights in which the clocks change", () => {
  test.each([
    ["20190308", "2019-03-08T18:00:00Z", "2019-03-09T06:00:00Z", 24],
    ["20190309", "2019-03-09T18:00:00Z", "2019-03-10T06:00:00Z", 23],
    ["20190310", "2019-03-10T17:00:00Z", "2019-03-11T05:00:00Z", 24],
    ["20191101", "2019-11-01T17:00:00Z", "2019-11-02T05:00:00Z", 24],
    ["20191102", "2019-11-02T17:00:00Z", "2019-11-03T05:00:00Z", 25],
    ["20191103", "2019-11-03T18:00:00Z", "2019-11-04T06:00:00Z", 24],
  ])("the night %s begins at %s, has its midnight at %s and lasts %d hours", (night, noon, midnight, hours) => {
    const next = String(Number(night) + 1);
    expect(bound(night)).toBe(noon);
    expect(instant(night)).toBe(midnight);
    expect(resolveBound(next, at()) - resolveBound(night, at())).toBe(hours * HOUR);
  });
});

describe("the night of an instant", () => {
  test.each([
    [CHICAGO, "2018-07-15T16:59:59.999999Z", "2018-07-14"],
    [CHICAGO, "2018-07-15T17:00:00Z", "2018-07-15"],
    [CHICAGO, "2018-07-16T05:00:00Z", "2018-07-15"],
    [CHICAGO, "2018-07-16T16:59:59.999999Z", "2018-07-15"],
    [CHICAGO, "2019-03-10T16:59:59Z", "2019-03-09"],
    [CHICAGO, "2019-03-10T17:00:00Z", "2019-03-10"],
    [CHICAGO, "2019-11-03T17:59:59Z", "2019-11-02"],
    [CHICAGO, "2019-11-03T18:00:00Z", "2019-11-03"],
    [CHICAGO, "1960-01-01T17:59:59.999999Z", "1959-12-31"],
    [CHICAGO, "0001-01-01T00:00:00Z", "0000-12-31"],
    ["UTC", "2018-07-15T11:59:59Z", "2018-07-14"],
    ["Europe/Berlin", "2018-07-15T10:00:00Z", "2018-07-15"],
    ["Asia/Kathmandu", "2018-07-15T06:14:59Z", "2018-07-14"],
    ["Asia/Kathmandu", "2018-07-15T06:15:00Z", "2018-07-15"],
    // Apia skipped 2011-12-30: the night of the 29th lasted until noon of the 31st.
    ["Pacific/Apia", "2011-12-30T15:00:00Z", "2011-12-29"],
    ["Pacific/Apia", "2011-12-30T22:00:00Z", "2011-12-31"],
  ])("in %s %s lies in the night %s", (timeZone, text, night) => {
    expect(nightOf(instantOf(text), timeZone)).toBe(night);
  });
});

describe("the nights of a span", () => {
  const nights = (from: string, until: string, timeZone = CHICAGO) =>
    nightsOf(instantOf(from), instantOf(until), timeZone);

  test("from noon to noon is exactly one night, a microsecond more on either side touches the next", () => {
    const [noon, nextNoon] = [resolveBound("20180715", at()), resolveBound("20180716", at())];
    expect(nightsOf(noon, nextNoon, CHICAGO)).toEqual(["2018-07-15"]);
    expect(nightsOf(noon, later(nextNoon, 1), CHICAGO)).toEqual(["2018-07-15", "2018-07-16"]);
    expect(nightsOf(later(noon, -1), nextNoon, CHICAGO)).toEqual(["2018-07-14", "2018-07-15"]);
  });

  test("a span within a night has that night, an empty or reversed one none", () => {
    expect(nights("2018-07-16T05:00:00Z", "2018-07-16T05:00:00.000001Z")).toEqual(["2018-07-15"]);
    expect(nights("2018-07-16T05:00:00Z", "2018-07-16T05:00:00Z")).toEqual([]);
    expect(nights("2018-07-16T05:00:00Z", "2018-07-14T05:00:00Z")).toEqual([]);
  });

  test("--from 20181001 --until 20181101 covers the 31 nights of October", () => {
    const october = nightsOf(resolveBound("20181001", at()), resolveBound("20181101", at()), CHICAGO);
    expect(october).toHaveLength(31);
    expect([october[0], october[30]]).toEqual(["2018-10-01", "2018-10-31"]);
  });

  test("neither the clocks' changes nor leap days lose or double a night", () => {
    const leapYear = nightsOf(resolveBound("20200101", at()), resolveBound("20210101", at()), CHICAGO);
    expect(new Set(leapYear).size).toBe(366);
    expect(leapYear).toHaveLength(366);
    expect(leapYear).toContain("2020-02-29");
  });

  test("a date that the zone skipped has no night", () => {
    expect(nights("2011-12-30T00:00:00Z", "2011-12-31T00:00:00Z", "Pacific/Apia")).toEqual([
      "2011-12-29",
      "2011-12-31",
    ]);
  });
});

describe("what a date string is good for", () => {
  test.each(["", "latest", "current"])("%j changes its meaning", (datestr) => {
    expect(isFixed(datestr)).toBe(false);
  });

  test.each(["20180715", "20200101.0", "20180611v017", "2018-07-15T00:00:00+05:00", "MJD58314.2"])(
    "%s is fixed and is its own stamp",
    (datestr) => {
      expect(isFixed(datestr)).toBe(true);
      expect(stampOf(datestr, at())).toBe(datestr);
    },
  );

  test.each([
    [CHICAGO, "20180715"],
    ["UTC", "20180716"],
    ["Asia/Kathmandu", "20180716"],
  ])("the stamp of now is the date on the calendar in %s: %s", (timeZone, stamp) => {
    for (const datestr of ["", "latest", "current"]) expect(stampOf(datestr, at(timeZone))).toBe(stamp);
  });
});

describe("properties of nights", () => {
  const day = fc
    .integer({ min: -100_000, max: 100_000 })
    .map((days) => new Temporal.PlainDate(1970, 1, 1).add({ days }));
  const zone = fc.constantFrom(CHICAGO, "UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Santiago");

  test("the middle of a night lies in that night", () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        expect(nightOf(resolveInstant(date.toString(), at(timeZone)), timeZone)).toBe(date.toString());
      }),
    );
  });

  test("a night's middle lies between its begin and the begin of the next", () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        const middle = resolveInstant(date.toString(), at(timeZone));
        expect(resolveBound(date.toString(), at(timeZone))).toBeLessThan(middle);
        expect(middle).toBeLessThan(resolveBound(date.add({ days: 1 }).toString(), at(timeZone)));
      }),
    );
  });

  test("a later date is a later instant", () => {
    fc.assert(
      fc.property(day, day, zone, (a, b, timeZone) => {
        const order = Math.sign(
          resolveInstant(a.toString(), at(timeZone)) - resolveInstant(b.toString(), at(timeZone)),
        );
        expect(order).toBe(Temporal.PlainDate.compare(a, b));
      }),
    );
  });

  test("a UT date is the night that began the evening before, in every form of a bare date", () => {
    fc.assert(
      fc.property(day, zone, (date, timeZone) => {
        const evening = date.subtract({ days: 1 }).toString();
        const compact = date.toString().replaceAll("-", "");
        for (const form of [date.toString(), compact, `${compact}.0`, `${compact}v001`]) {
          expect(resolveInstant(form, at(timeZone, "ut"))).toBe(resolveInstant(evening, at(timeZone)));
          expect(resolveBound(form, at(timeZone, "ut"))).toBe(resolveBound(evening, at(timeZone)));
        }
      }),
    );
  });

  test("every instant lies between the begin of its night and the begin of the next", () => {
    const moment = fc.integer({ min: -4e15, max: 4e15 }).map((microseconds) => microseconds as Instant);
    fc.assert(
      fc.property(moment, zone, (when, timeZone) => {
        const night = Temporal.PlainDate.from(nightOf(when, timeZone));
        expect(resolveBound(night.toString(), at(timeZone))).toBeLessThanOrEqual(when);
        expect(resolveBound(night.add({ days: 1 }).toString(), at(timeZone))).toBeGreaterThan(when);
        expect(nightsOf(when, later(when, 1), timeZone)).toEqual([night.toString()]);
      }),
    );
  });
});
