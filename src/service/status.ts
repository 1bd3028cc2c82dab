import type { SeatChange } from "../domain/plane/seat-changes.ts";
import type { Instant } from "../domain/time/instant.ts";
import type { Deps } from "./deps.ts";
import { type Hold, listHolds } from "./holds.ts";
import { newestRev, revisionBody, revisionsNamed } from "./revisions.ts";
import type { Upload } from "./store.ts";
import { effectIn } from "./update/update-result.ts";
import { confirmedNow } from "./vital-signs.ts";

/** An upload that was not taken, and why. */
export type KeptUpload = Pick<Upload, "rev" | "code" | "outcome"> & {
  readonly actor: string;
  readonly recordedAt: Instant;
  readonly dataTime: Instant | null;
  readonly message: string | null;
};

/** How things stand: what an operator looks at in the morning. */
export type ServiceStatus = {
  readonly now: Instant;
  /** Where the nights are: a night lasts from noon to noon in it. */
  readonly timeZone: string;
  readonly revision: number;
  /** The newest hardware status that was taken. */
  readonly lastStatus: { readonly rev: number; readonly dataTime: Instant; readonly receivedAt: Instant } | null;
  /** Until when today's focal plane is confirmed. */
  readonly confirmedUntil: Instant | null;
  /** Seats of which the last status says something else than a hold keeps. */
  readonly contradicted: readonly SeatChange[];
  readonly quarantine: readonly KeptUpload[];
  /** The newest that were refused since a status was last taken: those before it are history. */
  readonly refused: readonly KeptUpload[];
  readonly holds: readonly Hold[];
};

const REFUSALS_SHOWN = 10;

export async function getStatus(deps: Deps): Promise<ServiceStatus> {
  const { store } = deps;
  const now = deps.clock();
  const revision = await newestRev(store);
  const last = await store.newestHardwareStatus();
  const lastRevision = last === null ? null : await store.revisionNumbered(last.rev);
  return {
    now,
    timeZone: deps.timeZone,
    revision,
    lastStatus:
      last === null || lastRevision === null
        ? null
        : { rev: last.rev, dataTime: last.dataTime, receivedAt: lastRevision.recordedAt },
    confirmedUntil: await confirmedNow(deps, revision),
    contradicted: last === null ? [] : effectIn(await revisionBody(store, last.rev)).contradicted,
    quarantine: await kept(deps, await store.quarantine()),
    refused: await kept(deps, await refusedSince(deps)),
    holds: await listHolds(deps),
  };
}

async function refusedSince({ store }: Deps): Promise<Upload[]> {
  const [taken] = await store.newestUploads(["taken"], 1);
  const refused = await store.newestUploads(["refused"], REFUSALS_SHOWN);
  return refused.filter(({ rev }) => rev > (taken?.rev ?? 0));
}

async function kept(deps: Deps, uploads: readonly Upload[]): Promise<KeptUpload[]> {
  const result: KeptUpload[] = [];
  const revs = uploads.map(({ rev }) => rev);
  const revisions = await revisionsNamed(deps.store, revs);
  for (const { rev, code, outcome } of uploads) {
    const revision = revisions.get(rev);
    if (revision === undefined) continue;
    const { status } = await revisionBody(deps.store, rev);
    const { actor, recordedAt } = revision;
    result.push({
      rev,
      code,
      outcome,
      actor,
      recordedAt,
      dataTime: status?.dataTime ?? null,
      message: status?.message ?? null,
    });
  }
  return result;
}
