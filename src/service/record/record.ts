import { sha256 } from "../../domain/digest.ts";
import { contradictionError } from "../../domain/plane/contradiction.ts";
import { hashedText, type Revision, type RevisionKind } from "../../domain/record/revision.ts";
import { bodyText, type RevisionBody } from "../../domain/record/revision-body.ts";
import type { UserSecrets } from "../../domain/record/user-secrets.ts";
import { type Clock, type Instant, later } from "../../domain/time/instant.ts";
import type { Writes } from "../store.ts";
import { applyBody } from "./apply-body.ts";
import { findContradictions } from "./find-contradictions.ts";

/** One act, as it goes into the record. */
export type Act = {
  readonly kind: RevisionKind;
  readonly actor: string;
  /** One line, why; may be empty where the act speaks for itself. */
  readonly reason: string;
  readonly body: RevisionBody;
  /** What a revision about users keeps out of the body, in the body's order of users. */
  readonly userSecrets?: readonly UserSecrets[] | undefined;
};

/**
 * Records an act as the next revision: its facts become rows, what they cover is superseded.
 *
 * @throws FplaneError `conflict` naming every IFU and spectrograph that would be in two seats at once
 */
export async function recordAct(tx: Writes, clock: Clock, act: Act): Promise<Revision> {
  const previous = await tx.newestRevision();
  const body = bodyText(act.body);
  const head = {
    rev: (previous?.rev ?? 0) + 1,
    recordedAt: recordTime(clock, previous),
    kind: act.kind,
    actor: oneLine(act.actor),
    reason: oneLine(act.reason),
    bodySha256: sha256(body),
    prevHash: previous?.hash ?? "",
  };
  const revision: Revision = { ...head, hash: sha256(hashedText(head)) };
  await Promise.all([
    tx.addRevision({ ...revision, body }),
    applyBody(tx, revision.rev, act.body, act.userSecrets), // what it reads is asked for together with that
  ]);
  const contradictions = await findContradictions(tx, revision.rev, act.body.facts);
  if (contradictions.length > 0) throw contradictionError(contradictions);
  return revision;
}

/** The record time only grows, whatever the clock does, and is taken while no other revision can be made. */
function recordTime(clock: Clock, previous: Revision | null): Instant {
  const now = clock();
  return previous === null || now > previous.recordedAt ? now : later(previous.recordedAt, 1);
}

/** The database refuses control characters: a line break in a name or a reason would forge lines of logs and of hashes. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}
