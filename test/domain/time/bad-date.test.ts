import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ACCEPTED_FORMS, badDate } from "../../../src/domain/time/bad-date.ts";
import { parseDatestr } from "../../../src/domain/time/datestr.ts";
import { instantText } from "../../../src/domain/time/instant.ts";

const MICROSECOND_TEXT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/;

describe("what is not accepted", () => {
  test("a text of 64 characters is looked at, a longer one is only counted", () => {
    expect(badDate("x".repeat(64)).message).toContain("it has none of the accepted forms");
    expect(badDate("x".repeat(65)).message).toContain("it has 65 characters, more than 64");
  });

  test.each([
    ["20180230", "2018-02-30 does not exist"],
    ["2018-02-30", "2018-02-30 does not exist"],
    ["20190229", "2019-02-29 does not exist"],
    ["19000229", "1900-02-29 does not exist"],
    ["20180431.0", "2018-04-31 does not exist"],
    ["20180700", "2018-07-00 does not exist"],
    ["20180732", "2018-07-32 does not exist"],
    ["20181301", "month 13 does not exist"],
    ["2018-00-01", "month 00 does not exist"],
    ["20180931v017", "2018-09-31 does not exist"],
    ["20181301v017", "month 13 does not exist"],
    ["20180230T00:00:00", "2018-02-30 does not exist"],
    ["00000101", "year 0000"],
    ["0000-12-31T23:59:59-05:00", "year 0000"],
    ["0001-01-01T00:00:00+05:00", "outside the years 0001 to 9999"],
    ["9999-12-31T23:59:60", "outside the years 0001 to 9999"],
    ["9999-12-31T23:59:59-00:01", "outside the years 0001 to 9999"],
    ["MJD99999999", "outside the years 0001 to 9999"],
    ["MJD99999999999999999999999999999", "outside the years 0001 to 9999"],
    ["JD0", "outside the years 0001 to 9999"],

    ["2018-07-15T24:00:00", "hour 24 does not exist"],
    ["20180715T240000", "hour 24 does not exist"],
    ["20180715T25:00:00", "hour 25 does not exist"],
    ["20180715T12:60:00", "minute 60 does not exist"],
    ["20180715T12:00:61", "second 61 does not exist"],
    ["2018-07-15T12:00:00+24:00", "offset +24:00 is out of range"],
    ["2018-07-15T12:00:00-0560", "offset -0560 is out of range"],

    ["LATEST", "lower case"],
    ["Current", "lower case"],
    ["now", "now is written latest, current or nothing"],
    ["today", "now is written latest, current or nothing"],
    [" ", "blank"],
    [" 20180715", "blank"],
    ["20180715\n", "blank"],
    ["2018-07-15 04:48:00", "date and time are joined by T"],
    ["2018-07-15T04:48:00 05:00", "write + as %2B"],
    ["２０１８０７１５", "not ASCII"],
    ["2018–07–15", "not ASCII"],
    ["2018-07-15T00:00:00−05:00", "not ASCII"],

    ["mjd58314.2", "capitals"],
    ["Jd2458314.7", "capitals"],
    ["MJD", "followed by digits"],
    ["MJD58314.", "followed by digits"],
    ["MJD.2", "followed by digits"],
    ["MJD58314.2Z", "followed by digits"],
    ["MJD5e4", "followed by digits"],
    ["MJD-1", "take no sign"],
    ["58314.2", "begins with MJD"],
    ["2458314.7", "begins with JD"],
    ["2018071", "a date has eight digits"],
    ["180715", "a year has four digits, month and day two each"],
    ["-20180715", "no sign"],
    ["+002018-07-15T00:00:00Z", "no sign"],
    ["2018", "no date"],
    ["2018-07", "the day is missing"],
    ["2018-196", "days of the year"],
    ["2018-W28-7", "weeks"],
    ["2018/07/15", "with - or without separators"],
    ["15.07.2018", "with - or without separators"],
    ["2018-7-15", "two digits"],
    ["2018-07-5T00:00:00", "two digits"],
    ["20180715.5", "only .0 may follow"],
    ["20180715.00", "only .0 may follow"],
    ["20180715.", "only .0 may follow"],
    ["2018-07-15.0", "nothing may follow"],
    ["20180715Z", "takes no offset"],
    ["2018-07-15-05:00", "takes no offset"],
    ["20180611v17", "three digits"],
    ["20180611v0171", "three digits"],
    ["20180611V017", "small v"],

    ["2018-07-15t04:48:00", "the T between date and time is a capital"],
    ["20180715t044800", "the T between date and time is a capital"],
    ["2018-07-15T04:48:00z", "the Z at the end is a capital"],
    ["2018-07-15T", "the time after T is missing"],
    ["2018-07-15T04", "the minutes are missing"],
    ["2018-07-15T044800", "HH:MM or HH:MM:SS"],
    ["20180715T04:48", "hours, minutes and seconds"],
    ["20180715T0448", "hours, minutes and seconds"],
    ["2018-07-15T4:48:00", "two digits each"],
    ["2018-07-15T04:48:0", "two digits each"],
    ["2018-07-15T04:48:00,5", "the decimal sign is a point"],
    ["2018-07-15T04:48:00.", "digits are missing after the point"],
    ["2018-07-15T04:48:00.Z", "digits are missing after the point"],
    ["2018-07-15T04:48:00.1234567890", "1 to 9 digits"],
    ["2018-07-15T04:48:00-05", "±HH:MM or ±HHMM"],
    ["2018-07-15T04:48:00+5:00", "±HH:MM or ±HHMM"],
    ["2018-07-15T04:48:00Z+05:00", "none of the accepted forms"],
    ["2018-07-15T04:48:00CDT", "offset like -05:00"],
    ["2018-07-15T04:48:00-05:00[America/Chicago]", "offset like -05:00"],
    ["20180715;drop", "none of the accepted forms"],
    ["../../etc/passwd", "none of the accepted forms"],
    ["null", "none of the accepted forms"],
    ["1".repeat(65), "65 characters, more than 64"],
  ])("%j is refused: %s", (datestr, fragment) => {
    const refusal = expect(() => parseDatestr(datestr));
    refusal.toThrow(expect.objectContaining({ code: "bad-date", message: expect.stringContaining(fragment) }));
  });
});

describe("the refusal", () => {
  test("every example among the accepted forms is itself accepted", () => {
    const examples = ACCEPTED_FORMS.match(/\b(?:\d{8}v\d+|M?JD\d+\.\d+|latest|current)\b/g) ?? [];
    expect(examples).toEqual(["latest", "current", "20180611v017", "MJD58314.2", "JD2458314.7"]);
    for (const example of examples) expect(() => parseDatestr(example)).not.toThrow();
  });

  test("a reason that the caller knows better stands in the place of the guessed one", () => {
    expect(badDate("2018-7-15", "it is a Sunday").message).toStartWith(
      '"2018-7-15" is no date: it is a Sunday. Accepted',
    );
  });

  test("repeats what was given and lists every accepted form", () => {
    expect(() => parseDatestr("2018-13-01")).toThrow(
      '"2018-13-01" is no date: month 13 does not exist. Accepted are: nothing, latest or current (now); YYYYMMDD, ' +
        "YYYY-MM-DD or YYYYMMDD.0 (the night that starts on this date); a shot id like 20180611v017 (a UT date); " +
        "YYYYMMDDTHH:MM:SS[.f], YYYYMMDDTHHMMSS[.f] or YYYY-MM-DDTHH:MM[:SS[.f]], all UTC, also with Z or an offset " +
        "like -05:00; MJD58314.2; JD2458314.7.",
    );
  });

  test.each([
    ["2018\r\n\x1b[31m", '"2018\\r\\n\\u001b[31m" is no date'],
    ["2018\x7f\x9b\u202e", '"2018\\u007f\\u009b\\u202e" is no date'],
    ['20180715"', '"20180715\\"" is no date'],
    ["20180715\u{1f600}", '"20180715\\ud83d\\ude00" is no date'],
  ])("shows %j in printable ASCII", (datestr, beginning) => {
    expect(() => parseDatestr(datestr)).toThrow(beginning);
  });

  test("repeats at most 60 characters", () => {
    expect(() => parseDatestr("x".repeat(61))).toThrow(`"${"x".repeat(60)}"... is no date`);
    expect(() => parseDatestr("x".repeat(60))).toThrow(`"${"x".repeat(60)}" is no date`);
    expect(() => parseDatestr("9".repeat(1_000_000))).toThrow(
      `"${"9".repeat(60)}"... is no date: it has 1000000 characters`,
    );
  });

  test("whatever is given, it is read or refused as bad-date, never anything else", () => {
    const likely = fc.stringMatching(/^[0-9TZ:.+vMJDtz -]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: "binary" })), (datestr) => {
        try {
          const parsed = parseDatestr(datestr);
          if (parsed.kind === "instant") expect(instantText(parsed.instant)).toMatch(MICROSECOND_TEXT);
        } catch (error) {
          expect(error).toMatchObject({ name: "FplaneError", code: "bad-date" });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
