import { FplaneError, hasCode } from "../domain/errors.ts";
import { checkStrictly } from "../domain/files/fplane-strict.ts";
import { changesInAnswers, type SpanChange } from "../domain/record/change-spans.ts";
import type { Facts } from "../domain/record/fact.ts";
import type { RevisionKind } from "../domain/record/revision.ts";
import type { Identity } from "../domain/role.ts";
import { changesBetween, nightsIn } from "./changes.ts";
import type { Deps } from "./deps.ts";
import { answerAt } from "./get-fplane.ts";
import { demandReason, demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import { newestRev } from "./revisions.ts";
import type { Writes } from "./store.ts";

/** What every curated act says beside its own matter. */
export type Curation = {
  /** Why; mandatory. */
  readonly reason: string;
  /** The revision that a preview was made on: newer knowledge about the same seats refuses the act. */
  readonly base?: number | undefined;
  /** Without it everything is done and undone again: a preview. */
  readonly commit: boolean;
};

/** What the act does, or would do. */
export type CurationResult = {
  readonly committed: boolean;
  /** Null in a preview. */
  readonly revision: number | null;
  /** The revision that it was made on: give it as `base` when committing what was previewed. */
  readonly base: number;
  readonly changes: readonly SpanChange[];
  /** The nights whose data are to be reduced again. */
  readonly nights: readonly string[];
  readonly warnings: readonly string[];
};

/** The facts of a curated act, worked out on the record as it is. */
export type Curated = {
  readonly facts: Facts;
  /** The seats that the act is about. */
  readonly ifuslots: readonly string[];
  readonly source: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
};

/**
 * Records an act of a curator: the way that correct, retract, revert and positions have in common.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter` (no reason), `conflict` (base, or the focal plane would
 * contradict itself)
 */
export async function curate(
  deps: Deps,
  identity: Identity | null,
  kind: RevisionKind,
  { reason, base, commit }: Curation,
  work: (tx: Writes, previous: number) => Promise<Curated>,
): Promise<CurationResult> {
  const who = demandRole(identity, "curator", `The act ${kind}`);
  demandReason(reason, kind);
  return await deps.store.write(async (tx) => {
    const previous = await newestRev(tx);
    const { facts, ifuslots, source, warnings } = await work(tx, previous);
    if (base !== undefined) await demandNothingNewer(tx, base, previous, ifuslots);
    const { rev } = await recordAct(tx, deps.clock, { kind, actor: who.username, reason, body: { facts, source } });
    const changes = await changesBetween(tx, previous, rev);
    await readBack(tx, changes, rev);
    const revision = commit ? rev : null;
    const nights = nightsIn(deps, changesInAnswers(changes));
    return { keep: commit, value: { committed: commit, revision, base: previous, changes, nights, warnings } };
  });
}

/** @throws FplaneError `conflict` when a revision after `base` touches one of the seats; `not-found` */
export async function demandNothingNewer(
  tx: Writes,
  base: number,
  previous: number,
  ifuslots: readonly string[],
): Promise<void> {
  if (base > previous) throw new FplaneError("not-found", `there is no revision ${base}: the newest is ${previous}`);
  const newer = await tx.touchedSince(base, ifuslots);
  if (newer === null) return;
  const message = `since revision ${base}, revision ${newer} has changed the same seats: look at a new preview`;
  throw new FplaneError("conflict", message, { base, revision: newer });
}

/** The strictest of the readers must be able to read what is answered from now on. */
async function readBack(tx: Writes, changes: readonly SpanChange[], rev: number): Promise<void> {
  for (const { span } of changes) {
    try {
      const { text, layout } = await answerAt(tx, span.from, rev, { actualPositions: true, layout: "full" });
      checkStrictly(text, layout);
    } catch (error) {
      if (!hasCode(error, "no-configuration")) throw error;
    }
  }
}
