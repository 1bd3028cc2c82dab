import type { SeatChange } from "../domain/diff.ts";
import { FplaneError } from "../domain/errors.ts";
import type { Instant } from "../domain/instant.ts";
import { readBody } from "../domain/revision-body.ts";
import { configurationAt, confirmedUntil } from "./configuration.ts";
import type { Deps } from "./deps.ts";
import { type Hold, listHolds } from "./holds.ts";
import type { Upload } from "./store.ts";

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
  readonly refused: readonly KeptUpload[];
  readonly holds: readonly Hold[];
};

const REFUSALS_SHOWN = 10;

export async function getStatus(deps: Deps): Promise<ServiceStatus> {
  const { store } = deps;
  const now = deps.clock();
  const revision = (await store.newestRevision())?.rev ?? 0;
  const last = await store.newestHardwareStatus();
  const lastRevision = last === null ? null : await store.revisionNumbered(last.rev);
  const lastBody = last === null ? null : await store.bodyOf(last.rev);
  const source = lastBody === null ? {} : readBody(lastBody).source;
  return {
    now,
    timeZone: deps.timeZone,
    revision,
    lastStatus:
      last === null || lastRevision === null
        ? null
        : { rev: last.rev, dataTime: last.dataTime, receivedAt: lastRevision.recordedAt },
    confirmedUntil: await confirmedNow(deps, now, revision),
    contradicted: (source["contradicted"] as SeatChange[] | undefined) ?? [],
    quarantine: await kept(deps, await store.quarantine()),
    refused: await kept(deps, await store.newestUploads(["refused"], REFUSALS_SHOWN)),
    holds: await listHolds(deps),
  };
}

async function confirmedNow(deps: Deps, now: Instant, revision: number): Promise<Instant | null> {
  try {
    const { interval } = await configurationAt(deps.store, now, revision, false);
    return await confirmedUntil(deps.store, interval, revision);
  } catch (error) {
    if (error instanceof FplaneError && error.code === "no-configuration") return null;
    throw error;
  }
}

async function kept(deps: Deps, uploads: readonly Upload[]): Promise<KeptUpload[]> {
  const result: KeptUpload[] = [];
  for (const { rev, code, outcome } of uploads) {
    const revision = await deps.store.revisionNumbered(rev);
    const body = await deps.store.bodyOf(rev);
    if (revision === null || body === null) continue;
    const { status } = readBody(body);
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
