import type { SeatChange } from "../domain/diff.ts";
import { FplaneError } from "../domain/errors.ts";
import { NO_FACTS } from "../domain/fact.ts";
import { readHardwareStatus } from "../domain/hardware-status.ts";
import { type Instant, instantOf } from "../domain/instant.ts";
import { resolveBound } from "../domain/night.ts";
import { type RevisionBody, readBody, type SpanJson, type StatusEntry } from "../domain/revision-body.ts";
import type { Identity } from "../domain/role.ts";
import type { Deps } from "./deps.ts";
import { answerAt, type FplaneRequest } from "./get-fplane.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";
import type { Reads, Upload } from "./store.ts";
import { type FirstSeen, takeStatus } from "./take-status.ts";
import type { UpdateResult } from "./update-config.ts";

/** What a taken upload's body says of what it did. */
type TakenSource = {
  readonly span: SpanJson;
  readonly changes: readonly SeatChange[];
  readonly contradicted: readonly SeatChange[];
  readonly firstSeen: FirstSeen;
};

/**
 * The answer to a status that has been sent before: what it did then, or that it still waits.
 *
 * @returns null when it is new, or was refused: then it is looked at again
 * @throws FplaneError `quarantined` when it waits for a curator, or was discarded by one
 */
export async function repeatedUpdate(
  deps: Deps,
  sha256: string,
  variant: Pick<FplaneRequest, "actualPositions" | "layout"> & { readonly force?: boolean | undefined },
): Promise<UpdateResult | null> {
  const earlier = await deps.store.uploadsWith(sha256);
  const taken = earlier.find((upload) => upload.outcome === "taken");
  if (taken !== undefined) return await whatItDid(deps, taken.rev, variant);
  if (variant.force) return null;
  const discarded = earlier.find((upload) => upload.outcome === "discarded");
  if (discarded !== undefined) throw waiting(discarded, "has been discarded by a curator");
  const quarantined = earlier.find((upload) => upload.outcome === "quarantined");
  if (quarantined !== undefined) throw waiting(quarantined, "already waits in quarantine for a curator");
  return null;
}

function waiting({ rev }: Upload, what: string): FplaneError {
  return new FplaneError("quarantined", `this status ${what}: see revision ${rev}`, { upload: rev });
}

async function whatItDid(
  deps: Deps,
  rev: number,
  variant: Pick<FplaneRequest, "actualPositions" | "layout">,
): Promise<UpdateResult> {
  const { status, source } = await bodyOf(deps.store, rev);
  const { span, changes, contradicted, firstSeen } = source as TakenSource;
  const startsAt = status?.startsAt as Instant;
  return {
    committed: true,
    revision: rev,
    repeated: true,
    dataTime: status?.dataTime as Instant,
    span: { from: startsAt, until: span.until === null ? null : instantOf(span.until) },
    changes,
    contradicted,
    firstSeen,
    warnings: [`this status had been taken before, as revision ${rev}`],
    answer: await answerAt(deps.store, startsAt, rev, variant),
  };
}

async function bodyOf(reads: Reads, rev: number): Promise<RevisionBody> {
  const text = await reads.bodyOf(rev);
  if (text === null) throw new FplaneError("not-found", `there is no revision ${rev}`);
  return readBody(text);
}

type Refused = {
  readonly error: FplaneError;
  readonly sha256: string;
  readonly dataTime: Instant | null;
  readonly config: unknown;
  readonly datestr: string | undefined;
};

/**
 * Keeps a refused or quarantined upload with the reason, once: a cron job that sends the same again adds nothing.
 *
 * @returns the error to throw, which names the revision that keeps the upload
 */
export async function keepRefused(deps: Deps, who: Identity, refused: Refused): Promise<FplaneError> {
  const { error, sha256, dataTime, config, datestr } = refused;
  if ("upload" in error.details) return error;
  const quarantined = error.code === "quarantined";
  const status: StatusEntry = {
    outcome: quarantined ? "quarantined" : "refused",
    sha256,
    dataTime,
    startsAt: null,
    code: error.code,
    message: error.message,
    resolves: null,
  };
  const upload = await deps.store.write(async (tx) => {
    const [newest] = await tx.uploadsWith(sha256);
    if (newest?.outcome === status.outcome && newest.code === error.code) return { keep: false, value: newest.rev };
    const kind = quarantined ? "quarantine" : "refuse";
    const body = { facts: NO_FACTS, status, source: { upload: config, datestr: datestr ?? null } };
    const { rev } = await recordAct(tx, deps.clock, { kind, actor: who.username, reason: error.message, body });
    return { keep: true, value: rev };
  });
  return new FplaneError(error.code, error.message, { ...error.details, upload });
}

/**
 * Takes a quarantined upload as it is. @throws FplaneError `no-key`, `forbidden`, `not-found`, `conflict`
 */
export async function releaseUpload(
  deps: Deps,
  identity: Identity | null,
  { upload, reason, commit }: { readonly upload: number; readonly reason: string; readonly commit: boolean },
): Promise<UpdateResult> {
  const who = demandRole(identity, "curator", "Releasing an upload from quarantine");
  const { status: entry, source } = await waitingUpload(deps.store, upload);
  const status = readHardwareStatus(source["upload"], deps.statusAliases);
  const datestr = typeof source["datestr"] === "string" ? source["datestr"] : null;
  const dates = { now: status.dataTime, timeZone: deps.timeZone, night: "local" } as const;
  return await deps.store.write(async (tx) => {
    await waitingUpload(tx, upload);
    const taken = await takeStatus(tx, deps, {
      status,
      start: datestr === null ? status.dataTime : resolveBound(datestr, dates),
      actor: who.username,
      reason,
      force: true,
      sha256: entry.sha256,
      upload: { upload: source["upload"], datestr },
      resolves: upload,
      actualPositions: false,
      layout: "full",
    });
    const { rev, gate: _gate, ...told } = taken;
    const revision = commit ? rev : null;
    const warnings = [...status.notices];
    return {
      keep: commit,
      value: { committed: commit, revision, repeated: false, dataTime: status.dataTime, ...told, warnings },
    };
  });
}

/** Settles a quarantined upload without taking it. @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter` */
export async function discardUpload(
  deps: Deps,
  identity: Identity | null,
  { upload, reason }: { readonly upload: number; readonly reason: string },
): Promise<{ readonly revision: number }> {
  const who = demandRole(identity, "curator", "Discarding an upload");
  if (reason.trim() === "") throw new FplaneError("bad-parameter", "discarding an upload needs a reason");
  return await deps.store.write(async (tx) => {
    const { status: entry } = await waitingUpload(tx, upload);
    const status: StatusEntry = { ...entry, outcome: "discarded", code: null, message: null, resolves: upload };
    const body = { facts: NO_FACTS, status, source: {} };
    const { rev } = await recordAct(tx, deps.clock, { kind: "discard", actor: who.username, reason, body });
    return { keep: true, value: { revision: rev } };
  });
}

async function waitingUpload(reads: Reads, rev: number): Promise<RevisionBody & { readonly status: StatusEntry }> {
  const waits = (await reads.quarantine()).some((upload) => upload.rev === rev);
  const body = waits ? await bodyOf(reads, rev) : null;
  if (body?.status === undefined) throw new FplaneError("not-found", `no upload ${rev} waits in quarantine`);
  return { ...body, status: body.status };
}
