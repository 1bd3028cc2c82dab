import { FplaneError } from "./errors.ts";
import { shown } from "./shown.ts";

const TRUE = new Set(["1", "true", "yes"]);
const FALSE = new Set(["0", "false", "no"]);

/**
 * Reads a flag as clients send it: 0, 1, true, false, yes, no, in any case, as text, number or boolean. Never by
 * truthiness: the text "false" is false.
 *
 * @throws FplaneError `bad-parameter` naming the flag
 */
export function readFlag(name: string, value: unknown, absent: boolean): boolean {
  if (value === undefined || value === null) return absent;
  const text = typeof value === "object" ? "" : String(value).toLowerCase(); // String(["yes"]) would be "yes"
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new FplaneError("bad-parameter", `${name} is ${shown(value)}: it takes 0, 1, true, false, yes or no`, {
    parameter: name,
  });
}
