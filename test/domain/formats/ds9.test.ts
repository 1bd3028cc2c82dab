import { describe, expect, test } from "bun:test";
import { renderDs9 } from "../../../src/domain/formats/ds9.ts";
import { expectGolden } from "../../support/golden.ts";
import { LAYOUTS, madeUpAnswer } from "../../support/planes.ts";

test.each([...LAYOUTS])("the answer in the layout %s as a DS9 region file is the golden one", (layout) => {
  expectGolden(`${layout}.reg`, renderDs9(madeUpAnswer({ layout })));
});

describe("the DS9 region file", () => {
  const lines = renderDs9(madeUpAnswer()).split("\n");

  test("names the format first and the coordinate system before the first box", () => {
    expect(lines[0]).toBe("# Region file format: DS9 version 4.1");
    expect(lines.indexOf("physical")).toBe(lines.findIndex((line) => line.startsWith("box")) - 1);
  });

  test("has one box of 50 arcsec a seat, labelled with seat and SPECID", () => {
    expect(
      lines.filter((line) => /^box\(-?\d+\.\d{3},-?\d+\.\d{3},50,50,0\) # text=\{\d{3} \d{3}\}/.test(line)),
    ).toHaveLength(97);
    expect(lines).toContain("box(-450.320,150.150,50,50,0) # text={013 600}");
  });

  test("dashes the boxes of seats without a spectrograph, and no other", () => {
    const dashed = lines.filter((line) => line.endsWith(" dash=1"));
    expect(dashed).toEqual(lines.filter((line) => line.includes(" 000}")));
    expect(dashed).toContain("box(-350.000,150.000,50,50,0) # text={023 000} dash=1");
  });

  test("says in words that a span is open and that nothing confirmed the answer", () => {
    const { from } = madeUpAnswer().interval;
    const open = renderDs9(
      madeUpAnswer({ interval: { from, until: null }, confirmedUntil: null, actualPositions: false }),
    );
    expect(open).toContain("# valid from 2031-01-30T18:00:00Z until further notice\n# confirmed until never\n");
    expect(open).toContain("# layout full, nominal positions, sha256 of the text form 0011");
  });
});
