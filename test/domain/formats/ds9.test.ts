import { describe, expect, test } from "bun:test";
import { rowsOf } from "../../../src/domain/files/fplane-file.ts";
import { renderDs9 } from "../../../src/domain/formats/ds9.ts";
import type { Pointing } from "../../../src/domain/plane/sky.ts";
import { expectGolden } from "../../support/golden.ts";
import { LAYOUTS, madeUpAnswer } from "../../support/planes.ts";

const POINTING = { ra: 359.95, dec: 65.25, pa: 253.4 };

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

/** Projects with astropy as the survey's programs do; reads the pointing and places, prints right ascensions and declinations. */
const PROJECT_WITH_ASTROPY = `
import json, math, sys
from astropy.wcs import WCS
given = json.load(sys.stdin)
def project(pointing):
    rotation = math.radians(360 - (90 + pointing["pa"]))
    wcs = WCS(naxis=2)
    wcs.wcs.crpix = [0, 0]
    wcs.wcs.cdelt = [-1 / 3600, 1 / 3600]
    wcs.wcs.crval = [pointing["ra"], pointing["dec"]]
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.pc = [[math.cos(rotation), math.sin(rotation)], [-math.sin(rotation), math.cos(rotation)]]
    return [[float(v) for v in wcs.wcs_pix2world(p["y"], p["x"], 1)] for p in given["places"]]
print(json.dumps([project(pointing) for pointing in given["pointings"]]))
`;

function python(code: string, input: string): ReturnType<typeof Bun.spawnSync> {
  return Bun.spawnSync(["python3", "-c", code], { stdin: Buffer.from(input), stdout: "pipe", stderr: "pipe" });
}

const hasAstropy = Bun.which("python3") !== null && python("import astropy", "").success;

/** The corners of the regions of a file, each with its label. */
function polygonsOf(
  text: string,
): { readonly corners: readonly (readonly [number, number])[]; readonly told: string }[] {
  return [...text.matchAll(/^polygon\((.*)\) # (.*)$/gm)].map(([, list = "", told = ""]) => {
    const numbers = list.split(",").map(Number);
    return { corners: [0, 2, 4, 6].map((i) => [numbers[i] ?? NaN, numbers[i + 1] ?? NaN] as const), told };
  });
}

describe("the DS9 region file for a pointing", () => {
  test("is the golden one", () => expectGolden("sky.reg", renderDs9(madeUpAnswer({ layout: "short" }), POINTING)));

  test("names the pointing and the coordinate system, and has the labels and dashes of the boxes in the focal plane", () => {
    const [text, flat] = [renderDs9(madeUpAnswer(), POINTING), renderDs9(madeUpAnswer())];
    expect(text).toContain("\nicrs\npolygon(");
    expect(text).not.toContain("physical");
    expect(text).toContain(
      "# the IHMP centre is at RA 359.95, Dec 65.25 (ICRS), the position angle is 253.4 (all in degrees)",
    );
    expect(polygonsOf(text).map(({ told }) => told)).toEqual(
      [...flat.matchAll(/^box.* # (.*)$/gm)].map(([, told = ""]) => told),
    );
  });

  const degreesBetween = ([ra, dec]: readonly [number, number], [otherRa, otherDec]: readonly [number, number]) => {
    const half = (angle: number) => Math.sin((angle * Math.PI) / 360) ** 2;
    const cosines = Math.cos((dec * Math.PI) / 180) * Math.cos((otherDec * Math.PI) / 180);
    return (Math.asin(Math.sqrt(half(dec - otherDec) + cosines * half(ra - otherRa))) * 360) / Math.PI;
  };
  test.each([[POINTING], [{ ra: 12, dec: 89.97, pa: 10 }], [{ ra: 0, dec: -90, pa: 200 }]])(
    "has squares of 50 arcsec, also at the pole and across right ascension 0: %j",
    (pointing) => {
      for (const { corners } of polygonsOf(renderDs9(madeUpAnswer(), pointing))) {
        const sides = corners.map((corner, i) => degreesBetween(corner, corners[(i + 1) % 4] ?? corner) * 3600);
        for (const side of sides) expect(side).toBeWithin(49.99, 50.01);
        for (const [ra] of corners) expect(ra).toBeWithin(0, 360);
      }
    },
  );

  test("writes what rounds to 360 as 0", () => {
    const text = renderDs9(madeUpAnswer(), { ra: 25 / 3600 - 1e-9, dec: 0, pa: 0 });
    expect(text).not.toMatch(/[(,](360|-0)\.0{7}[,)]/);
  });

  test.skipIf(!hasAstropy)(
    "has its corners where the survey's WCS has them (needs python3 with astropy)",
    () => {
      const answer = madeUpAnswer();
      const places = rowsOf(answer.plane, answer.layout).flatMap(({ x, y }) => [
        { x: x - 25, y: y - 25 },
        { x: x + 25, y: y - 25 },
        { x: x + 25, y: y + 25 },
        { x: x - 25, y: y + 25 },
      ]);
      const pointings: readonly Pointing[] = [
        { ra: 150.1, dec: 2.2, pa: 0 },
        POINTING,
        { ra: 0.02, dec: -5, pa: 30 },
        { ra: 12, dec: 89.95, pa: 135 },
      ];
      const run = python(PROJECT_WITH_ASTROPY, JSON.stringify({ pointings, places }));
      expect(run.stderr?.toString()).toBe("");
      const wanted = JSON.parse(run.stdout?.toString() ?? "") as (readonly [number, number])[][];
      for (const [i, pointing] of pointings.entries()) {
        const corners = polygonsOf(renderDs9(answer, pointing)).flatMap((polygon) => polygon.corners);
        expect(corners).toHaveLength(places.length);
        const off = corners.map((corner, j) => degreesBetween(corner, wanted[i]?.[j] ?? [NaN, NaN]) * 3600);
        expect(Math.max(...off)).toBeLessThan(0.001);
      }
    },
    120_000,
  );
});
