import { describe, expect, test } from "bun:test";
import { takesCoding } from "../../../src/server/answers/content-coding.ts";

describe("Accept-Encoding", () => {
  test.each([
    [undefined, false, false],
    ["", false, false],
    ["gzip", true, false],
    ["GZIP ; Q=1.0, br", true, true],
    ["gzip;q=0, br;q=0.5", false, true],
    ["*", true, true],
    ["*;q=0", false, false],
    ["gzip;q=0, *", false, true],
    ["gzip, *;q=0.000", true, false],
    ["identity", false, false],
  ])("%p takes gzip: %p, br: %p", (header, gzip, br) => {
    expect([takesCoding(header, "gzip"), takesCoding(header, "br")]).toEqual([gzip, br]);
  });
});
