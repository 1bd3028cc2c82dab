import { samePosition, sameUnit, seatedIfuKey } from "../../domain/plane/placement.ts";
import type { PlacementFact, PositionFact } from "../../domain/record/fact.ts";
import type { Revision, RevisionKind } from "../../domain/record/revision.ts";
import { overlaps, type Span } from "../../domain/time/instant.ts";
import { hull, spanWithout } from "../../domain/time/span.ts";
import { revisionsNamed } from "../revisions.ts";
import type { Reads } from "../store.ts";
import type { RecordSoFar } from "./import-statements.ts";
import type { ExcerptRow } from "./record-excerpt.ts";

/** Acts by which somebody who knew better has put the record right. */
const BY_HAND: readonly RevisionKind[] = ["correct", "revert", "positions"];

/** And by which somebody took something back that was wrong: nothing is known there now. */
const TAKING_BACK: readonly RevisionKind[] = ["retract", "revert"];

/** How many seats are named one by one. */
const MOST_NAMED = 8;

/** What a file is about to record. */
type Said = { readonly placements: readonly PlacementFact[]; readonly positions: readonly PositionFact[] };

/** Tells which acts by hand that undoes, a sentence for each. */
export type Overruled = (said: Said) => string[];

/** An act, and of which seat something of it is undone. */
type Undone = { readonly act: Revision; readonly ifuslot: string };

/**
 * Looks up what people have put right over all that an import says: years of files that are imported a second time would
 * silently undo it.
 *
 * @param said by each file @param before what is recorded there @param rev the newest revision before the import
 */
export async function overruledBy(
  reads: Reads,
  said: readonly (readonly PlacementFact[])[],
  { seats, positions }: RecordSoFar,
  rev: number,
): Promise<Overruled> {
  const placements = said.flat();
  if (placements.length === 0) return () => [];
  const ifuslots = [...new Set(placements.map((fact) => fact.ifuslot))];
  const over = hull(placements.map((fact) => fact.span));
  const takenBack = await reads.placementsSupersededBy(TAKING_BACK, ifuslots, over, rev);
  const named = [...seats.rows, ...positions.rows, ...takenBack].map((row) => row.rev);
  const acts = await revisionsNamed(reads, named);
  const byHand = <Row extends { readonly rev: number }>(row: Row): (Row & { readonly act: Revision })[] => {
    const act = acts.get(row.rev);
    return act !== undefined && BY_HAND.includes(act.kind) ? [{ ...row, act }] : [];
  };
  const [unitsByHand, positionsByHand] = [byKey(seats.rows.flatMap(byHand)), byKey(positions.rows.flatMap(byHand))];
  const recorded = byKey(seats.rows);
  const takenBackBySeat = Map.groupBy(takenBack, (row) => row.ifuslot);
  return (file) => {
    const replaced = file.placements.flatMap((fact) =>
      (unitsByHand.get(fact.ifuslot) ?? []).filter((row) => isReplaced(row, fact, sameUnit)).map(undone(fact)),
    );
    const measured = file.positions.flatMap((fact) =>
      (positionsByHand.get(seatedIfuKey(fact)) ?? [])
        .filter((row) => isReplaced(row, fact, samePosition))
        .map(undone(fact)),
    );
    const again = file.placements.flatMap((fact) => {
      const free = spanWithout(
        fact.span,
        (recorded.get(fact.ifuslot) ?? []).map((row) => row.span),
      );
      const revs = lastIn(free, takenBackBySeat.get(fact.ifuslot) ?? []);
      return revs.flatMap((each) => acts.get(each) ?? []).map((act) => ({ act, ifuslot: fact.ifuslot }));
    });
    return [
      ...sentences(replaced, (by, of) => `what ${by} says of ${of} is replaced`),
      ...sentences(measured, (by, of) => `the position of ${of} by ${by} is replaced`),
      ...sentences(again, (by, of) => `what ${by} has taken back of ${of} is recorded again`),
    ];
  };
}

function byKey<Row extends { readonly key: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  return Map.groupBy(rows, (row) => row.key);
}

function undone({ ifuslot }: { readonly ifuslot: string }) {
  return ({ act }: { readonly act: Revision }): Undone => ({ act, ifuslot });
}

function isReplaced<V>(
  { value, span }: Pick<ExcerptRow<V>, "value" | "span">,
  fact: { readonly span: Span; readonly value: V | null },
  same: (a: V, b: V) => boolean,
): boolean {
  return overlaps(span, fact.span) && (fact.value === null || !same(value, fact.value));
}

/** The revisions that were the last to take something back in one of the stretches. */
function lastIn(free: readonly Span[], takenBack: readonly { readonly span: Span; readonly rev: number }[]): number[] {
  const revs = new Set<number>();
  let left = free;
  for (const { span, rev } of takenBack.toSorted((a, b) => b.rev - a.rev)) {
    if (left.some((part) => overlaps(part, span))) revs.add(rev);
    left = left.flatMap((part) => spanWithout(part, [span]));
  }
  return [...revs];
}

/** @param tell what is undone of the seats that are named */
function sentences(all: readonly Undone[], tell: (by: string, of: string) => string): string[] {
  return [...Map.groupBy(all, ({ act }) => act)].map(([{ rev, kind, actor, reason }, ofAct]) => {
    const ifuslots = [...new Set(ofAct.map(({ ifuslot }) => ifuslot))];
    const seats = ifuslots.length > MOST_NAMED ? `${ifuslots.length} seats` : ifuslots.join(", ");
    const what = tell(`revision ${rev} (${kind} by ${actor}: ${reason})`, seats);
    return `${what}; --drop ${ifuslots.join(",")} keeps it`;
  });
}
