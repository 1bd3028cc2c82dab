import { type ErrorCode, FplaneError } from "../domain/errors.ts";
import { isNestedDeeperThan } from "../domain/nesting.ts";
import type { Identity } from "../domain/role.ts";
import { type HardwareStatus, readHardwareStatus } from "../domain/status/hardware-status.ts";
import { DAY, HOUR, type Instant, instantText, SECOND } from "../domain/time/instant.ts";
import type { Deps } from "./deps.ts";
import type { Variant } from "./get-fplane.ts";
import { demandRole } from "./permission.ts";
import type { Reads } from "./store.ts";
import { keepRefused } from "./update/keep-refused.ts";
import { demandTimely, type Queued } from "./update/queued.ts";
import { repeatedUpdate } from "./update/repeated-update.ts";
import { type SentStatus, sentStatus, sourceOf, startOf } from "./update/sent-status.ts";
import { takeStatus } from "./update/take-status.ts";
import type { UpdateResult } from "./update/update-result.ts";

/** A hardware status older than this is refused; one further ahead than the second is too, than the first is remarked on. */
const OLDEST_STATUS = 6 * HOUR;
const REMARKABLY_AHEAD = 600 * SECOND;
const FURTHEST_AHEAD = DAY;

/** A status that is nested deeper can be neither kept nor named by a digest: writing it as JSON would exhaust the stack. */
const DEEPEST_KEPT = 500;

export type UpdateRequest = Variant & {
  /** What the telescope control system answered to `get_hardware_status`. */
  readonly config: unknown;
  /** Without it everything is done and undone again: a dry run. */
  readonly commit: boolean;
  /** The start of the new configuration; by default the status's own data time. */
  readonly datestr: string | undefined;
  /** A curator's word that a status which changes a lot is right all the same. */
  readonly force?: boolean | undefined;
  /** From a client that could not reach us when it took the status. */
  readonly queued?: Queued | undefined;
};

/** Refusals that are about the status itself: it is kept with the reason, so that nothing that was sent is lost. */
const KEPT: ReadonlySet<ErrorCode> = new Set([
  "bad-status",
  "stale-status",
  "future-status",
  "conflict",
  "held",
  "quarantined",
]);

/**
 * The nightly update. What is sent to be recorded is kept also when it is refused; the same status sent again is answered
 * as the same update.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-status`, `bad-date`, `stale-status`, `future-status`, `conflict`,
 * `quarantined` (the gate: it changes more than a set share, or loses too many units, and no curator forces it),
 * `already-exists` (the id of a queued one belongs to another)
 */
export async function updateConfig(
  deps: Deps,
  identity: Identity | null,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const who = demandRole(identity, "updater", "An update");
  if (request.force) demandRole(who, "curator", "Forcing an update through the gate");
  const { config, commit, datestr } = request;
  if (isNestedDeeperThan(DEEPEST_KEPT, config)) {
    throw new FplaneError("bad-status", `the hardware status is nested more than ${DEEPEST_KEPT} levels deep`);
  }
  const sent = sentStatus(config, datestr, request.queued);
  let status: HardwareStatus | null = null;
  try {
    const base = (await deps.answers.newest())?.rev ?? 0;
    const repeated = commit ? await repeatedUpdate(deps.store, sent, request) : null;
    if (repeated !== null) return repeated;
    status = readHardwareStatus(config, deps.statusAliases);
    return await take(deps, who, { status, sent, base }, request);
  } catch (error) {
    if (commit && error instanceof FplaneError && KEPT.has(error.code)) {
      throw await keepRefused(deps, who, { error, sent, dataTime: status?.dataTime ?? null });
    }
    throw error;
  }
}

/** A status that had not been taken as far as the revision `base`. */
type NewStatus = { readonly status: HardwareStatus; readonly sent: SentStatus; readonly base: number };

async function take(
  deps: Deps,
  who: Identity,
  { status, sent, base }: NewStatus,
  request: UpdateRequest,
): Promise<UpdateResult> {
  const { commit, queued } = request;
  if (queued !== undefined) demandTimely(queued, deps.clock());
  const takenAt = queued?.takenAt ?? deps.clock();
  const warnings = [...status.notices, ...checkAge(status.dataTime, takenAt, queued !== undefined)];
  const start = startOf(sent.datestr, { dataTime: status.dataTime, takenAt }, deps.timeZone);
  if (start !== status.dataTime) demandStartSoon(start, deps.clock());
  return await deps.store.write(async (tx) => {
    const [newest, quarantine] = await Promise.all([tx.newestRevision(), tx.quarantine()]);
    // Once more, now that no other can be made: the same may have been sent twice at once.
    const repeated = commit && newest?.rev !== base ? await repeatedUpdate(tx, sent, request) : null;
    if (repeated !== null) return { keep: false, value: repeated };
    if (start !== status.dataTime) await demandCuratorForThePast(tx, who, start, newest?.rev ?? 0);
    const digests = [sent.sha256, sent.contentSha256];
    const { rev, gate, ...told } = await takeStatus(tx, deps, {
      status,
      start,
      actor: who.username,
      reason: "",
      force: request.force === true || !commit,
      sha256: sent.sha256,
      upload: sourceOf(sent),
      resolves: quarantine.find(({ sha256 }) => digests.includes(sha256))?.rev ?? null,
      actualPositions: request.actualPositions,
      layout: request.layout,
    });
    if (gate !== null && !request.force)
      warnings.push(`with commit it would wait in quarantine for a curator: ${gate}`);
    const revision = commit ? rev : null;
    return {
      keep: commit,
      value: { committed: commit, revision, repeated: false, dataTime: status.dataTime, ...told, warnings },
    };
  });
}

/**
 * @param takenAt when the client took it: now, unless it has waited in a queue
 * @throws FplaneError `stale-status`, `future-status`
 * @returns a warning when the telescope's clock is ahead of ours
 */
function checkAge(dataTime: Instant, takenAt: Instant, hasWaited: boolean): string[] {
  const ahead = dataTime - takenAt;
  const at = instantText(dataTime);
  const [ago, from] = hasWaited
    ? [`before its client took it (${instantText(takenAt)})`, `after its client took it (${instantText(takenAt)})`]
    : ["ago", "from now"];
  if (-ahead > OLDEST_STATUS) {
    const message = `the hardware status was taken at ${at}, ${hours(-ahead)} ${ago}; more than 6 h is too old`;
    throw new FplaneError("stale-status", message, { dataTime: at });
  }
  if (ahead > FURTHEST_AHEAD) {
    const message = `the hardware status says it was taken at ${at}, ${hours(ahead)} ${from}: look at the clocks`;
    throw new FplaneError("future-status", message, { dataTime: at });
  }
  if (ahead <= REMARKABLY_AHEAD) return [];
  const minutes = Math.round(ahead / (60 * SECOND));
  const where = hasWaited ? from : "in the future";
  return [`the hardware status lies ${minutes} min ${where} (${at}): look at the clocks`];
}

function hours(microseconds: number): string {
  return `${(microseconds / HOUR).toFixed(1)} h`;
}

/** @throws FplaneError `future-status` */
function demandStartSoon(start: Instant, now: Instant): void {
  const ahead = start - now;
  if (ahead <= FURTHEST_AHEAD) return;
  const message = `the start ${instantText(start)} lies ${hours(ahead)} from now; at most a day is taken`;
  throw new FplaneError("future-status", message);
}

/** @param rev the newest revision @throws FplaneError `forbidden` */
async function demandCuratorForThePast(tx: Reads, who: Identity, start: Instant, rev: number): Promise<void> {
  const newest = await tx.newestChange(rev);
  if (newest === null || start >= newest) return;
  const what = `A start (${instantText(start)}) before the newest recorded change (${instantText(newest)})`;
  demandRole(who, "curator", what);
}
