import { FplaneError } from "../errors.ts";
import { parseDatestr } from "./datestr.ts";

const DATE = /(?<!\d)(?:\d{8}|\d{4}-\d\d-\d\d)(?!\d)/g;

/**
 * The night that the name of a focal-plane file states: the first date in it that exists, as the name writes it.
 *
 * @param name the base name, `fplane20181008.txt`
 * @throws FplaneError `bad-parameter` when there is none, or when it belongs to a UT timestamp or a shot id, whose night is
 * not the one of that date
 */
export function nightInName(name: string): string {
  for (const { 0: date, index } of name.matchAll(DATE)) {
    if (!exists(date)) continue;
    const rest = name.slice(index + date.length);
    if (!/^(T\d|v\d{3})/.test(rest)) return date;
    const kind = rest.startsWith("v") ? "a shot id" : "a timestamp";
    throw new FplaneError(
      "bad-parameter",
      `${name}: the date in the name is that of ${kind} (UT), so the night is not certain; give the start with --from`,
    );
  }
  throw new FplaneError(
    "bad-parameter",
    `${name}: the name holds no date (YYYYMMDD or YYYY-MM-DD); give the start with --from`,
  );
}

function exists(date: string): boolean {
  try {
    return parseDatestr(date).kind === "date";
  } catch {
    return false;
  }
}
