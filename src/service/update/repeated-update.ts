import { FplaneError } from "../../domain/errors.ts";
import type { Instant } from "../../domain/time/instant.ts";
import { answerAt, type Variant } from "../get-fplane.ts";
import { revisionBody } from "../revisions.ts";
import type { Reads, Upload } from "../store.ts";
import { isSameUpload, type SentStatus } from "./sent-status.ts";
import { effectIn, type UpdateResult } from "./update-result.ts";

/**
 * The answer to a status that has been sent before, from a queue or not: what it did then, or that it still waits.
 *
 * @returns null when it is new, or was refused: then it is looked at again
 * @throws FplaneError `quarantined` when it waits for a curator, or was discarded by one; `already-exists` when its id
 * belongs to another status
 */
export async function repeatedUpdate(
  reads: Reads,
  sent: SentStatus,
  variant: Variant & { readonly force?: boolean | undefined },
): Promise<UpdateResult | null> {
  const [earlier, underAnId] = await Promise.all([reads.uploadsWith(sent.sha256), takenUnderAnId(reads, sent)]);
  if (sent.queued !== undefined) {
    const [newest] = earlier.filter((upload) => upload.outcome !== "refused" && upload.outcome !== "discarded");
    if (newest !== undefined) await demandSameUpload(reads, newest, sent, sent.queued.id);
    earlier.push(...(await reads.uploadsWith(sent.contentSha256)));
  }
  const taken = earlier.find((upload) => upload.outcome === "taken")?.rev ?? underAnId;
  if (taken !== null) return await whatItDid(reads, taken, variant);
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

/** A client that uses an id twice would otherwise be told that the second status had been taken, and lose it. */
async function demandSameUpload(reads: Reads, { rev }: Upload, sent: SentStatus, id: string): Promise<void> {
  const { source } = await revisionBody(reads, rev);
  if (isSameUpload(source, sent)) return;
  const message = `the id ${JSON.stringify(id)} belongs to another status, that of revision ${rev}: each needs its own`;
  throw new FplaneError("already-exists", message, { revision: rev });
}

/** A first attempt can be overtaken by its own repetition from the queue, which is recorded under an id. */
async function takenUnderAnId(reads: Reads, sent: SentStatus): Promise<number | null> {
  const newest = await reads.newestHardwareStatus();
  if (newest === null) return null;
  const { source } = await revisionBody(reads, newest.rev);
  return source["queued"] !== undefined && isSameUpload(source, sent) ? newest.rev : null;
}

async function whatItDid(reads: Reads, rev: number, variant: Variant): Promise<UpdateResult> {
  const body = await revisionBody(reads, rev);
  const effect = effectIn(body);
  return {
    ...effect,
    committed: true,
    revision: rev,
    repeated: true,
    dataTime: body.status?.dataTime as Instant,
    warnings: [`this status had been taken before, as revision ${rev}`],
    answer: await answerAt(reads, effect.span.from, rev, variant),
  };
}
