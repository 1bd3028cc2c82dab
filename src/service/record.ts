import { type Contradiction, contradictionError, contradictionsAmong } from "../domain/contradiction.ts";
import { sha256 } from "../domain/digest.ts";
import {
  type ConfirmationFact,
  type Fact,
  type Facts,
  recordOnTimeline,
  samePlacement,
  samePosition,
} from "../domain/fact.ts";
import { type Clock, type Instant, later, type Span } from "../domain/instant.ts";
import { hashedText, type Revision, type RevisionKind } from "../domain/revision.ts";
import { bodyText, type RevisionBody, usersIn } from "../domain/revision-body.ts";
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
  await tx.addRevision({ ...revision, body });
  await applyBody(tx, revision.rev, act.body, act.userSecrets);
  const contradictions = await findContradictions(tx, revision.rev, act.body.facts);
  if (contradictions.length > 0) throw contradictionError(contradictions);
  return revision;
}

/** The database would refuse a contradiction too, but name only one. */
async function findContradictions(tx: Writes, rev: number, { placements }: Facts): Promise<Contradiction[]> {
  const among = async (kind: "ifuid" | "specid"): Promise<Contradiction[]> => {
    const ids = [...new Set(placements.flatMap((fact) => fact.value?.[kind] ?? []))];
    if (ids.length === 0) return [];
    const occupations = await tx.placementsWith(kind, ids, hull(placements), rev);
    const groups = Map.groupBy(occupations, (row) => (kind === "specid" ? row.instrument : "any"));
    return [...groups.values()].flatMap((group) =>
      contradictionsAmong(
        kind,
        group.map(({ ifuslot, span, ...row }) => ({ id: row[kind] ?? "", ifuslot, span })),
      ),
    );
  };
  return (await Promise.all([among("ifuid"), among("specid")])).flat();
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
  await applyFacts(tx, rev, facts);
  if (status !== undefined) {
    const { sha256, outcome, code, resolves, dataTime, startsAt } = status;
    const isTaken = dataTime !== null && startsAt !== null;
    await Promise.all([
      tx.addUpload({ rev, sha256, outcome, code, resolves }),
      isTaken ? tx.addHardwareStatus(rev, dataTime, startsAt) : null,
    ]);
  }
  if (tag !== undefined) await tx.addTag({ ...tag, rev });
  for (const [i, { username, role, enabled }] of usersIn(body).entries()) {
    const secrets = userSecrets[i];
    if (secrets === undefined) throw new Error(`revision ${rev} is about a user, but what is private of it is missing`);
    await tx.addUser({ username, role, enabled, ...secrets, rev });
  }
}

/**
 * Where the facts alter what stands in a VIRUS seat, nothing confirms it any more, unless the revision itself does.
 */
async function applyFacts(tx: Writes, rev: number, facts: Facts): Promise<void> {
  const unconfirmed: ConfirmationFact[] = [];
  if (facts.placements.length > 0) {
    const recorded = await tx.placementsTouching(seatsOf(facts.placements), hull(facts.placements));
    const changes = timelines(recorded, facts.placements, (fact) => fact.ifuslot, String, samePlacement);
    await tx.changePlacements(rev, changes);
    for (const { key, span } of changes.altered) if (isVirusSeat(key)) unconfirmed.push({ span, value: null });
  }
  if (facts.positions.length > 0) {
    const recorded = await tx.positionsTouching(seatsOf(facts.positions), hull(facts.positions));
    const ifuOf = ({ ifuslot, ifuid }: SeatedIfu): SeatedIfu => ({ ifuslot, ifuid });
    await tx.changePositions(rev, timelines(recorded, facts.positions, ifuOf, seatedIfu, samePosition));
  }
  const confirmations = [...unconfirmed, ...facts.confirmations];
  if (confirmations.length > 0) {
    const recorded = await tx.confirmationsTouching(hull(confirmations));
    const changes = timelines(
      recorded,
      confirmations,
      () => null,
      String,
      (a, b) => a === b,
    );
    await tx.changeConfirmations(rev, changes);
  }
  if (facts.holds.length > 0) {
    const recorded = await tx.holdsTouching(seatsOf(facts.holds), hull(facts.holds));
    const name = ({ ifuslot, hold }: HeldSeat) => `${ifuslot}/${hold}`;
    const held = ({ ifuslot, hold }: HeldSeat): HeldSeat => ({ ifuslot, hold });
    await tx.changeHolds(
      rev,
      timelines(recorded, facts.holds, held, name, (a, b) => a === b),
    );
  }
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
