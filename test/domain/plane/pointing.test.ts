import { expect, test } from "bun:test";
import { FplaneError } from "../../../src/domain/errors.ts";
import { readPointing } from "../../../src/domain/plane/pointing.ts";

test("no pointing is none, in every format", () => {
  for (const format of ["txt", "ds9"]) expect(readPointing({ ra: undefined }, format)).toBeNull();
});

test.each([
  [
    { ra: "150.1", dec: "-2.2", pa: "250" },
    { ra: 150.1, dec: -2.2, pa: 250 },
  ],
  [
    { ra: 0, dec: 90, pa: -360 },
    { ra: 0, dec: 90, pa: -360 },
  ],
  [
    { ra: "360", dec: " 51.05", pa: "+.5" },
    { ra: 360, dec: 51.05, pa: 0.5 },
  ],
  [
    { ra: "1e-05", dec: "5.", pa: "0" },
    { ra: 0.00001, dec: 5, pa: 0 },
  ],
])("%j is a pointing", (given, pointing) => {
  expect(readPointing(given, "ds9")).toEqual(pointing);
});

test.each([
  [{ ra: "1", dec: "2", pa: "3" }, "csv", "ra, dec and pa are given, but the format is csv", "ra"],
  [{ pa: "3" }, "txt", "pa is given, but the format is txt", "pa"],
  [
    { ra: "1", pa: "3" },
    "ds9",
    "ra and pa are given without dec: a pointing is ra, dec and pa, or none of them",
    "dec",
  ],
  [{ dec: 1 }, "ds9", "dec is given without ra and pa", "ra"],
  [{ ra: "12:30:49", dec: "2", pa: "3" }, "ds9", 'ra is "12:30:49": it takes degrees, a number from 0 to 360', "ra"],
  [{ ra: "-1", dec: "2", pa: "3" }, "ds9", 'ra is "-1"', "ra"],
  [{ ra: "1", dec: "90.1", pa: "3" }, "ds9", 'dec is "90.1": it takes degrees, a number from -90 to 90', "dec"],
  [{ ra: "1", dec: "", pa: "3" }, "ds9", 'dec is ""', "dec"],
  [{ ra: "1", dec: "2", pa: "0x10" }, "ds9", 'pa is "0x10"', "pa"],
  [{ ra: "1", dec: "2", pa: "1e3" }, "ds9", 'pa is "1e3": it takes degrees, a number from -360 to 360', "pa"],
  [{ ra: "1", dec: "2", pa: Number.NaN }, "ds9", "pa is NaN", "pa"],
  [{ ra: "Infinity", dec: "2", pa: "1" }, "ds9", 'ra is "Infinity"', "ra"],
])("%j in the format %s is refused: %s", (given, format, message, parameter) => {
  try {
    readPointing(given, format);
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    expect(error).toMatchObject({ code: "bad-parameter", details: { parameter } });
    expect(error.message).toContain(message);
  }
});
