import type { Answer } from "../answer.ts";
import { idText, positionText, rowsOf } from "../fplane-file.ts";
import { type Instant, instantText } from "../instant.ts";

/** The side of one seat's box, arcsec: an IFU covers about 51 arcsec, and boxes of neighbours must not touch. */
const SIDE = 50;

/**
 * The answer as a DS9 region file: one box a seat, labelled with seat and SPECID, dashed where no spectrograph is fed.
 *
 * The boxes are in `physical` coordinates with one unit to the arcsec, the origin at the IHMP centre: it is the only
 * system of DS9 that has an origin of its own without a sky, since an image sets it by LTV and LTM (`image` starts at
 * the corner pixel, `linear` needs a WCS, and the sky needs a pointing, which no focal plane has).
 */
export function renderDs9(answer: Answer): string {
  const boxes = rowsOf(answer.plane, answer.layout).map(({ ifuslot, specid, x, y }) => {
    const shape = `box(${positionText(x)},${positionText(y)},${SIDE},${SIDE},0)`;
    return `${shape} # text={${ifuslot} ${idText(specid)}}${specid === null ? " dash=1" : ""}`;
  });
  const lines = [
    "# Region file format: DS9 version 4.1",
    `# HETDEX focal plane at ${instantText(answer.instant)}, revision ${answer.revision}`,
    `# valid from ${instantText(answer.interval.from)} until ${openText(answer.interval.until)}`,
    `# confirmed until ${answer.confirmedUntil === null ? "never" : instantText(answer.confirmedUntil)}`,
    `# layout ${answer.layout}, ${answer.actualPositions ? "actual" : "nominal"} positions, sha256 of the text form ${answer.sha256}`,
    "# physical coordinates are focal-plane arcsec from the IHMP centre: for an image with 1 arcsec pixels",
    "# set LTV1 and LTV2 to its pixel at the centre, LTM1_1 and LTM2_2 to 1",
    "global color=green dashlist=8 3 width=1 select=1 dash=0 fixed=0 edit=1 move=1 delete=1 include=1 source=1",
    "physical",
    ...boxes,
  ];
  return `${lines.join("\n")}\n`;
}

function openText(instant: Instant | null): string {
  return instant === null ? "further notice" : instantText(instant);
}
