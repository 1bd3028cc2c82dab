import { sha256 } from "../digest.ts";
import { FplaneError } from "../errors.ts";
import { type Layout, renderFplane } from "../files/fplane-file.ts";
import { focalPlane } from "../plane/focal-plane.ts";
import { type FocalPlane, seatedIfuKey } from "../plane/placement.ts";
import { isVirusSeat, SEATS, VIRUS_SEATS } from "../plane/seat.ts";
import { confirmedUntilIn, demandConfirmed } from "../record/confirmation.ts";
import { contains, type Instant, instantText, type Span } from "../time/instant.ts";
import { commonSpan, type Stretch } from "../time/span.ts";
import type { RenderedAnswer } from "./answer.ts";
import type { Bundle } from "./bundle.ts";

/** How answers are taken out of a bundle. */
export type BundleReading = {
  /** What was asked for; a bundle knows one revision only. */
  readonly asOf?: string | undefined;
  readonly actualPositions: boolean;
  readonly layout: Layout;
  readonly strict: boolean;
};

/**
 * Answers as the server would by the bundle's revision; what was rendered is kept for as long as the reader is.
 *
 * @throws FplaneError `not-found` for a revision that the bundle does not hold; the reader: `no-configuration`,
 *   `beyond-horizon`, and `unconfirmed` where it is strict
 */
export function bundleReader(bundle: Bundle, reading: BundleReading): (instant: Instant) => RenderedAnswer {
  demandRevision(bundle, reading.asOf);
  const horizon = horizonOf(bundle, reading.asOf);
  let last: RenderedAnswer | null = null;
  return (instant) => {
    if (horizon !== null && instant >= horizon) {
      const [at, end] = [instantText(instant), instantText(horizon)];
      throw new FplaneError("beyond-horizon", `${at} lies beyond the tag's horizon, ${end}`, { horizon: end });
    }
    if (last === null || !contains(last.interval, instant)) last = answerAt(bundle, instant, reading);
    const answer = { ...last, instant };
    if (reading.strict) demandConfirmed(answer);
    return answer;
  };
}

/** Where the answers end: at the horizon of the tag that is asked for; a revision asked for by its number has none. */
export function horizonOf(bundle: Bundle, asOf: string | undefined): Instant | null {
  return asOf !== undefined && /^\d+$/.test(asOf) ? null : bundle.horizon;
}

/** @throws FplaneError `not-found` for a revision that the bundle does not hold */
function demandRevision(bundle: Pick<Bundle, "revision" | "tag" | "recordedAt">, asOf: string | undefined): void {
  if (asOf === undefined || asOf === String(bundle.revision) || asOf === bundle.tag) return;
  const { revision, tag, recordedAt } = bundle;
  const named = tag === null ? "" : `, tag ${tag}`;
  throw new FplaneError(
    "not-found",
    `the bundle holds revision ${revision}${named} (recorded ${instantText(recordedAt)}), not ${asOf.slice(0, 100)}`,
  );
}

/** @throws FplaneError `no-configuration` */
function answerAt(bundle: Bundle, instant: Instant, { actualPositions, layout }: BundleReading): RenderedAnswer {
  const { plane, interval } = configurationAt(bundle, instant, actualPositions);
  const text = renderFplane(plane, layout);
  const before = bundle.confirmations.findLast(({ from }) => interval.until === null || from < interval.until);
  return {
    plane,
    layout,
    actualPositions,
    instant,
    interval,
    revision: bundle.revision,
    confirmedUntil: confirmedUntilIn(interval, before?.until ?? null),
    sha256: sha256(text),
    text,
  };
}

function configurationAt(
  bundle: Bundle,
  instant: Instant,
  actualPositions: boolean,
): { readonly plane: FocalPlane; readonly interval: Span } {
  const seats = new Map(SEATS.map((ifuslot) => [ifuslot, rowAt(bundle.placements.get(ifuslot) ?? [], instant)]));
  if (![...seats].some(([ifuslot, { row }]) => row !== null && isVirusSeat(ifuslot))) throw absence(bundle, instant);
  const positions = new Map(
    [...seats].flatMap(([ifuslot, { row }]) => {
      const ifuid = row?.unit.ifuid;
      if (ifuid == null || !(actualPositions || !isVirusSeat(ifuslot))) return [];
      return [[ifuslot, rowAt(bundle.positions.get(seatedIfuKey({ ifuslot, ifuid })) ?? [], instant)] as const];
    }),
  );
  const stretches = [...seats.values(), ...positions.values()].map(({ stretch }) => stretch);
  return {
    plane: focalPlane(
      (ifuslot) => seats.get(ifuslot)?.row?.unit ?? null,
      (ifuslot) => {
        const measured = positions.get(ifuslot)?.row;
        return measured == null ? null : { x: measured.x, y: measured.y };
      },
    ),
    interval: commonSpan(stretches, instant),
  };
}

type Found<Row> = { readonly row: Row | null; readonly stretch: Stretch };

/** The row that holds at an instant, or nothing, and the stretch over which that stays so. */
function rowAt<Row extends Span>(rows: readonly Row[], instant: Instant): Found<Row> {
  const index = rows.findLastIndex(({ from }) => from <= instant);
  const row = rows[index];
  if (row !== undefined && contains(row, instant)) return { row, stretch: row };
  return { row: null, stretch: { from: row?.until ?? null, until: rows[index + 1]?.from ?? null } };
}

/** Whether it was retracted a bundle does not know: it is a gap then. */
function absence(bundle: Bundle, instant: Instant): FplaneError {
  const at = instantText(instant);
  const first = nextPlacement(bundle, null);
  if (first !== null && instant < first) {
    const message = `${at} lies before the first recorded focal plane, which begins ${instantText(first)}`;
    return new FplaneError("no-configuration", message, { reason: "before-first", first: instantText(first) });
  }
  return new FplaneError("no-configuration", `no focal plane is recorded for ${at}: it lies in a gap`, {
    reason: "gap",
  });
}

/** When the first VIRUS placement after an instant begins; after null: the first of all. */
export function nextPlacement(bundle: Bundle, after: Instant | null): Instant | null {
  let next: Instant | null = null;
  for (const ifuslot of VIRUS_SEATS) {
    const row = bundle.placements.get(ifuslot)?.find(({ from }) => after === null || from > after);
    if (row !== undefined && (next === null || row.from < next)) next = row.from;
  }
  return next;
}
