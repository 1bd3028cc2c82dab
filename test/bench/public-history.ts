import { publicHistoryFiles } from "../../bin/project/demo.ts";

/** The night that is asked for where it is always the same one: `YYYYMMDD`, one with many units. */
export const HOT_NIGHT = "20190328";

/** The file of every configuration of the public history, by the local night from which on it holds. */
export function historyFiles(): { readonly night: string; readonly text: string }[] {
  return publicHistoryFiles().map(({ from, text }) => ({ night: from, text }));
}

/** The file that is valid in a night. */
export function fileOf(night: string): string {
  const text = historyFiles().findLast((file) => file.night <= night)?.text;
  if (text === undefined) throw new Error(`nothing is recorded for ${night}`);
  return text;
}

/** So many local nights from one on, `YYYYMMDD`. */
export function nightsFrom(first: string, count: number): string[] {
  const start = Temporal.PlainDate.from(first);
  return Array.from({ length: count }, (_, i) => start.add({ days: i }).toString().replaceAll("-", ""));
}

/** The paths that random-nights.lua asks for. */
export function pathsOfTenYears(): string[] {
  return nightsFrom("20170110", 3601).map((night) => `/fplane/${night}`);
}
