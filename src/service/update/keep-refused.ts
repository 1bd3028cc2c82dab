import { FplaneError } from "../../domain/errors.ts";
import { NO_FACTS } from "../../domain/record/fact.ts";
import type { StatusEntry } from "../../domain/record/revision-body.ts";
import type { Identity } from "../../domain/role.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Deps } from "../deps.ts";
import { recordAct } from "../record/record.ts";
import { type SentStatus, sourceOf } from "./sent-status.ts";

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
