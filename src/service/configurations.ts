import { focalPlane } from "../domain/plane/focal-plane.ts";
import { isVirusSeat, SEATS } from "../domain/plane/seat.ts";
import { contains, overlaps, type Span } from "../domain/time/instant.ts";
import { elementary, shared } from "../domain/time/span.ts";
import { type Configuration, configurationAt } from "./configuration.ts";
import type { PlacementRow, PositionRow, Reads } from "./store.ts";

export type LastingConfiguration = Pick<Configuration, "plane" | "interval">;

/**
 * Every configuration that a revision knows in a span, by time, each once, with the whole interval in which it stays the
 * same (which may begin before the span and end after it). Gaps are left out. A handful of reads, however long the span is.
 *
 * @param actualPositions measured positions where there are any; else the nominal ones, arcsec
 */
export async function configurationsOver(
  reads: Reads,
  span: Span,
  rev: number,
  actualPositions: boolean,
): Promise<LastingConfiguration[]> {
  const placements = await reads.placementsOver(SEATS, span, rev);
  const positions = (await reads.positionsOver(SEATS, span, rev)).filter(
    (row) => actualPositions || !isVirusSeat(row.ifuslot),
  );
  // A position is of effect, and its bounds matter, only while its IFU sits in the seat.
  const effective = positions.flatMap((row) =>
    placements
      .filter((placement) => isOf(row, placement))
      .map(({ span: seated }) => ({ ...row, span: shared(row.span, seated) })),
  );
  const rows = [...placements, ...effective].map((row) => row.span);
  const found = elementary(rows)
    .filter((stretch) => overlaps(stretch, span))
    .flatMap((interval) => {
      const there = placements.filter((row) => contains(row.span, interval.from));
      if (!there.some((row) => isVirusSeat(row.ifuslot))) return [];
      return [
        configurationOf(
          there,
          effective.filter((row) => contains(row.span, interval.from)),
          interval,
        ),
      ];
    });
  for (const [i, { plane, interval }] of found.entries()) {
    const begins = span.from <= interval.from;
    const ends = span.until === null || (interval.until !== null && interval.until <= span.until);
    if (begins && ends) continue;
    // Rows outside the span, which were not read, may bound what reaches out of it.
    const inside = begins ? interval.from : span.from;
    found[i] = { plane, interval: (await configurationAt(reads, inside, rev, actualPositions)).interval };
  }
  return found;
}

/** Whether a position is that of the IFU which a placement puts into the seat, at some time of it. */
function isOf(position: PositionRow, placement: PlacementRow): boolean {
  return (
    placement.ifuslot === position.ifuslot &&
    placement.unit.ifuid === position.ifuid &&
    overlaps(placement.span, position.span)
  );
}

function configurationOf(
  placements: readonly PlacementRow[],
  positions: readonly PositionRow[],
  interval: Span,
): LastingConfiguration {
  const placementOf = new Map(placements.map((row) => [row.ifuslot, row]));
  const used = positions.filter((row) => placementOf.get(row.ifuslot)?.unit.ifuid === row.ifuid);
  const positionOf = new Map(used.map((row) => [row.ifuslot, row.position]));
  return {
    plane: focalPlane(
      (ifuslot) => placementOf.get(ifuslot)?.unit ?? null,
      (ifuslot) => positionOf.get(ifuslot) ?? null,
    ),
    interval,
  };
}
