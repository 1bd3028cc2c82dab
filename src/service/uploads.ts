import { FplaneError } from "../domain/errors.ts";
import { NO_FACTS } from "../domain/fact.ts";
import { readHardwareStatus } from "../domain/hardware-status.ts";
import type { Instant } from "../domain/instant.ts";
import { resolveBound } from "../domain/night.ts";
import type { RevisionBody, StatusEntry } from "../domain/revision-body.ts";
import type { Identity } from "../domain/role.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";
import { bodyOf } from "./repeated-update.ts";
import { type SentStatus, sourceOf } from "./sent-status.ts";
import type { Reads } from "./store.ts";
import { takeStatus } from "./take-status.ts";
import type { UpdateResult } from "./update-config.ts";

type Refused = {
  readonly error: FplaneError;
  readonly sent: SentStatus;
  readonly dataTime: Instant | null;
};

/**
 * Keeps a refused or quarantined upload with the reason, once: a cron job that sends the same again adds nothing.
 *
 * @returns the error to throw, which names the revision that keeps the upload
 */
export async function keepRefused(deps: Deps, who: Identity, refused: Refused): Promise<FplaneError> {
  const { error, sent, dataTime } = refused;
  if ("upload" in error.details) return error;
  const quarantined = error.code === "quarantined";
  const status: StatusEntry = {
    outcome: quarantined ? "quarantined" : "refused",
    sha256: sent.sha256,
    dataTime,
    startsAt: null,
    code: error.code,
    message: error.message,
    resolves: null,
  };
  const upload = await deps.store.write(async (tx) => {
    const [newest] = await tx.uploadsWith(sent.sha256);
    if (newest?.outcome === status.outcome && newest.code === error.code) return { keep: false, value: newest.rev };
    const kind = quarantined ? "quarantine" : "refuse";
    const body = { facts: NO_FACTS, status, source: sourceOf(sent) };
    const { rev } = await recordAct(tx, deps.clock, { kind, actor: who.username, reason: error.message, body });
    return { keep: true, value: rev };
  });
  return new FplaneError(error.code, error.message, { ...error.details, upload });
}

/**
 * Takes a quarantined upload as it is. @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter`, `conflict`
 */
export async function releaseUpload(
  deps: Deps,
  identity: Identity | null,
  { upload, reason, commit }: { readonly upload: number; readonly reason: string; readonly commit: boolean },
): Promise<UpdateResult> {
  const who = demandRole(identity, "curator", "Releasing an upload from quarantine");
  if (reason.trim() === "") throw new FplaneError("bad-parameter", "releasing an upload needs a reason");
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
      upload: source,
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
