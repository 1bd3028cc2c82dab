import { describe, expect, test } from "bun:test";
import { instantOf } from "../../../src/domain/time/instant.ts";
import { resolveInstant } from "../../../src/domain/time/night.ts";
import { datestrOfNight, stretchName } from "../../../src/domain/time/stretch-name.ts";

const timeZone = "America/Chicago";

describe("the file of a stretch of time", () => {
  test.each([
    ["2018-07-15T17:00:00Z", null, "local", "20180715", false],
    ["2018-07-15T17:00:00Z", "2018-07-16T05:00:00.000001Z", "local", "20180715", false],
    ["2018-07-16T05:00:00Z", null, "local", "20180715", false],
    ["2018-07-16T05:00:00.000001Z", null, "local", "20180716", false],
    ["2018-07-16T05:00:00Z", "2018-07-17T00:00:00Z", "ut", "20180716", false],
    ["2018-07-15T17:00:00Z", "2018-07-16T05:00:00Z", "local", "20180715T170000", true],
    ["2018-07-16T05:00:00.5Z", "2018-07-16T06:00:00Z", "ut", "20180716T050000.5", true],
    ["2018-12-31T18:00:00Z", null, "ut", "20190101", false],
  ] as const)("from %s until %s, dates read as %s, is named %s", (from, until, night, datestr, betweenNights) => {
    const span = { from: instantOf(from), until: until === null ? null : instantOf(until) };
    const name = stretchName(span, { timeZone, night });
    expect(name).toMatchObject({ datestr, betweenNights });
    expect(resolveInstant(datestr, { now: span.from, timeZone, night })).toBe(name.instant);
  });

  test("a night is named by the date on which it starts, or as data are named by the next", () => {
    expect([datestrOfNight("2019-12-31", "local"), datestrOfNight("2019-12-31", "ut")]).toEqual([
      "20191231",
      "20200101",
    ]);
  });
});
