import type { SeatChange } from "../plane/seat-changes.ts";
import type { Span } from "../time/instant.ts";

/**
 * The spans over which a status must leave seats alone: where they are held, and, since an IFU and a spectrograph are in
 * one seat only, where another seat would take what a held one keeps, and so on from seat to seat.
 *
 * @param held the held spans by seat
 */
export function blockedSpans(
  changes: readonly SeatChange[],
  held: ReadonlyMap<string, readonly Span[]>,
): ReadonlyMap<string, readonly Span[]> {
  const blocked = new Map<string, readonly Span[]>(
    changes.flatMap(({ ifuslot }) => {
      const spans = held.get(ifuslot);
      return spans === undefined ? [] : [[ifuslot, spans] as const];
    }),
  );
  for (let growing = blocked.size > 0; growing; ) {
    growing = false;
    for (const change of changes) {
      for (const keeper of changes) {
        const spans = blocked.get(keeper.ifuslot);
        if (spans === undefined || !takesFrom(change, keeper)) continue;
        const own = blocked.get(change.ifuslot) ?? [];
        const more = spans.filter(
          (span) => !own.some((known) => known.from === span.from && known.until === span.until),
        );
        if (more.length === 0) continue;
        blocked.set(change.ifuslot, [...own, ...more]);
        growing = true;
      }
    }
  }
  return blocked;
}

/** Whether a seat would get the IFU or the spectrograph that another one keeps. */
function takesFrom({ after }: SeatChange, { before }: SeatChange): boolean {
  if (after === null || before === null) return false;
  const sameIfu = after.ifuid !== null && after.ifuid === before.ifuid;
  return sameIfu || (after.specid !== null && after.specid === before.specid);
}
