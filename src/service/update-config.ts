import { type SeatChange, seatChanges } from "../domain/diff.ts";
import { FplaneError } from "../domain/errors.ts";
import { confirmedThrough, type Facts } from "../domain/fact.ts";
import { checkStrictly } from "../domain/fplane-strict.ts";
import { type HardwareStatus, readHardwareStatus } from "../domain/hardware-status.ts";
import { DAY, HOUR, type Instant, instantText, later, SECOND, type Span } from "../domain/instant.ts";
import { resolveBound } from "../domain/night.ts";
import type { Identity } from "../domain/role.ts";
import { VIRUS_SEATS } from "../domain/seat.ts";
import { unitsAfter } from "../domain/status-units.ts";
import type { Deps } from "./deps.ts";
import { answerAt, type FplaneAnswer, type FplaneRequest } from "./get-fplane.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";
import type { Reads, SeatRecord, Unit, Writes } from "./store.ts";

/** A hardware status older than this is refused; one further ahead than the second is too, than the first is remarked on. */
const OLDEST_STATUS = 6 * HOUR;
const REMARKABLY_AHEAD = 600 * SECOND;
const FURTHEST_AHEAD = DAY;

export type UpdateRequest = Pick<FplaneRequest, "actualPositions" | "layout"> & {
  /** What the telescope control system answered to `get_hardware_status`. */
  readonly config: unknown;
  /** Without it everything is done and undone again: a dry run. */
  readonly commit: boolean;
  /** The start of the new configuration; by default the status's own data time. */
  readonly datestr: string | undefined;
};

export type UpdateResult = {
  readonly committed: boolean;
  /** Null in a dry run. */
  readonly revision: number | null;
  readonly dataTime: Instant;
  /** From when until when the status holds. */
  readonly span: Span;
  readonly changes: readonly SeatChange[];
  /** Ids that had never stood in any placement. */
  readonly firstSeen: {
    readonly specid: readonly string[];
    readonly ifuid: readonly string[];
    readonly contid: readonly string[];
  };
  readonly warnings: readonly string[];
  /** The new focal plane at the start of the span. */
  readonly answer: Omit<FplaneAnswer, "stamp" | "lastModified" | "pinned">;
};

/**
 * The nightly update: takes what a hardware status says of the VIRUS seats from its data time on, up to the next thing
 * that is recorded, never beyond. One that changes nothing moves only what is confirmed.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-status`, `bad-date`, `stale-status`, `future-status`, `conflict`
 */
export async function updateConfig(
  deps: Deps,
  identity: Identity | null,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const who = demandRole(identity, "updater", "An update");
  const status = readHardwareStatus(request.config, deps.statusAliases);
  const warnings = [...status.notices, ...checkAge(status.dataTime, deps.clock())];
  const start = startOf(deps, request.datestr, status.dataTime);
  return await deps.store.write(async (tx) => {
    const previous = (await tx.newestRevision())?.rev ?? 0;
    if (start !== status.dataTime) await demandCuratorForThePast(tx, who, start, previous);
    const seats = await tx.seatsAt(VIRUS_SEATS, start, previous);
    const before = new Map(seats.map((seat) => [seat.ifuslot, seat.unit]));
    const after = unitsAfter(before, status.units);
    const changes = seatChanges(before, after);
    const span = { from: start, until: await endOf(tx, start, status.dataTime, previous) };
    const facts = await factsOf(tx, { status, seats, changes, span, previous });
    const firstSeen = await firstSeenIn(tx, after, previous);

    const { commit, config, datestr } = request;
    const act = {
      kind: "update",
      actor: who.username,
      reason: "",
      facts,
      source: { datestr: datestr ?? null, upload: config },
    } as const;
    const { rev } = await recordAct(tx, deps.clock, act);
    await tx.addHardwareStatus(rev, status.dataTime, start);
    const answer = await answerAt(tx, start, rev, request);
    checkStrictly(answer.text, answer.layout);
    return {
      keep: commit,
      value: {
        committed: commit,
        revision: commit ? rev : null,
        dataTime: status.dataTime,
        span,
        changes,
        firstSeen,
        warnings,
        answer,
      },
    };
  });
}

/** @throws FplaneError `stale-status`, `future-status` @returns a warning when the telescope's clock is ahead of ours */
function checkAge(dataTime: Instant, now: Instant): string[] {
  const ahead = dataTime - now;
  const at = instantText(dataTime);
  if (-ahead > OLDEST_STATUS) {
    const message = `the hardware status was taken at ${at}, ${hours(-ahead)} ago; more than 6 h is too old`;
    throw new FplaneError("stale-status", message, { dataTime: at });
  }
  if (ahead > FURTHEST_AHEAD) {
    const message = `the hardware status says it was taken at ${at}, ${hours(ahead)} from now: look at the clocks`;
    throw new FplaneError("future-status", message, { dataTime: at });
  }
  return ahead > REMARKABLY_AHEAD
    ? [`the hardware status lies ${Math.round(ahead / (60 * SECOND))} min in the future (${at}): look at the clocks`]
    : [];
}

function hours(microseconds: number): string {
  return `${(microseconds / HOUR).toFixed(1)} h`;
}

function startOf(deps: Deps, datestr: string | undefined, dataTime: Instant): Instant {
  if (datestr === undefined || datestr === "") return dataTime;
  const now = deps.clock();
  const start = resolveBound(datestr, { now, timeZone: deps.timeZone, night: "local" });
  if (start - now <= FURTHEST_AHEAD) return start;
  throw new FplaneError(
    "future-status",
    `the start ${instantText(start)} lies ${hours(start - now)} from now; at most a day is taken`,
  );
}

async function demandCuratorForThePast(tx: Reads, who: Identity, start: Instant, rev: number): Promise<void> {
  const newest = await tx.newestChange(rev);
  if (newest !== null && start < newest) {
    demandRole(
      who,
      "curator",
      `A start (${instantText(start)}) before the newest recorded change (${instantText(newest)})`,
    );
  }
}

/** Up to the next recorded change of any VIRUS seat, or the next hardware status that was taken: both are newer knowledge. */
async function endOf(tx: Reads, start: Instant, dataTime: Instant, rev: number): Promise<Instant | null> {
  const ends = [await tx.nextChange(start, rev), await tx.nextHardwareStatus(dataTime)].filter(
    (end) => end !== null && end > start,
  );
  return ends.length === 0 ? null : (Math.min(...(ends as Instant[])) as Instant);
}

type Found = {
  readonly status: HardwareStatus;
  readonly seats: readonly SeatRecord[];
  readonly changes: readonly SeatChange[];
  readonly span: Span;
  readonly previous: number;
};

async function factsOf(tx: Writes, { status, seats, changes, span, previous }: Found): Promise<Facts> {
  const seen = lastSeen(status.dataTime, span);
  const placements = changes.map(({ ifuslot, after }) => ({ ifuslot, span, value: after }));
  if (changes.length > 0) {
    const confirmed = seen === null ? [] : [confirmedThrough(span.from, seen)];
    return { placements, positions: [], confirmations: confirmed };
  }
  if (seen === null) return { placements, positions: [], confirmations: [] };
  const since = Math.max(...seats.map((seat) => seat.from ?? 0)) as Instant;
  const confirmed = await tx.confirmedUntil(span.until, previous);
  const from = confirmed !== null && confirmed > since ? (Math.min(confirmed, seen) as Instant) : since;
  return { placements, positions: [], confirmations: [confirmedThrough(from, seen)] };
}

/** The last instant of the span of which the status can speak: its data time, unless that lies before or after. */
function lastSeen(dataTime: Instant, { from, until }: Span): Instant | null {
  if (dataTime < from) return null;
  return until !== null && dataTime >= until ? later(until, -1) : dataTime;
}

async function firstSeenIn(
  tx: Reads,
  after: ReadonlyMap<string, Unit>,
  rev: number,
): Promise<UpdateResult["firstSeen"]> {
  const firstSeen = async (kind: "specid" | "ifuid" | "contid") => {
    const ids = [...new Set([...after.values()].flatMap((unit) => unit[kind] ?? []))];
    const known = await tx.knownIds(kind, ids, rev);
    return ids.filter((id) => !known.has(id)).sort();
  };
  return { specid: await firstSeen("specid"), ifuid: await firstSeen("ifuid"), contid: await firstSeen("contid") };
}
