import { DAY, type Instant, instantText, later } from "../../src/domain/time/instant.ts";
import type { Deps } from "../../src/service/deps.ts";
import type { TestClock } from "./observatory.ts";
import { newestRevision } from "./verbs.ts";

/** Days counted from an evening, for tests that have nights of their own. */
export function daysFrom(evening: Instant) {
  const at = (days: number): Instant => later(evening, days * DAY);
  return { at, day: (days: number) => instantText(at(days)) };
}

/** The evening on which a test begins: each has 40 days of its own, whatever the one before it left. */
export function nextEvening({ testClock }: { readonly testClock: TestClock }) {
  testClock.advance(40 * DAY);
  const evening = testClock.read();
  return { evening, ...daysFrom(evening) };
}

/**
 * The rows of a seat over some days as the newest revision knows them: `0-3 001 301`, `3- 001 399` (days, IFUID, SPECID).
 * One that begins earlier is told from day 0.
 */
export async function rowsOf(deps: Deps, ifuslot: string, from: Instant, days = 20): Promise<string[]> {
  const span = { from, until: later(from, days * DAY) };
  const rows = await deps.store.placementsOver([ifuslot], span, await newestRevision(deps));
  return rows.map(({ unit, span: { from: begin, until } }) => {
    const bound = (instant: Instant | null) => (instant === null ? "" : Math.max(0, (instant - from) / DAY));
    return `${bound(begin)}-${bound(until)} ${unit.ifuid ?? "000"} ${unit.specid ?? "000"}`;
  });
}
