import { createHash } from "node:crypto";
import { FplaneError } from "../domain/errors.ts";
import { type Layout, renderFplane } from "../domain/fplane-file.ts";
import type { Span } from "../domain/instant.ts";
import { changesBetween } from "./changes.ts";
import { configurationsOver } from "./configurations.ts";
import type { Deps } from "./deps.ts";

/** A variant that gave the bytes: over which span of valid time, as which revisions knew it. */
export type Identified = {
  readonly layout: Layout;
  readonly actualPositions: boolean;
  readonly span: Span;
  /** From which revision on it was the answer, and until which one changed it (null: it still is). */
  readonly revisions: { readonly from: number; readonly until: number | null };
};

const LAYOUTS = ["full", "short", "all-slots"] as const;

/**
 * Which instants, revisions and variants gave these bytes. The record is walked from the newest revision down, looking
 * only at the stretches that a revision changed.
 *
 * @param sha256 of a focal-plane file, 64 hexadecimal digits
 * @throws FplaneError `bad-parameter`; `not-found` when no answer ever had these bytes
 */
export async function identify(deps: Deps, sha256: string): Promise<Identified[]> {
  const wanted = sha256.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) throw new FplaneError("bad-parameter", "sha256 has 64 hexadecimal digits");
  const found: Identified[] = [];
  const newest = (await deps.store.newestRevision())?.rev ?? 0;
  const first = await deps.store.firstPlacement(newest);
  if (first !== null)
    await search(deps, wanted, { span: { from: first, until: null }, from: newest, until: null }, found);
  for (let rev = newest; rev > 1; rev -= 1) {
    for (const { span } of await changesBetween(deps.store, rev - 1, rev)) {
      await search(deps, wanted, { span, from: rev - 1, until: rev }, found);
    }
  }
  if (found.length > 0) return joinRevisions(found);
  throw new FplaneError("not-found", `no focal plane with the digest ${wanted} was ever answered`);
}

type Stretch = { readonly span: Span; readonly from: number; readonly until: number | null };

/** Renders every configuration of a stretch as a revision knew it, in every variant. */
async function search(deps: Deps, wanted: string, { span, from, until }: Stretch, found: Identified[]): Promise<void> {
  for (const actualPositions of [false, true]) {
    for (const { plane, interval, changedBy } of await configurationsOver(deps.store, span, from, actualPositions)) {
      for (const layout of LAYOUTS) {
        const digest = createHash("sha256").update(renderFplane(plane, layout)).digest("hex");
        const revisions = { from: changedBy, until };
        if (digest === wanted) found.push({ layout, actualPositions, span: interval, revisions });
      }
    }
  }
}

/** One entry a variant and span, with the widest range of revisions. */
function joinRevisions(found: readonly Identified[]): Identified[] {
  const groups = Map.groupBy(
    found,
    (one) => `${one.layout} ${one.actualPositions} ${one.span.from} ${one.span.until} ${one.revisions.from}`,
  );
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const open = group.some((one) => one.revisions.until === null);
      const until = open ? null : Math.max(...group.map((one) => one.revisions.until ?? 0));
      return [{ ...first, revisions: { from: first.revisions.from, until } }];
    })
    .sort((a, b) => a.span.from - b.span.from || a.revisions.from - b.revisions.from);
}
