import { FplaneError } from "../domain/errors.ts";
import { seatedIfuKey } from "../domain/plane/placement.ts";
import { changedSpans, changesInAnswers, type SpanChange } from "../domain/record/change-spans.ts";
import type { Instant, Span } from "../domain/time/instant.ts";
import { nightsOf } from "../domain/time/night.ts";
import { resolveAsOf } from "./as-of.ts";
import type { Deps } from "./deps.ts";
import type { PlacementRow, Reads } from "./store.ts";

/** What two revisions know differently, and the nights that it concerns. */
export type ChangesResult = {
  readonly fromRev: number;
  readonly toRev: number;
  readonly changes: readonly SpanChange[];
  /** The nights (date of the evening, `YYYY-MM-DD`) whose data are to be reduced again; an open end counts until now. */
  readonly nights: readonly string[];
};

/**
 * The spans of valid time whose answer differs between two revisions: what to reduce again. A CONTID that was learned is
 * left out, since no file shows it.
 *
 * @param toRev a revision, tag or timestamp like `fromRev`; by default the newest
 * @throws FplaneError `not-found`, `bad-parameter` when the second is older than the first
 */
export async function getChanges(
  deps: Deps,
  request: { readonly fromRev: string; readonly toRev?: string | undefined },
): Promise<ChangesResult> {
  const fromRev = (await resolveAsOf(deps, request.fromRev))?.rev ?? 0;
  const toRev = (await resolveAsOf(deps, request.toRev))?.rev ?? 0;
  if (toRev < fromRev) {
    throw new FplaneError("bad-parameter", `revision ${toRev} is older than ${fromRev}: ask the other way round`);
  }
  const changes = changesInAnswers(await changesBetween(deps.store, fromRev, toRev));
  return { fromRev, toRev, changes, nights: nightsIn(deps, changes) };
}

/** The nights that the changes concern, each once. */
export function nightsIn(deps: Pick<Deps, "clock" | "timeZone">, changes: readonly SpanChange[]): string[] {
  const now = deps.clock();
  const nights = new Set<string>();
  for (const { span } of changes) {
    const until = span.until === null || span.until > now ? now : span.until;
    if (span.from < until) for (const night of nightsOf(span.from, until, deps.timeZone)) nights.add(night);
  }
  return [...nights].sort();
}

export async function changesBetween(reads: Reads, older: number, newer: number): Promise<SpanChange[]> {
  const placements = await reads.placementsBetween(older, newer);
  const positions = await reads.positionsBetween(older, newer);
  const measured = [...positions.older, ...positions.newer];
  const seated = await seatedSpans(reads, measured, [older, newer]);
  const seats = [...new Set([...placements.older, ...placements.newer].map((row) => row.ifuslot))].sort();
  const value = ({ span, unit }: PlacementRow) => ({ span, value: unit });
  const ifus = [...Map.groupBy(measured, seatedIfuKey).values()];
  return changedSpans(
    seats.map((ifuslot) => ({
      ifuslot,
      older: placements.older.filter((row) => row.ifuslot === ifuslot).map(value),
      newer: placements.newer.filter((row) => row.ifuslot === ifuslot).map(value),
    })),
    ifus.flatMap(([first]) => {
      if (first === undefined) return [];
      const { ifuslot, ifuid } = first;
      const own = (rows: typeof measured) =>
        rows
          .filter((row) => row.ifuslot === ifuslot && row.ifuid === ifuid)
          .map(({ span, position }) => ({ span, value: position }));
      return [
        {
          ifuslot,
          ifuid,
          older: own([...positions.older]),
          newer: own([...positions.newer]),
          seated: seated(ifuslot, ifuid),
        },
      ];
    }),
  );
}

/** When each of the measured IFUs sat in its seat, as either revision knows it. */
async function seatedSpans(
  reads: Reads,
  measured: readonly { readonly ifuslot: string; readonly span: Span }[],
  revisions: readonly number[],
): Promise<(ifuslot: string, ifuid: string) => Span[]> {
  if (measured.length === 0) return () => [];
  const ifuslots = [...new Set(measured.map((row) => row.ifuslot))];
  const from = Math.min(...measured.map((row) => row.span.from)) as Instant;
  const rows: PlacementRow[] = [];
  for (const rev of revisions) rows.push(...(await reads.placementsOver(ifuslots, { from, until: null }, rev)));
  return (ifuslot, ifuid) =>
    rows.filter((row) => row.ifuslot === ifuslot && row.unit.ifuid === ifuid).map((row) => row.span);
}
