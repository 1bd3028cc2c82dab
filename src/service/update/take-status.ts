import type { RenderedAnswer } from "../../domain/answer/answer.ts";
import { FplaneError } from "../../domain/errors.ts";
import { checkStrictly } from "../../domain/files/fplane-strict.ts";
import type { Unit } from "../../domain/plane/placement.ts";
import { VIRUS_SEATS } from "../../domain/plane/seat.ts";
import { type SeatChange, seatChanges } from "../../domain/plane/seat-changes.ts";
import { type ConfirmationFact, confirmedThrough } from "../../domain/record/fact.ts";
import { gateReason } from "../../domain/status/gate.ts";
import type { HardwareStatus } from "../../domain/status/hardware-status.ts";
import { blockedSpans } from "../../domain/status/held-seats.ts";
import { unitsAfter } from "../../domain/status/status-units.ts";
import { type Instant, instantText, later, type Span } from "../../domain/time/instant.ts";
import { earliest, spanWithout } from "../../domain/time/span.ts";
import type { Deps } from "../deps.ts";
import { answerAt, type Variant } from "../get-fplane.ts";
import { recordAct } from "../record/record.ts";
import { newestRev } from "../revisions.ts";
import type { Ids, Reads, SeatRecord, Writes } from "../store.ts";
import { effectSource, type StatusEffect } from "./update-result.ts";

/** A hardware status that is to be taken, and by whom. */
export type StatusToTake = Variant & {
  readonly status: HardwareStatus;
  /** From when on it holds. */
  readonly start: Instant;
  readonly actor: string;
  readonly reason: string;
  /** Passes the gate. */
  readonly force: boolean;
  readonly sha256: string;
  /** The upload as it came, kept in the body. */
  readonly upload: Readonly<Record<string, unknown>>;
  /** The quarantined upload that this one releases. */
  readonly resolves: number | null;
};

/** What a status did, and the new answer at its start. */
export type TakenStatus = StatusEffect & {
  readonly rev: number;
  /** Why it passed the gate by force only; null when nothing stood against it. */
  readonly gate: string | null;
  readonly answer: RenderedAnswer;
};

/**
 * Records what a status says of the VIRUS seats from its start on, up to the next thing that is recorded, never beyond.
 * Held seats stay as they are. One that changes nothing moves only what is confirmed; one that contradicts a hold
 * confirms nothing.
 *
 * @throws FplaneError `quarantined` when the gate stands against it, `held` when holds leave nothing to record, `conflict`
 * also when it would undo a newer status
 */
export async function takeStatus(tx: Writes, deps: Deps, taking: StatusToTake): Promise<TakenStatus> {
  const { status, start } = taking;
  const previous = await newestRev(tx);
  const [seats, newer] = await Promise.all([
    tx.seatsAt(VIRUS_SEATS, start, previous),
    tx.hardwareStatusesAfter(status.dataTime),
  ]);
  const before = new Map(seats.map((seat) => [seat.ifuslot, seat.unit]));
  const after = unitsAfter(before, status.units);
  const span = { from: start, until: endOf(start, newer, nextChange(seats)) };
  const wanted = seatChanges(before, after);
  if (wanted.length > 0) await refuseToUndo(tx, newer, start, previous);
  const blocked = blockedSpans(wanted, wanted.length > 0 ? await heldSpans(tx, span, previous) : new Map());
  const contradicted = wanted.filter((change) => blocked.has(change.ifuslot));
  const parts = wanted.map((change) => ({ change, spans: spanWithout(span, blocked.get(change.ifuslot) ?? []) }));
  const changes = parts.filter(({ spans }) => spans.length > 0).map(({ change }) => change);
  const gate = gateReason(before, changes, deps.gate);
  if (gate !== null && !taking.force)
    throw new FplaneError("quarantined", `the status waits for a curator: ${gate}`, { gate });

  const placements = parts.flatMap(({ change, spans }) =>
    spans.map((part) => ({ ifuslot: change.ifuslot, span: part, value: change.after })),
  );
  const [confirmations, firstSeen] = await Promise.all([
    contradicted.length > 0 ? [] : confirmationsOf(tx, seats, { status, span, changes, previous }),
    firstSeenIn(tx, before, after),
  ]);
  const effect = { span, changes, contradicted, firstSeen };
  const { rev } = await recordAct(tx, deps.clock, {
    kind: "update",
    actor: taking.actor,
    reason: taking.reason,
    body: {
      facts: { placements, positions: [], confirmations, holds: [] },
      status: {
        outcome: "taken",
        sha256: taking.sha256,
        dataTime: status.dataTime,
        startsAt: start,
        code: null,
        message: null,
        resolves: taking.resolves,
      },
      source: { ...taking.upload, ...effectSource(effect) },
    },
  });
  const isKnown = seats.some((seat) => seat.unit !== null) || placements.some((fact) => fact.span.from === start);
  if (!isKnown) throw new FplaneError("held", "every seat is held and nothing is recorded yet: release a hold first");
  const answer = await answerAt(tx, start, rev, taking);
  checkStrictly(answer.text, answer.layout);
  return { ...effect, rev, gate, answer };
}

type Units = ReadonlyMap<string, Unit | null>;

type Newer = Awaited<ReturnType<Reads["hardwareStatusesAfter"]>>;

/** @throws FplaneError `conflict` when a status that was taken later, but starts earlier, tells what holds at the start */
async function refuseToUndo(tx: Reads, newer: Newer, start: Instant, rev: number): Promise<void> {
  for (const { dataTime, startsAt } of newer) {
    if (startsAt > start) continue;
    const end = nextChange(await tx.seatsAt(VIRUS_SEATS, startsAt, rev));
    if (end !== null && end <= start) continue;
    const teller = `a hardware status that was taken later, at ${instantText(dataTime)}`;
    const message = `what holds at ${instantText(start)} is told by ${teller}: this one does not undo it`;
    throw new FplaneError("conflict", message);
  }
}

/** Where the first of the seats becomes another, or is something at last; null: none ever does. */
function nextChange(seats: readonly SeatRecord[]): Instant | null {
  return earliest(seats.flatMap((seat) => seat.until ?? []));
}

/** Up to the next recorded change of any VIRUS seat, or the next hardware status that was taken: both are newer knowledge. */
function endOf(start: Instant, newer: Newer, nextChange: Instant | null): Instant | null {
  const told = newer.flatMap(({ dataTime, startsAt }) => [dataTime, startsAt]);
  return earliest([nextChange ?? [], told].flat().filter((end) => end > start));
}

async function heldSpans(tx: Reads, span: Span, rev: number): Promise<ReadonlyMap<string, readonly Span[]>> {
  const holds = await tx.holds(rev, { ifuslots: VIRUS_SEATS, span });
  const bySeat = Map.groupBy(holds, (hold) => hold.ifuslot);
  return new Map([...bySeat].map(([ifuslot, held]) => [ifuslot, held.map((hold) => hold.span)]));
}

type Confirming = {
  readonly status: HardwareStatus;
  readonly span: Span;
  readonly changes: readonly SeatChange[];
  readonly previous: number;
};

/** An agreeing status confirms back to its predecessor, one that changes something from its start on. */
async function confirmationsOf(
  tx: Reads,
  seats: readonly SeatRecord[],
  { status, span, changes, previous }: Confirming,
): Promise<ConfirmationFact[]> {
  const seen = lastSeen(status.dataTime, span);
  if (seen === null) return [];
  if (changes.length > 0) return [confirmedThrough(span.from, seen)];
  const since = Math.max(...seats.map((seat) => seat.from ?? 0)) as Instant;
  const confirmed = await tx.confirmedUntil({ from: since, until: later(seen, 1) }, previous);
  const from = confirmed !== null && confirmed > since ? (Math.min(confirmed, seen) as Instant) : since;
  return [confirmedThrough(from, seen)];
}

/** The last instant of the span of which the status can speak: its data time, unless that lies before or after. */
function lastSeen(dataTime: Instant, { from, until }: Span): Instant | null {
  if (dataTime < from) return null;
  return until !== null && dataTime >= until ? later(until, -1) : dataTime;
}

/** What stands in a seat already has been seen; only what comes new is looked for in the record. */
async function firstSeenIn(tx: Reads, before: Units, after: Units): Promise<Ids> {
  const idsOf = (units: Units, kind: keyof Ids) => new Set([...units.values()].flatMap((unit) => unit?.[kind] ?? []));
  const newIds = (kind: keyof Ids) => [...idsOf(after, kind).difference(idsOf(before, kind))];
  const ids = { specid: newIds("specid"), ifuid: newIds("ifuid"), contid: newIds("contid") };
  if (Object.values(ids).every((list) => list.length === 0)) return ids;
  const known = await tx.knownIds(ids);
  const unknown = (kind: keyof Ids) => ids[kind].filter((id) => !known[kind].has(id)).sort();
  return { specid: unknown("specid"), ifuid: unknown("ifuid"), contid: unknown("contid") };
}
