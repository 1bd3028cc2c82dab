import {
  type PlanePosition,
  type SeatedIfu,
  samePosition,
  sameUnit,
  seatedIfuKey,
  type Unit,
} from "../../domain/plane/placement.ts";
import { isVirusSeat } from "../../domain/plane/seat.ts";
import type { ConfirmationFact, Fact, Facts, HoldFact, PlacementFact, PositionFact } from "../../domain/record/fact.ts";
import { type RevisionBody, type StatusEntry, usersIn } from "../../domain/record/revision-body.ts";
import { recordOnTimeline } from "../../domain/record/timeline.ts";
import type { UserSecrets } from "../../domain/record/user-secrets.ts";
import type { Instant, Span } from "../../domain/time/instant.ts";
import { hull } from "../../domain/time/span.ts";
import type { HeldSeat, RecordedAt, RowChanges, Writes } from "../store.ts";

/** Turns the body of a revision into rows; a record is rebuilt from its bodies in the same way. */
export async function applyBody(
  tx: Writes,
  rev: number,
  body: RevisionBody,
  userSecrets: readonly UserSecrets[] = [],
): Promise<void> {
  const { facts, status, tag } = body;
  await Promise.all([applyFacts(tx, rev, facts), status === undefined ? null : applyStatus(tx, rev, status)]);
  if (tag !== undefined) await tx.addTag({ ...tag, rev });
  for (const [i, { username, role, enabled }] of usersIn(body).entries()) {
    const secrets = userSecrets[i];
    if (secrets === undefined) throw new Error(`revision ${rev} is about a user, but what is private of it is missing`);
    await tx.addUser({ username, role, enabled, ...secrets, rev });
  }
}

async function applyStatus(tx: Writes, rev: number, status: StatusEntry): Promise<void> {
  const { sha256, outcome, code, resolves, dataTime, startsAt } = status;
  const isTaken = dataTime !== null && startsAt !== null;
  await Promise.all([
    tx.addUpload({ rev, sha256, outcome, code, resolves }),
    isTaken ? tx.addHardwareStatus(rev, dataTime, startsAt) : null,
  ]);
}

/**
 * Where the facts alter what stands in a VIRUS seat, nothing confirms it any more, unless the revision itself does. All
 * that is recorded around them is read first and together: no statement waits for an answer that it does not need.
 */
async function applyFacts(tx: Writes, rev: number, facts: Facts): Promise<void> {
  const { placements, positions, confirmations, holds } = facts;
  const confirming = [...placements, ...confirmations];
  const [placed, measured, confirmed, held] = await Promise.all([
    placements.length > 0 ? tx.placementsTouching(seatsOf(placements), spanOf(placements)) : [],
    positions.length > 0 ? tx.positionsTouching(seatsOf(positions), spanOf(positions)) : [],
    confirming.length > 0 ? tx.confirmationsTouching(spanOf(confirming)) : [],
    holds.length > 0 ? tx.holdsTouching(seatsOf(holds), spanOf(holds)) : [],
  ]);
  const ofSeats = changesTo(placed, placements, PLACEMENT);
  const unconfirmed = ofSeats.altered.flatMap(({ key, span }) => (isVirusSeat(key) ? [{ span, value: null }] : []));
  await Promise.all([
    tx.changePlacements(rev, ofSeats),
    tx.changePositions(rev, changesTo(measured, positions, POSITION)),
    tx.changeConfirmations(rev, changesTo(confirmed, [...unconfirmed, ...confirmations], CONFIRMATION)),
    tx.changeHolds(rev, changesTo(held, holds, HOLD)),
  ]);
}

function seatsOf(facts: readonly { readonly ifuslot: string }[]): string[] {
  return [...new Set(facts.map((fact) => fact.ifuslot))];
}

function spanOf(facts: readonly { readonly span: Span }[]): Span {
  return hull(facts.map((fact) => fact.span));
}

/** What facts of a kind are about: each key has a timeline of its own. */
type Kind<F, K, V> = {
  readonly keyOf: (fact: F) => K;
  /** The same text for the same key. */
  readonly textOf: (key: K) => string;
  /** Whether two values say the same. */
  readonly same: (a: V, b: V) => boolean;
};

const PLACEMENT: Kind<PlacementFact, string, Unit> = {
  keyOf: (fact) => fact.ifuslot,
  textOf: String,
  same: sameUnit,
};

const POSITION: Kind<PositionFact, SeatedIfu, PlanePosition> = {
  keyOf: ({ ifuslot, ifuid }) => ({ ifuslot, ifuid }),
  textOf: seatedIfuKey,
  same: samePosition,
};

/** The whole focal plane is confirmed, or nothing of it: there is one timeline. */
const CONFIRMATION: Kind<ConfirmationFact, null, Instant> = { keyOf: () => null, textOf: String, same: Object.is };

const HOLD: Kind<HoldFact, HeldSeat, true> = {
  keyOf: ({ ifuslot, hold }) => ({ ifuslot, hold }),
  textOf: ({ ifuslot, hold }) => `${ifuslot}/${hold}`,
  same: Object.is,
};

type Changes<K, V> = RowChanges<K, V> & { readonly altered: readonly { readonly key: K; readonly span: Span }[] };

/** What the facts do to the rows. @param recorded those that they overlap or touch */
function changesTo<F extends Fact<V>, K, V>(
  recorded: readonly RecordedAt<K, V>[],
  facts: readonly F[],
  { keyOf, textOf, same }: Kind<F, K, V>,
): Changes<K, V> {
  const recordedByKey = Map.groupBy(recorded, (row) => textOf(row.key));
  const factsByKey = Map.groupBy(facts, (fact) => textOf(keyOf(fact)));
  const keys = new Map(facts.map(keyOf).map((key) => [textOf(key), key]));
  const changes = [...keys].map(([text, key]) => ({
    key,
    ...recordOnTimeline<V>(recordedByKey.get(text) ?? [], factsByKey.get(text) ?? [], same),
  }));
  return {
    said: facts.map((fact) => fact.span),
    superseded: changes.flatMap((change) => change.superseded),
    added: changes.flatMap(({ key, added }) => added.map((row) => ({ key, ...row }))),
    altered: changes.flatMap(({ key, altered }) => altered.map((span) => ({ key, span }))),
  };
}
