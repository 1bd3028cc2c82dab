import { FplaneError } from "../errors.ts";
import { shown } from "../shown.ts";
import { DAY, HOUR, SECOND } from "./instant.ts";

const UNITS = { s: SECOND, m: 60 * SECOND, h: HOUR, d: DAY } as const;

/**
 * Reads `24h`, `30m`, `90s`, `7d`, `1.5h` or `0`.
 *
 * @param what names it in the message
 * @returns microseconds
 * @throws FplaneError `bad-parameter`
 */
export function readDuration(text: string, what: string): number {
  const [, digits, unit] = /^(\d{1,6}(?:\.\d{1,3})?)([smhd])$/.exec(text) ?? [];
  if (digits !== undefined) return Math.round(Number(digits) * UNITS[unit as keyof typeof UNITS]);
  if (text === "0") return 0;
  throw new FplaneError(
    "bad-parameter",
    `${what} is ${shown(text)}: it takes a number and s, m, h or d, for example 24h`,
  );
}
