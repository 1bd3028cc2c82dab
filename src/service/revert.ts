import { FplaneError } from "../domain/errors.ts";
import { samePosition, sameUnit, seatedIfuKey } from "../domain/plane/placement.ts";
import { isVirusSeat } from "../domain/plane/seat.ts";
import {
  type ConfirmationFact,
  confirmedWithin,
  type Fact,
  type Facts,
  type PlacementFact,
  type PositionFact,
} from "../domain/record/fact.ts";
import { readBody } from "../domain/record/revision-body.ts";
import { alterations, joinStretches, type Row } from "../domain/record/timeline.ts";
import type { Identity } from "../domain/role.ts";
import { contains, type Instant, instantText, type Span } from "../domain/time/instant.ts";
import { shared, spanWithout } from "../domain/time/span.ts";
import { changesBetween } from "./changes.ts";
import { type Curation, type CurationResult, curate } from "./curate.ts";
import type { Deps } from "./deps.ts";
import type { PlacementRow, PositionRow, Writes } from "./store.ts";

export type RevertRequest = Curation & { readonly revision: number };

/**
 * Restores, as a new revision, what one revision changed. What a later revision has changed since is left as that one
 * made it, and said.
 *
 * @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter` when there is nothing to restore, `conflict`
 */
export async function revert(deps: Deps, identity: Identity | null, request: RevertRequest): Promise<CurationResult> {
  return await curate(deps, identity, "revert", request, async (tx, previous) => {
    const body = await tx.bodyOf(request.revision);
    if (body === null)
      throw new FplaneError("not-found", `there is no revision ${request.revision}: the newest is ${previous}`);
    const { facts } = readBody(body);
    demandRevertible(request.revision, facts);
    const placements = await restoredPlacements(tx, request.revision, previous, facts);
    const positions = await restoredPositions(tx, request.revision, previous, facts);
    if (placements.facts.length === 0 && positions.facts.length === 0) {
      throw new FplaneError(
        "bad-parameter",
        `nothing that revision ${request.revision} changed still stands: there is nothing to revert`,
      );
    }
    return {
      facts: {
        placements: placements.facts,
        positions: positions.facts,
        confirmations: [
          ...(await confirmedNoLonger(tx, request.revision, previous, facts)),
          ...(await confirmedAgain(tx, request.revision, previous, placements.facts)),
        ],
        holds: [],
      },
      ifuslots: [...new Set([...placements.facts, ...positions.facts].map((fact) => fact.ifuslot))],
      source: { reverts: request.revision },
      warnings: [...placements.warnings, ...positions.warnings],
    };
  });
}

/** @throws FplaneError `bad-parameter` for an act that is about no seat, or is ended in another way */
function demandRevertible(rev: number, { placements, positions, holds }: Facts): void {
  if (placements.length + positions.length > 0) return;
  const instead = holds.some((fact) => fact.value !== null) ? "; a hold is ended by releasing it" : "";
  const message = `revision ${rev} recorded no placement and no position: there is nothing to revert${instead}`;
  throw new FplaneError("bad-parameter", message);
}

type Restored<F> = { readonly facts: F[]; readonly warnings: string[] };

async function restoredPlacements(
  tx: Writes,
  rev: number,
  newest: number,
  { placements }: Facts,
): Promise<Restored<PlacementFact>> {
  const { older, newer } = await tx.placementsBetween(rev - 1, rev);
  const restored: Restored<PlacementFact> = { facts: [], warnings: [] };
  for (const ifuslot of new Set(placements.map((fact) => fact.ifuslot))) {
    const ownOf = (rows: readonly PlacementRow[]) =>
      rows.filter((row) => row.ifuslot === ifuslot).map(({ span, unit }) => ({ span, value: unit }));
    const now = async (span: Span) => ownOf(await tx.placementsOver([ifuslot], span, newest));
    const { facts, overtaken } = await asBefore({ older: ownOf(older), newer: ownOf(newer), now }, sameUnit);
    restored.facts.push(...facts.map((fact) => ({ ifuslot, ...fact })));
    restored.warnings.push(...overtaken.map((span) => changedSince(ifuslot, span)));
  }
  return restored;
}

async function restoredPositions(
  tx: Writes,
  rev: number,
  newest: number,
  { positions }: Facts,
): Promise<Restored<PositionFact>> {
  const { older, newer } = await tx.positionsBetween(rev - 1, rev);
  const restored: Restored<PositionFact> = { facts: [], warnings: [] };
  const ifus = new Map(positions.map(({ ifuslot, ifuid }) => [seatedIfuKey({ ifuslot, ifuid }), { ifuslot, ifuid }]));
  for (const [key, { ifuslot, ifuid }] of ifus) {
    const ownOf = (rows: readonly PositionRow[]) =>
      rows.filter((row) => seatedIfuKey(row) === key).map(({ span, position }) => ({ span, value: position }));
    const now = async (span: Span) => ownOf(await tx.positionsOver([ifuslot], span, newest));
    const { facts, overtaken } = await asBefore({ older: ownOf(older), newer: ownOf(newer), now }, samePosition);
    restored.facts.push(...facts.map((fact) => ({ ifuslot, ifuid, ...fact })));
    restored.warnings.push(...overtaken.map((span) => changedSince(ifuslot, span)));
  }
  return restored;
}

/** What is recorded of one key: by what a revision superseded and made, and what stands of it now. */
type Story<V> = {
  readonly older: readonly Row<V>[];
  readonly newer: readonly Row<V>[];
  readonly now: (span: Span) => Promise<readonly Row<V>[]>;
};

/** The pieces of what the revision altered that still are as it left them, with what was there before; and the others. */
async function asBefore<V>(
  { older, newer, now }: Story<V>,
  same: (a: V, b: V) => boolean,
): Promise<{ readonly facts: Fact<V>[]; readonly overtaken: Span[] }> {
  const facts: Fact<V>[] = [];
  const overtaken: Span[] = [];
  const altered = joinStretches(alterations(older, newer, same), ({ before, after }) => [before, after]);
  for (const { span, before, after } of altered) {
    const standing = stillAs(span, await now(span), after, same);
    facts.push(...standing.map((part) => ({ span: part, value: before })));
    if (!covers(standing, span)) overtaken.push(span);
  }
  return { facts, overtaken };
}

function changedSince(ifuslot: string, span: Span): string {
  const until = span.until === null ? "" : ` until ${instantText(span.until)}`;
  return `seat ${ifuslot}: what has been changed since, from ${instantText(span.from)}${until}, stays as it is`;
}

/** The parts of a span where the record still is what it was made. */
function stillAs<V>(span: Span, now: readonly Row<V>[], made: V | null, same: (a: V, b: V) => boolean): Span[] {
  const bounds = now
    .flatMap((row) => [row.span.from, row.span.until])
    .filter((bound) => bound !== null && contains(span, bound));
  const starts = [...new Set([span.from, ...(bounds as Instant[])])].sort((a, b) => a - b);
  return starts.flatMap((from, i) => {
    const value = now.find((row) => contains(row.span, from))?.value ?? null;
    const standing = value === null || made === null ? value === made : same(value, made);
    return standing ? [{ from, until: starts[i + 1] ?? span.until }] : [];
  });
}

function covers(parts: readonly Span[], span: Span): boolean {
  let at: Instant | null = span.from;
  for (const part of parts) {
    if (part.from !== at) return false;
    at = part.until;
  }
  return parts.length > 0 && at === span.until;
}

/**
 * What confirmed the restored stretches before the revision confirms them again, except where another VIRUS seat is not
 * what it was then: the whole focal plane is confirmed, or nothing of it.
 */
async function confirmedAgain(
  tx: Writes,
  rev: number,
  newest: number,
  restored: readonly PlacementFact[],
): Promise<ConfirmationFact[]> {
  const placed = restored.filter((fact) => isVirusSeat(fact.ifuslot));
  const others = (await changesBetween(tx, rev - 1, newest)).flatMap(({ span, seats }) =>
    seats.flatMap(({ ifuslot }) => {
      const spans = placed.filter((fact) => fact.ifuslot === ifuslot).map((fact) => fact.span);
      return isVirusSeat(ifuslot) ? spanWithout(span, spans) : [];
    }),
  );
  const again = new Map<string, ConfirmationFact>();
  for (const { span } of placed) {
    for (const row of await tx.confirmationsOver(span, rev - 1)) {
      for (const { from, until } of spanWithout(shared(row, span), others)) {
        if (until !== null) again.set(`${from}-${until}`, confirmedWithin(from, until)); // what is confirmed has an end
      }
    }
  }
  return [...again.values()];
}

/** What only the revision confirmed is so no longer, also where it changed no VIRUS seat. */
async function confirmedNoLonger(
  tx: Writes,
  rev: number,
  newest: number,
  { confirmations }: Facts,
): Promise<ConfirmationFact[]> {
  const facts: ConfirmationFact[] = [];
  for (const { span } of confirmations) {
    const known = async (at: number) =>
      (await tx.confirmationsOver(span, at)).map((row) => ({ span: shared(row, span), value: true as const }));
    const [older, newer, now] = await Promise.all([known(rev - 1), known(rev), known(newest)]);
    const story = { older, newer, now: async () => now };
    const restored = await asBefore<true>(story, Object.is);
    facts.push(...restored.facts.flatMap((fact) => (fact.value === null ? [{ span: fact.span, value: null }] : [])));
  }
  return facts;
}
