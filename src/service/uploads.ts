import { FplaneError } from "../domain/errors.ts";
import { NO_FACTS } from "../domain/record/fact.ts";
import { type RevisionBody, readBody, type StatusEntry } from "../domain/record/revision-body.ts";
import type { Identity } from "../domain/role.ts";
import { readHardwareStatus } from "../domain/status/hardware-status.ts";
import { instantText } from "../domain/time/instant.ts";
import type { Deps } from "./deps.ts";
import { demandReason, demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import type { Reads, Upload } from "./store.ts";
import { startOf, waitingIn } from "./update/sent-status.ts";
import { takeStatus } from "./update/take-status.ts";
import type { UpdateResult } from "./update/update-result.ts";

/**
 * Takes a quarantined upload as it is. @throws FplaneError `no-key`, `forbidden`, `not-found`, `bad-parameter`, `conflict`
 */
export async function releaseUpload(
  deps: Deps,
  identity: Identity | null,
  { upload, reason, commit }: { readonly upload: number; readonly reason: string; readonly commit: boolean },
): Promise<UpdateResult> {
  const who = demandRole(identity, "curator", "Releasing an upload from quarantine");
  demandReason(reason, "releasing an upload");
  const { status: entry, source } = await waitingUpload(deps.store, upload);
  const sent = await deps.store.revisionNumbered(upload);
  const { config, datestr, takenAt } = waitingIn(source, sent?.recordedAt ?? deps.clock());
  const status = readHardwareStatus(config, deps.statusAliases);
  const start = startOf(datestr, { dataTime: status.dataTime, takenAt }, deps.timeZone);
  return await deps.store.write(async (tx) => {
    await waitingUpload(tx, upload);
    const {
      rev,
      gate: _gate,
      ...told
    } = await takeStatus(tx, deps, {
      status,
      start,
      actor: who.username,
      reason,
      force: true,
      sha256: entry.sha256,
      upload: source,
      resolves: upload,
      actualPositions: false,
      layout: "full",
    });
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
  demandReason(reason, "discarding an upload");
  return await deps.store.write(async (tx) => {
    const { status: entry } = await waitingUpload(tx, upload);
    const status: StatusEntry = { ...entry, outcome: "discarded", code: null, message: null, resolves: upload };
    const body = { facts: NO_FACTS, status, source: {} };
    const { rev } = await recordAct(tx, deps.clock, { kind: "discard", actor: who.username, reason, body });
    return { keep: true, value: { revision: rev } };
  });
}

async function waitingUpload(reads: Reads, rev: number): Promise<RevisionBody & { readonly status: StatusEntry }> {
  const text = await reads.bodyOf(rev);
  const body = text === null ? null : readBody(text);
  const status = body?.status;
  if (body === null || status?.outcome !== "quarantined") {
    throw new FplaneError("not-found", `no upload ${rev} waits in quarantine`);
  }
  const settled = (await reads.uploadsWith(status.sha256)).find((upload) => upload.resolves === rev);
  if (settled !== undefined) throw await settledAlready(reads, rev, settled);
  return { ...body, status };
}

async function settledAlready(reads: Reads, rev: number, settled: Upload): Promise<FplaneError> {
  const act = await reads.revisionNumbered(settled.rev);
  const how = settled.outcome === "discarded" ? "discarded" : "released";
  const by = act === null ? "" : ` at ${instantText(act.recordedAt)} by ${act.actor} (${act.reason})`;
  const message = `upload ${rev} waits no longer: it was ${how}${by}, as revision ${settled.rev}`;
  return new FplaneError("not-found", message, { revision: settled.rev });
}
