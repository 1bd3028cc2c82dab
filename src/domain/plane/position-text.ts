import { decimalOf } from "../files/decimal.ts";
import { shown } from "../shown.ts";

/** What the file's `%8.3f` column holds, arcsec; the focal plane itself ends at about 550. */
const LEAST_POSITION = -999.999;
const GREATEST_POSITION = 9999.999;

/** A position in arcsec with three decimals, as C's `%.3f`, except that nothing is written `-0.000`. */
export function positionText(arcsec: number): string {
  const text = arcsec.toFixed(3);
  return text === "-0.000" ? "0.000" : text;
}

/** A coordinate, arcsec, rounded to three decimals; or what is wrong with it, as the end of a sentence that begins with its name. */
export function readPosition(text: string): { readonly arcsec: number } | { readonly problem: string } {
  const arcsec = Number(positionText(decimalOf(text)));
  if (Number.isNaN(arcsec)) return { problem: `is ${shown(text)}; it is a number of arcsec such as -349.910` };
  if (arcsec >= LEAST_POSITION && arcsec <= GREATEST_POSITION) return { arcsec };
  return { problem: `is ${shown(text)}; the file holds ${LEAST_POSITION} to ${GREATEST_POSITION} arcsec` };
}
