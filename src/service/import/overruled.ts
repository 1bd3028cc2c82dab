import { sameUnit } from "../../domain/plane/placement.ts";
import type { PlacementFact } from "../../domain/record/fact.ts";
import type { Revision, RevisionKind } from "../../domain/record/revision.ts";
import { overlaps } from "../../domain/time/instant.ts";
import { hull } from "../../domain/time/span.ts";
import { revisionsNamed } from "../revisions.ts";
import type { PlacementRow, Reads } from "../store.ts";

/** Acts by which somebody who knew better has put a placement right. */
const BY_HAND: readonly RevisionKind[] = ["correct", "revert"];

/** How many seats are named one by one. */
const MOST_NAMED = 8;

/** Tells for what a file says of seats which corrections that replaces, a sentence for each. */
export type Overruled = (placements: readonly PlacementFact[]) => string[];

/**
 * Looks up what people have put right over all that an import says: years of files that are imported a second time would
 * silently undo it.
 *
 * @param said by each file @param rev the newest revision before the import
 */
export async function correctionsUnder(
  reads: Reads,
  said: readonly (readonly PlacementFact[])[],
  rev: number,
): Promise<Overruled> {
  const spans = said.filter((facts) => facts.length > 0).map((facts) => hull(facts.map((fact) => fact.span)));
  if (spans.length === 0) return () => [];
  const ifuslots = [...new Set(said.flatMap((facts) => facts.map((fact) => fact.ifuslot)))];
  const rows = await reads.placementsOver(ifuslots, hull(spans), rev);
  const revisions = await revisionsNamed(
    reads,
    rows.map((row) => row.rev),
  );
  const putRight = rows.flatMap((row) => {
    const act = revisions.get(row.rev);
    return act !== undefined && BY_HAND.includes(act.kind) ? [{ ...row, act }] : [];
  });
  const bySeat = Map.groupBy(putRight, (row) => row.ifuslot);
  return (facts) => {
    const replaced = facts.flatMap((fact) => (bySeat.get(fact.ifuslot) ?? []).filter((row) => isReplaced(row, fact)));
    return [...Map.groupBy(replaced, (row) => row.act)].map(([act, ofAct]) =>
      replacedText(act, [...new Set(ofAct.map((row) => row.ifuslot))]),
    );
  };
}

function isReplaced({ unit, span }: PlacementRow, fact: PlacementFact): boolean {
  return overlaps(span, fact.span) && (fact.value === null || !sameUnit(unit, fact.value));
}

function replacedText({ rev, kind, actor, reason }: Revision, ifuslots: readonly string[]): string {
  const seats = ifuslots.length > MOST_NAMED ? `${ifuslots.length} seats` : ifuslots.join(", ");
  const by = `revision ${rev} (${kind} by ${actor}: ${reason})`;
  return `what ${by} says of ${seats} is replaced; --drop ${ifuslots.join(",")} keeps it`;
}
