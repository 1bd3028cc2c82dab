import { createHash } from "node:crypto";
import { FplaneError } from "../domain/errors.ts";
import { LAYOUTS, type Layout, renderFplane } from "../domain/files/fplane-file.ts";
import { overlaps, type Span } from "../domain/time/instant.ts";
import { shared, spanWithout } from "../domain/time/span.ts";
import { changesBetween } from "./changes.ts";
import { configurationsOver } from "./configurations.ts";
import type { Deps } from "./deps.ts";
import { newestRev } from "./revisions.ts";

/** A variant that gave the bytes: over which span of valid time, as which revisions knew it. */
export type Identified = {
  readonly layout: Layout;
  readonly actualPositions: boolean;
  readonly span: Span;
  /** From which revision on it was the answer, and until which one changed it (null: it still is). */
  readonly revisions: { readonly from: number; readonly until: number | null };
};

/**
 * Which instants, revisions and variants gave these bytes: all of them, each once. The record is walked from the newest
 * revision down, looking only at the revisions that changed rows and at the stretches that they changed.
 *
 * @param sha256 of a focal-plane file, 64 hexadecimal digits
 * @throws FplaneError `bad-parameter`; `not-found` when no answer ever had these bytes
 */
export async function identify(deps: Deps, sha256: string): Promise<Identified[]> {
  const wanted = sha256.toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(wanted)) throw new FplaneError("bad-parameter", "sha256 has 64 hexadecimal digits");
  const newest = await newestRev(deps.store);
  const first = await deps.store.firstPlacement(newest);
  const found: Identified[] = [];
  let standing = first === null ? [] : await search(deps, wanted, { span: { from: first, until: null }, rev: newest });
  for (const rev of await deps.store.revisionsThatChanged()) {
    if (rev > newest) continue;
    const changed = joined((await changesBetween(deps.store, rev - 1, rev)).map((change) => change.span));
    for (const one of standing) {
      const revisions = { from: rev, until: one.until };
      found.push(...changed.flatMap((span) => commonTo(one.span, span)).map((span) => ({ ...one, span, revisions })));
    }
    standing = standing.flatMap((one) => spanWithout(one.span, changed).map((span) => ({ ...one, span })));
    for (const span of changed) standing.push(...(await search(deps, wanted, { span, rev: rev - 1, until: rev })));
  }
  if (found.length > 0) return wholes(found);
  throw new FplaneError("not-found", `no focal plane with the digest ${wanted} was ever answered`);
}

/** Bytes that a revision answers over a span, before it is known since when. */
type Standing = Pick<Identified, "layout" | "actualPositions" | "span"> & { readonly until: number | null };

type Stretch = { readonly span: Span; readonly rev: number; readonly until?: number };

/** Renders every configuration of a stretch as a revision knew it, in every variant. */
async function search({ store }: Deps, wanted: string, { span, rev, until }: Stretch): Promise<Standing[]> {
  const found: Standing[] = [];
  for (const actualPositions of [false, true]) {
    for (const { plane, interval } of await configurationsOver(store, span, rev, actualPositions)) {
      for (const layout of LAYOUTS) {
        const digest = createHash("sha256").update(renderFplane(plane, layout)).digest("hex");
        if (digest !== wanted) continue;
        for (const part of commonTo(interval, span)) {
          found.push({ layout, actualPositions, span: part, until: until ?? null });
        }
      }
    }
  }
  return found;
}

function commonTo(a: Span, b: Span): Span[] {
  return overlaps(a, b) ? [shared(a, b)] : [];
}

/** Neighbours as one; the spans are by time and do not overlap. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last?.until === span.from) result[result.length - 1] = { from: last.from, until: span.until };
    else result.push(span);
  }
  return result;
}

/** Joins what touches: spans that the same revisions knew, and revisions of the same span, as long as there are any. */
function wholes(found: readonly Identified[]): Identified[] {
  const whole = lasting(widened(found));
  if (whole.length < found.length) return wholes(whole);
  return whole.toSorted((a, b) => a.span.from - b.span.from || a.revisions.from - b.revisions.from);
}

function widened(found: readonly Identified[]): Identified[] {
  const byTime = found.toSorted((a, b) => a.span.from - b.span.from);
  const groups = Map.groupBy(byTime, (one) => `${variantOf(one)} ${one.revisions.from} ${one.revisions.until}`);
  return [...groups.values()].flatMap((group) =>
    joined(group.map((one) => one.span)).flatMap((span) => group.slice(0, 1).map((one) => ({ ...one, span }))),
  );
}

function lasting(found: readonly Identified[]): Identified[] {
  const byRevision = found.toSorted((a, b) => a.revisions.from - b.revisions.from);
  const groups = Map.groupBy(byRevision, (one) => `${variantOf(one)} ${one.span.from} ${one.span.until}`);
  return [...groups.values()].flatMap((group) => {
    const whole: Identified[] = [];
    for (const one of group) {
      const last = whole.at(-1);
      if (last?.revisions.until !== one.revisions.from) whole.push(one);
      else whole[whole.length - 1] = { ...last, revisions: { from: last.revisions.from, until: one.revisions.until } };
    }
    return whole;
  });
}

function variantOf({ layout, actualPositions }: Identified): string {
  return `${layout} ${actualPositions}`;
}
