import type { FocalPlane, FocalPlaneRow } from "../domain/plane/placement.ts";
import { instantText, type Span } from "../domain/time/instant.ts";
import { nightOf, resolveBound, resolveInstant } from "../domain/time/night.ts";
import { resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import { configurationsOver } from "./configurations.ts";
import type { Deps } from "./deps.ts";

/** One stretch in which the focal plane stays the same, told by what is other than in the stretch before it. */
type TimelineEntry = {
  readonly span: Span;
  /** Names an instant in the stretch: the bare date of its first night where it begins with one, else its start. */
  readonly datestr: string;
  /** Every seat at first; then those of which an id or the position (measured where it is; arcsec) is another. */
  readonly changed: readonly FocalPlaneRow[];
};

export type Timeline = {
  readonly revision: number;
  /** The telescope's time zone (IANA): with it a night can be told from an instant. */
  readonly timeZone: string;
  readonly entries: readonly TimelineEntry[];
};

/**
 * All that the focal plane has been, as one revision knows it: every answer there is, small enough to be had at once.
 * Gaps lie where one entry ends before the next begins.
 *
 * @throws FplaneError `not-found` (as_of), `no-configuration` when nothing is recorded
 */
export async function getTimeline(deps: Deps, asOf: string | undefined): Promise<Timeline> {
  const { store, timeZone } = deps;
  const rev = (await resolveAsOf(deps, asOf))?.rev ?? 0;
  const first = rev === 0 ? null : await store.firstPlacement(rev);
  if (first === null) throw await noConfiguration(store, deps.clock(), rev);
  const known = keptOf(deps);
  const kept = known.get(rev);
  if (kept !== undefined) return kept;
  let before: FocalPlane | null = null;
  const entries: TimelineEntry[] = [];
  for (const { plane, interval } of await configurationsOver(store, { from: first, until: null }, rev, true)) {
    entries.push({ span: interval, datestr: datestrOf(interval, timeZone), changed: changedRows(before, plane) });
    before = plane;
  }
  const timeline = { revision: rev, timeZone, entries };
  const [oldest] = known.keys();
  if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
  known.set(rev, timeline);
  return timeline;
}

/** What a revision knows never changes, and whoever moves along the revisions comes back. */
const KEPT = 16;
const timelines = new WeakMap<Deps["answers"], Map<number, Timeline>>();

function keptOf({ answers }: Deps): Map<number, Timeline> {
  const kept = timelines.get(answers) ?? new Map<number, Timeline>();
  timelines.set(answers, kept);
  return kept;
}

function changedRows(before: FocalPlane | null, now: FocalPlane): FocalPlaneRow[] {
  const rows = [...now.virus, ...now.auxiliary];
  if (before === null) return rows;
  const old = [...before.virus, ...before.auxiliary];
  return rows.filter((row, i) => FIELDS.some((field) => row[field] !== old[i]?.[field]));
}

const FIELDS = ["ifuid", "specid", "specslot", "contid", "x", "y", "measured"] as const;

function datestrOf({ from, until }: Span, timeZone: string): string {
  const bare = nightOf(from, timeZone).replaceAll("-", "");
  const dates = { now: from, timeZone, night: "local" } as const;
  const begins = resolveBound(bare, dates) === from;
  const middle = resolveInstant(bare, dates);
  return begins && (until === null || middle < until) ? bare : instantText(from);
}
