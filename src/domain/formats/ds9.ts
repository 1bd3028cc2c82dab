import type { Answer } from "../answer/answer.ts";
import { idText, rowsOf } from "../files/fplane-file.ts";
import type { FocalPlaneRow } from "../plane/placement.ts";
import { positionText } from "../plane/position-text.ts";
import { type Pointing, skyPosition } from "../plane/sky.ts";
import { type Instant, instantText } from "../time/instant.ts";

/** The side of one seat's box, arcsec: an IFU covers about 51 arcsec, and boxes of neighbours must not touch. */
const SIDE = 50;

/** What of a region file depends on the coordinates: what they are, their name, and the outline of a seat in them. */
type Coordinates = {
  readonly remarks: readonly string[];
  readonly system: "physical" | "icrs";
  readonly outline: (row: FocalPlaneRow) => string;
};

/**
 * Boxes in `physical` coordinates with one unit to the arcsec, the origin at the IHMP centre: it is the only system of DS9
 * that has an origin of its own without a sky, since an image sets it by LTV and LTM (`image` starts at the corner pixel,
 * and `linear` needs a WCS).
 */
const IN_THE_PLANE: Coordinates = {
  remarks: [
    "# physical coordinates are focal-plane arcsec from the IHMP centre: for an image with 1 arcsec pixels",
    "# set LTV1 and LTV2 to its pixel at the centre, LTM1_1 and LTM2_2 to 1",
  ],
  system: "physical",
  outline: ({ x, y }) => `box(${positionText(x)},${positionText(y)},${SIDE},${SIDE},0)`,
};

/**
 * The same boxes, corner by corner: DS9 turns a `box` by the north at the middle of its image, other readers by the north at
 * the box, so that away from the equator one angle is not right for both.
 */
function inTheSky(pointing: Pointing): Coordinates {
  const { ra, dec, pa } = pointing;
  return {
    remarks: [
      `# the IHMP centre is at RA ${ra}, Dec ${dec} (ICRS), the position angle is ${pa} (all in degrees):`,
      "# rotated by 360 - (90 + PA) with the axes swapped (x + Y_FP, y + X_FP), tangent plane",
    ],
    system: "icrs",
    outline: ({ x, y }) => {
      const corners = CORNERS.map(([toX, toY]) => {
        const corner = skyPosition(pointing, { x: x + (toX * SIDE) / 2, y: y + (toY * SIDE) / 2 });
        return `${degreesText(corner.ra)},${degreesText(corner.dec)}`;
      });
      return `polygon(${corners.join(",")})`;
    },
  };
}

const CORNERS = [
  [-1, -1],
  [1, -1],
  [1, 1],
  [-1, 1],
] as const;

/** Seven digits are a third of a milliarcsec. */
function degreesText(angle: number): string {
  const text = angle.toFixed(7);
  return text === "360.0000000" || text === "-0.0000000" ? "0.0000000" : text;
}

/**
 * The answer as a DS9 region file: one box a seat, labelled with seat and SPECID, dashed where no spectrograph is fed.
 *
 * @param pointing where the telescope looks: the regions are in the sky then, else in the focal plane
 */
export function renderDs9(answer: Answer, pointing: Pointing | null = null): string {
  const { remarks, system, outline } = pointing === null ? IN_THE_PLANE : inTheSky(pointing);
  const regions = rowsOf(answer.plane, answer.layout).map((row) => {
    const { ifuslot, specid } = row;
    return `${outline(row)} # text={${ifuslot} ${idText(specid)}}${specid === null ? " dash=1" : ""}`;
  });
  const lines = [
    "# Region file format: DS9 version 4.1",
    `# HETDEX focal plane at ${instantText(answer.instant)}, revision ${answer.revision}`,
    `# valid from ${instantText(answer.interval.from)} until ${openText(answer.interval.until)}`,
    `# confirmed until ${answer.confirmedUntil === null ? "never" : instantText(answer.confirmedUntil)}`,
    `# layout ${answer.layout}, ${answer.actualPositions ? "actual" : "nominal"} positions, sha256 of the text form ${answer.sha256}`,
    ...remarks,
    "global color=green dashlist=8 3 width=1 select=1 dash=0 fixed=0 edit=1 move=1 delete=1 include=1 source=1",
    system,
    ...regions,
  ];
  return `${lines.join("\n")}\n`;
}

function openText(instant: Instant | null): string {
  return instant === null ? "further notice" : instantText(instant);
}
