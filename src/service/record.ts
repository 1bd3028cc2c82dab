import { type Contradiction, contradictionError, contradictionsAmong } from "../domain/contradiction.ts";
import { sha256 } from "../domain/digest.ts";
import { type Fact, type Facts, recordOnTimeline, samePlacement, samePosition } from "../domain/fact.ts";
import { type Clock, type Instant, later, type Span } from "../domain/instant.ts";
import { hashedText, type Revision, type RevisionKind } from "../domain/revision.ts";
import { bodyText, type RevisionBody, type StatusEntry, usersIn } from "../domain/revision-body.ts";
import { isVirusSeat } from "../domain/seat.ts";
import type { UserSecrets } from "../domain/user-secrets.ts";
import type { HeldSeat, RecordedAt, RowChanges, SeatedIfu, Writes } from "./store.ts";
import { seatedIfu } from "./timelines.ts";

/** One act, as it goes into the record. */
export type Act = {
  readonly kind: RevisionKind;
  readonly actor: string;
  /** One line, why; may be empty where the act speaks for itself. */
  readonly reason: string;
  readonly body: RevisionBody;
  /** What a revision about users keeps out of the body, in the body's order of users. */
  readonly userSecrets?: readonly UserSecrets[] | undefined;
};

/**
 * Records an act as the next revision: its facts become rows, what they cover is superseded.
 *
 * @throws FplaneError `conflict` naming every IFU and spectrograph that would be in two seats at once
 */
export async function recordAct(tx: Writes, clock: Clock, act: Act): Promise<Revision> {
  const previous = await tx.newestRevision();
  const body = bodyText(act.body);
  const head = {
    rev: (previous?.rev ?? 0) + 1,
    recordedAt: recordTime(clock, previous),
    kind: act.kind,
    actor: oneLine(act.actor),
    reason: oneLine(act.reason),
    bodySha256: sha256(body),
    prevHash: previous?.hash ?? "",
  };
  const revision: Revision = { ...head, hash: sha256(hashedText(head)) };
  await Promise.all([
    tx.addRevision({ ...revision, body }),
    applyBody(tx, revision.rev, act.body, act.userSecrets), // what it reads is asked for together with that
  ]);
  const contradictions = await findContradictions(tx, revision.rev, act.body.facts);
  if (contradictions.length > 0) throw contradictionError(contradictions);
  return revision;
}

/** The database would refuse a contradiction too, but name only one. */
async function findContradictions(tx: Writes, rev: number, { placements }: Facts): Promise<Contradiction[]> {
  const idsOf = (kind: "ifuid" | "specid") => [...new Set(placements.flatMap((fact) => fact.value?.[kind] ?? []))];
  const ids = { ifuid: idsOf("ifuid"), specid: idsOf("specid") };
  if (ids.ifuid.length + ids.specid.length === 0) return [];
  const occupations = await tx.placementsWith(ids, hull(placements), rev);
  const among = (kind: "ifuid" | "specid") => {
    const wanted = new Set(ids[kind]);
    const groups = Map.groupBy(
      occupations.filter((row) => wanted.has(row[kind] ?? "")),
      (row) => (kind === "specid" ? row.instrument : "any"),
    );
    return [...groups.values()].flatMap((group) =>
      contradictionsAmong(
        kind,
        group.map(({ ifuslot, span, ...row }) => ({ id: row[kind] ?? "", ifuslot, span })),
      ),
    );
  };
  return [...among("ifuid"), ...among("specid")];
}

/** The record time only grows, whatever the clock does, and is taken while no other revision can be made. */
function recordTime(clock: Clock, previous: Revision | null): Instant {
  const now = clock();
  return previous === null || now > previous.recordedAt ? now : later(previous.recordedAt, 1);
}

/** The database refuses control characters: a line break in a name or a reason would forge lines of logs and of hashes. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

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
    placements.length > 0 ? tx.placementsTouching(seatsOf(placements), hull(placements)) : [],
    positions.length > 0 ? tx.positionsTouching(seatsOf(positions), hull(positions)) : [],
    confirming.length > 0 ? tx.confirmationsTouching(hull(confirming)) : [],
    holds.length > 0 ? tx.holdsTouching(seatsOf(holds), hull(holds)) : [],
  ]);
  const ofSeats = timelines(placed, placements, (fact) => fact.ifuslot, String, samePlacement);
  const ofIfus = timelines(measured, positions, ifuOf, seatedIfu, samePosition);
  const unconfirmed = ofSeats.altered.flatMap(({ key, span }) => (isVirusSeat(key) ? [{ span, value: null }] : []));
  const ofConfirmations = timelines(confirmed, [...unconfirmed, ...confirmations], () => null, String, Object.is);
  const ofHolds = timelines(held, holds, heldSeatOf, ({ ifuslot, hold }) => `${ifuslot}/${hold}`, Object.is);
  await Promise.all([
    tx.changePlacements(rev, ofSeats),
    tx.changePositions(rev, ofIfus),
    tx.changeConfirmations(rev, ofConfirmations),
    tx.changeHolds(rev, ofHolds),
  ]);
}

function ifuOf({ ifuslot, ifuid }: SeatedIfu): SeatedIfu {
  return { ifuslot, ifuid };
}

function heldSeatOf({ ifuslot, hold }: HeldSeat): HeldSeat {
  return { ifuslot, hold };
}

function seatsOf(facts: readonly { readonly ifuslot: string }[]): string[] {
  return [...new Set(facts.map((fact) => fact.ifuslot))];
}

function hull(facts: readonly { readonly span: Span }[]): Span {
  const from = Math.min(...facts.map((fact) => fact.span.from)) as Instant;
  const open = facts.some((fact) => fact.span.until === null);
  return { from, until: open ? null : (Math.max(...facts.map((fact) => fact.span.until ?? 0)) as Instant) };
}

type Changes<K, V> = RowChanges<K, V> & { readonly altered: readonly { readonly key: K; readonly span: Span }[] };

/** Records each key's facts on its own timeline. */
function timelines<K, V, F extends Fact<V>>(
  recorded: readonly RecordedAt<K, V>[],
  facts: readonly F[],
  keyOf: (fact: F) => K,
  name: (key: K) => string,
  same: (a: V, b: V) => boolean,
): Changes<K, V> {
  const factsByKey = Map.groupBy(facts, (fact) => name(keyOf(fact)));
  const recordedByKey = Map.groupBy(recorded, (row) => name(row.key));
  const changes: {
    superseded: number[];
    added: { key: K; span: Span; value: V; by?: number | undefined }[];
    altered: { key: K; span: Span }[];
  } = {
    superseded: [],
    added: [],
    altered: [],
  };
  for (const [id, keyed] of factsByKey) {
    const [first] = keyed;
    if (first === undefined) continue;
    const key = keyOf(first);
    const change = recordOnTimeline<V>(recordedByKey.get(id) ?? [], keyed, same);
    changes.superseded.push(...change.superseded);
    changes.added.push(...change.added.map((row) => ({ key, ...row })));
    changes.altered.push(...change.altered.map((span) => ({ key, span })));
  }
  return changes;
}
