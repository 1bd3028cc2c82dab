import { FplaneError } from "../errors.ts";
import { decimalOf } from "../files/decimal.ts";
import { shown } from "../shown.ts";
import type { Pointing } from "./sky.ts";

const NAMES = ["ra", "dec", "pa"] as const;
const LIMITS: Readonly<Record<keyof Pointing, readonly [number, number]>> = {
  ra: [0, 360],
  dec: [-90, 90],
  pa: [-360, 360],
};

/**
 * Reads a pointing as clients send it: three numbers, or texts of them, in degrees. Only regions can be told in the sky, and
 * a guess at one of the three would put them all in a wrong place.
 *
 * @param format the form of the answer that is asked for
 * @returns null when none of the three is given
 * @throws FplaneError `bad-parameter` naming the one that is missing or wrong
 */
export function readPointing(
  values: Readonly<Partial<Record<keyof Pointing, string | number | undefined>>>,
  format: string,
): Pointing | null {
  const given = NAMES.filter((name) => values[name] !== undefined);
  if (given.length === 0) return null;
  if (format !== "ds9") {
    throw new FplaneError(
      "bad-parameter",
      `${namesText(given)} given, but the format is ${format}: ra, dec and pa place regions in the sky, with the format ds9`,
      { parameter: given[0] },
    );
  }
  const missing = NAMES.filter((name) => values[name] === undefined);
  if (missing.length > 0) {
    throw new FplaneError(
      "bad-parameter",
      `${namesText(given)} given without ${missing.join(" and ")}: a pointing is ra, dec and pa, or none of them`,
      { parameter: missing[0] },
    );
  }
  return { ra: angleOf(values, "ra"), dec: angleOf(values, "dec"), pa: angleOf(values, "pa") };
}

function angleOf(values: Parameters<typeof readPointing>[0], name: keyof Pointing): number {
  const value = values[name];
  const angle = decimalOf(String(value).trim()); // a + of an address arrives as a blank
  const [least, most] = LIMITS[name];
  if (angle >= least && angle <= most) return angle;
  throw new FplaneError(
    "bad-parameter",
    `${name} is ${shown(value)}: it takes degrees, a number from ${least} to ${most} such as ${name === "dec" ? "51.05" : "187.5"}`,
    { parameter: name },
  );
}

function namesText(names: readonly string[]): string {
  if (names.length === 1) return `${names[0]} is`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are`;
}
