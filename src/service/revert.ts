import { changedSpans } from "../domain/change-spans.ts";
import { FplaneError } from "../domain/errors.ts";
import {
  type ConfirmationFact,
  confirmedWithin,
  type Facts,
  type PlacementFact,
  samePlacement,
  samePosition,
} from "../domain/fact.ts";
import { spanWithout } from "../domain/held-seats.ts";
import { contains, type Instant, instantText, type Span } from "../domain/instant.ts";
import { readBody } from "../domain/revision-body.ts";
import type { Identity } from "../domain/role.ts";
import { isVirusSeat } from "../domain/seat.ts";
import { changesBetween } from "./changes.ts";
import { type Curation, type CurationResult, curate } from "./curate.ts";
import type { Deps } from "./deps.ts";
import type { Writes } from "./store.ts";

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
    const placements = await restored(tx, request.revision, previous, facts);
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
        confirmations: await confirmations(tx, request.revision, previous, placements.facts),
        holds: [],
      },
      ifuslots: [...new Set([...placements.facts, ...positions.facts].map((fact) => fact.ifuslot))],
      source: { reverts: request.revision },
      warnings: [...placements.warnings, ...positions.warnings],
    };
  });
}

type Restored<F> = { readonly facts: F[]; readonly warnings: string[] };

/** The pieces of what the revision altered that still are as it left them, with what was there before. */
async function restored(
  tx: Writes,
  rev: number,
  newest: number,
  { placements }: Facts,
): Promise<Restored<Facts["placements"][number]>> {
  const seats = [...new Set(placements.map((fact) => fact.ifuslot))];
  const between = await tx.placementsBetween(rev - 1, rev);
  const facts: Facts["placements"][number][] = [];
  const warnings: string[] = [];
  for (const ifuslot of seats) {
    const rows = (side: "older" | "newer") =>
      between[side].filter((row) => row.ifuslot === ifuslot).map(({ span, unit }) => ({ span, value: unit }));
    for (const { span, seats: changes } of changedSpans(
      [{ ifuslot, older: rows("older"), newer: rows("newer") }],
      [],
    )) {
      for (const change of changes) {
        const now = (await tx.placementsOver([ifuslot], span, newest)).map(({ span: s, unit }) => ({
          span: s,
          value: unit,
        }));
        const standing = stillAs(span, now, change.after, samePlacement);
        facts.push(...standing.map((part) => ({ ifuslot, span: part, value: change.before })));
        if (!covers(standing, span)) warnings.push(changedSince(ifuslot, span));
      }
    }
  }
  return { facts, warnings };
}

async function restoredPositions(
  tx: Writes,
  rev: number,
  newest: number,
  { positions }: Facts,
): Promise<Restored<Facts["positions"][number]>> {
  const between = await tx.positionsBetween(rev - 1, rev);
  const facts: Facts["positions"][number][] = [];
  const warnings: string[] = [];
  const ifus = new Map(positions.map(({ ifuslot, ifuid }) => [`${ifuslot}/${ifuid}`, { ifuslot, ifuid }]));
  for (const { ifuslot, ifuid } of ifus.values()) {
    const own = (row: { ifuslot: string; ifuid: string }) => row.ifuslot === ifuslot && row.ifuid === ifuid;
    const rows = (side: "older" | "newer") =>
      between[side].filter(own).map(({ span, position }) => ({ span, value: position }));
    const always = [{ from: Number.MIN_SAFE_INTEGER as Instant, until: null }];
    const changes = changedSpans([], [{ ifuslot, ifuid, older: rows("older"), newer: rows("newer"), seated: always }]);
    for (const { span, positions: changed } of changes) {
      for (const change of changed) {
        const now = (await tx.positionsOver([ifuslot], span, newest))
          .filter(own)
          .map(({ span: s, position }) => ({ span: s, value: position }));
        const standing = stillAs(span, now, change.after, samePosition);
        facts.push(...standing.map((part) => ({ ifuslot, ifuid, span: part, value: change.before })));
        if (!covers(standing, span)) warnings.push(changedSince(ifuslot, span));
      }
    }
  }
  return { facts, warnings };
}

function changedSince(ifuslot: string, span: Span): string {
  const until = span.until === null ? "" : ` until ${instantText(span.until)}`;
  return `seat ${ifuslot}: what has been changed since, from ${instantText(span.from)}${until}, stays as it is`;
}

/** The parts of a span where the record still is what it was made. */
function stillAs<V>(
  span: Span,
  now: readonly { span: Span; value: V }[],
  made: V | null,
  same: (a: V, b: V) => boolean,
): Span[] {
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
async function confirmations(
  tx: Writes,
  rev: number,
  newest: number,
  restoredFacts: readonly PlacementFact[],
): Promise<ConfirmationFact[]> {
  const placed = restoredFacts.filter((fact) => isVirusSeat(fact.ifuslot));
  const others = (await changesBetween(tx, rev - 1, newest)).flatMap(({ span, seats }) =>
    seats.flatMap(({ ifuslot }) => {
      const spans = placed.filter((fact) => fact.ifuslot === ifuslot).map((fact) => fact.span);
      return isVirusSeat(ifuslot) ? spanWithout(span, spans) : [];
    }),
  );
  const facts = new Map<string, ConfirmationFact>();
  for (const { span } of placed) {
    for (const row of await tx.confirmationsOver(span, rev - 1)) {
      const from = Math.max(row.from, span.from) as Instant;
      const until = Math.min(row.until ?? Number.POSITIVE_INFINITY, span.until ?? Number.POSITIVE_INFINITY) as Instant;
      for (const part of spanWithout({ from, until }, others)) {
        facts.set(`${part.from}-${part.until}`, confirmedWithin(part.from, part.until ?? until));
      }
    }
  }
  return [...facts.values()];
}
