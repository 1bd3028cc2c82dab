import { FplaneError } from "../../src/domain/errors.ts";

/** @throws FplaneError `bad-parameter` for what is no whole number; `what` names it: `--base` */
export function wholeNumber(text: string, what: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new FplaneError("bad-parameter", `${what} is ${JSON.stringify(text.slice(0, 40))}: it takes a whole number`);
}

/** The same of a flag that may be missing. */
export function wholeNumberIn(text: string | undefined, what: string): number | undefined {
  return text === undefined ? undefined : wholeNumber(text, what);
}

/** Of something that is numbered from 1, as revisions are. @throws FplaneError `bad-parameter` */
export function ordinal(text: string, what: string): number {
  const number = wholeNumber(text, what);
  if (number > 0) return number;
  throw new FplaneError("bad-parameter", `${what} is ${text}: revisions are numbered from 1`);
}
