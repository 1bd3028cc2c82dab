import { describe, expect, test } from "bun:test";
import { nightInName } from "../../../src/domain/time/night-in-name.ts";

describe("the night in a file's name", () => {
  test.each([
    ["fplane20181008.txt", "20181008"],
    ["full-nominal-20181008.txt", "20181008"],
    ["hand-2018-07-17.txt", "2018-07-17"],
    ["20180101_copied_20190101.txt", "20180101"],
    ["v20189999-20180715.txt", "20180715"],
    ["fplane20200229", "20200229"],
  ])("%s holds the night %s", (name, night) => {
    expect(nightInName(name)).toBe(night);
  });

  test.each([
    ["fplane.txt"],
    ["hand-2016.txt"],
    ["fplane20180230.txt"],
    ["fplane201810081.txt"],
    ["2018-1-1.txt"],
    [""],
  ])("%j holds none, and the message asks for --from", (name) => {
    expect(() => nightInName(name)).toThrow(/holds no date .*--from/);
  });

  test.each([["fplane20180522T023753.4.txt"], ["fplane2018-05-22T02:38:23.txt"], ["fplane20180611v017.txt"]])(
    "%s holds a UT time, whose night may be the one before: it is not guessed",
    (name) => {
      expect(() => nightInName(name)).toThrow(/\(UT\).*--from/);
    },
  );
});
