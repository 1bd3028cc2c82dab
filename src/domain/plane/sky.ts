import type { PlanePosition } from "./placement.ts";

/** Where the telescope looks: the sky at the IHMP centre, degrees, ICRS, and the position angle of the focal plane. */
export type Pointing = { readonly ra: number; readonly dec: number; readonly pa: number };

/** A position in the sky, degrees, ICRS; right ascension from 0 up to 360. */
export type SkyPosition = Omit<Pointing, "pa">;

const ARCSEC = Math.PI / 180 / 3600;

/**
 * Where north and east lie in the focal plane, as unit vectors (X_FP, Y_FP). The survey's programs rotate by
 * 360 - (90 + PA) degrees and swap the axes (x + Y_FP, y + X_FP), so that north is +Y_FP and east +X_FP at PA 0.
 *
 * @param pa position angle, degrees
 */
export function skyDirections(pa: number): Readonly<Record<"north" | "east", PlanePosition>> {
  const angle = radians(pa);
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return { north: { x: -sine, y: cosine }, east: { x: cosine, y: sine } };
}

/**
 * Where a position in the focal plane, arcsec from the IHMP centre, lies in the sky: the inverse gnomonic projection (TAN
 * of FITS) around the pointing, exact for any distance and at the poles.
 */
export function skyPosition({ ra, dec, pa }: Pointing, { x, y }: PlanePosition): SkyPosition {
  const { north, east } = skyDirections(pa);
  const toEast = (x * east.x + y * east.y) * ARCSEC;
  const toNorth = (x * north.x + y * north.y) * ARCSEC;
  const [sine, cosine] = [Math.sin(radians(dec)), Math.cos(radians(dec))];
  const fromPole = cosine - toNorth * sine;
  const turned = ra + degrees(Math.atan2(toEast, fromPole));
  return {
    ra: ((turned % 360) + 360) % 360,
    dec: degrees(Math.atan2(sine + toNorth * cosine, Math.hypot(toEast, fromPole))),
  };
}

function radians(angle: number): number {
  return (angle * Math.PI) / 180;
}

function degrees(angle: number): number {
  return (angle * 180) / Math.PI;
}
