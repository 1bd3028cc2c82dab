/** How times and numbers are written for people. */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2019-03-28 17:00:00 UTC`, without a fraction. */
export function timeText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)} UTC`;
}

/** `2019-03-28 17:00`, for tables whose heading says UTC. */
export function shortTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)}`;
}

/** `28 Mar 2019` of `20190328`. */
export function nightText(night: string): string {
  const month = MONTHS[Number(night.slice(4, 6)) - 1] ?? "";
  return `${Number(night.slice(6, 8))} ${month} ${night.slice(0, 4)}`;
}

/** `3 h`, `2 d`: how long ago it was, roughly. */
export function ageText(milliseconds: number): string {
  const minutes = Math.floor(Math.abs(milliseconds) / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / 1440);
  return days < 730 ? `${days} days` : `${Math.floor(days / 365)} years`;
}

/** `IFUID 075 → 074` of the server's `024  IFUID 075 -> 074`. */
export function withoutSeat(change: string): string {
  return withArrows(change.slice(5));
}

export function withArrows(change: string): string {
  return change.replaceAll("->", "→");
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `+0.213`: an offset, arcsec. */
export function offsetText(arcsec: number): string {
  const text = arcsec.toFixed(3);
  return arcsec > 0 ? `+${text}` : text.replace("-", "−");
}
