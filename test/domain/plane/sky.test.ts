import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Pointing, skyDirections, skyPosition } from "../../../src/domain/plane/sky.ts";

type Plane = { readonly x: number; readonly y: number };
type Vector = readonly [number, number, number];

const radians = (angle: number) => (angle * Math.PI) / 180;

/**
 * The projection as the survey's programs have it, by vectors: a WCS with CRPIX 0, CDELT -1 and 1 arcsec and the matrix of
 * 360 - (90 + PA), to which they give Y_FP as x and X_FP as y.
 */
function surveyVector({ ra, dec, pa }: Pointing, { x, y }: Plane): Vector {
  const rotation = radians(360 - (90 + pa));
  const [c, s] = [Math.cos(rotation), Math.sin(rotation)];
  const [first, second] = [y, x];
  const xi = radians(-(c * first + s * second) / 3600);
  const eta = radians((-s * first + c * second) / 3600);
  const [a, d] = [radians(ra), radians(dec)];
  const centre: Vector = [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
  const east: Vector = [-Math.sin(a), Math.cos(a), 0];
  const north: Vector = [-Math.sin(d) * Math.cos(a), -Math.sin(d) * Math.sin(a), Math.cos(d)];
  const length = Math.hypot(1, xi, eta);
  return centre.map((part, i) => (part + xi * (east[i] ?? 0) + eta * (north[i] ?? 0)) / length) as unknown as Vector;
}

function vectorOf({ ra, dec }: Omit<Pointing, "pa">): Vector {
  const [a, d] = [radians(ra), radians(dec)];
  return [Math.cos(d) * Math.cos(a), Math.cos(d) * Math.sin(a), Math.sin(d)];
}

const arcsecBetween = (a: Vector, b: Vector) =>
  (Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]) * 180 * 3600) / Math.PI;

describe("the sky position of a place in the focal plane", () => {
  // By the survey's formula, in forty digits.
  const cases: readonly (readonly [at: string, Pointing, Plane, ra: number, dec: number])[] = [
    ["PA 0", { ra: 150.1, dec: 2.2, pa: 0 }, { x: -450, y: 150 }, 149.97490450057, 2.2416613218485],
    ["any PA", { ra: 187.5, dec: 51.05, pa: 253.4 }, { x: 450, y: -250.32 }, 187.54934102625, 51.189644534027],
    ["RA below 0", { ra: 0.02, dec: -5, pa: 30 }, { x: -350, y: 450 }, 359.99822542369, -4.8431357572607],
    ["RA beyond 360", { ra: 359.95, dec: 65, pa: 90 }, { x: 150, y: 450 }, 0.24531203094997, 64.958041486015],
    ["beyond the pole", { ra: 12, dec: 89.95, pa: 0 }, { x: 0, y: 450 }, 192, 89.925000198318],
    ["beyond the pole at PA 135", { ra: 12, dec: 89.95, pa: 135 }, { x: -450, y: -450 }, 192, 89.87322386563],
    ["at the north pole", { ra: 200, dec: 90, pa: 0 }, { x: 350, y: -50 }, 281.86989764584, 89.901790821016],
    ["at the south pole", { ra: 77, dec: -90, pa: 45 }, { x: 350, y: -50 }, 220.13010235416, -89.901790821016],
  ];
  test.each(cases)("is that of the survey's programs: %s", (_at, pointing, place, ra, dec) => {
    const found = skyPosition(pointing, place);
    expect(found.ra).toBeCloseTo(ra, 9);
    expect(found.dec).toBeCloseTo(dec, 9);
  });

  test("is that of the survey's programs to a microarcsec, wherever the telescope looks", () => {
    const pointings = fc.record({
      ra: fc.double({ min: 0, max: 360, noNaN: true }),
      dec: fc.double({ min: -90, max: 90, noNaN: true }),
      pa: fc.double({ min: -360, max: 360, noNaN: true }),
    });
    const arcsec = fc.double({ min: -700, max: 700, noNaN: true });
    fc.assert(
      fc.property(pointings, fc.record({ x: arcsec, y: arcsec }), (pointing, place) => {
        const found = skyPosition(pointing, place);
        expect(found.ra).toBeWithin(0, 360);
        expect(arcsecBetween(vectorOf(found), surveyVector(pointing, place))).toBeLessThan(1e-6);
      }),
    );
  });

  test("of the centre is the pointing", () => {
    expect(skyPosition({ ra: 360, dec: -30, pa: 12 }, { x: 0, y: 0 })).toEqual({ ra: 0, dec: expect.closeTo(-30, 12) });
  });
});

test.each([0, 37.5, 253.4, -90])("north and east at PA %d are where declination and right ascension grow", (pa) => {
  const { north, east } = skyDirections(pa);
  const pointing = { ra: 100, dec: 0, pa };
  expect(skyPosition(pointing, north).dec * 3600).toBeCloseTo(1, 9);
  expect((skyPosition(pointing, east).ra - 100) * 3600).toBeCloseTo(1, 8);
});
