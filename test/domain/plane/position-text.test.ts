import { expect, test } from "bun:test";
import fc from "fast-check";
import { positionText, readPosition } from "../../../src/domain/plane/position-text.ts";

test.each([
  ["-349.910", -349.91],
  ["+.5", 0.5],
  ["5.", 5],
  ["1e2", 100],
  ["-0.0004", 0],
  ["-0", 0],
  ["0.0005", 0.001],
  ["-999.9994", -999.999],
  ["9999.999", 9999.999],
])("%s is %d arcsec", (text, arcsec) => {
  expect(readPosition(text)).toEqual({ arcsec });
});

test.each(["", " 1", "nan", "Infinity", "0x10", "1_0", "1,5", "--1", "1e", "٣"])("%j is no number", (text) => {
  expect(readPosition(text)).toEqual({ problem: expect.stringContaining("it is a number of arcsec such as -349.910") });
});

test.each(["-1000", "-999.9996", "9999.9996", "10000", "1e400"])("%s does not fit into the file's column", (text) => {
  expect(readPosition(text)).toEqual({ problem: `is "${text}"; the file holds -999.999 to 9999.999 arcsec` });
});

test("what is written is read as it was, and written so again", () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999, max: 9_999_999 }), (thousandths) => {
      const text = positionText(thousandths / 1000);
      expect(text).toMatch(/^-?\d+\.\d{3}$/);
      expect(text.length).toBeLessThanOrEqual(8);
      const read = readPosition(text);
      expect(read).toEqual({ arcsec: thousandths / 1000 });
    }),
  );
});
