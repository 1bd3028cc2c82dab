import { FplaneError } from "../domain/errors.ts";
import { focalPlane } from "../domain/plane/focal-plane.ts";
import type { FocalPlane } from "../domain/plane/placement.ts";
import { isVirusSeat, SEATS } from "../domain/plane/seat.ts";
import { confirmedUntilIn } from "../domain/record/confirmation.ts";
import { type Instant, instantText, type Span } from "../domain/time/instant.ts";
import { commonSpan } from "../domain/time/span.ts";
import type { PositionRecord, Reads, SeatRecord } from "./store.ts";

/** The focal plane at one instant as one revision knows it, with the span around it over which it stays the same. */
export type Configuration = {
  readonly plane: FocalPlane;
  readonly interval: Span;
  /** The newest revision that recorded something in it. */
  readonly changedBy: number;
};

/** A configuration with what is told beside it. */
export type KnownConfiguration = Configuration & {
  /** Data time of the newest hardware status that agreed with it; null: none did. */
  readonly confirmedUntil: Instant | null;
  /** When the revision that last changed something in it was recorded. */
  readonly lastModified: Instant;
  /** The revision by which it is known: the one that was asked for, or an older one while the database is away. */
  readonly rev: number;
};

/**
 * A measured position is used only while its IFU sits in its seat; the recorded position of an auxiliary seat is used in
 * both variants. A seat of which nothing is known shows as empty beside seats of which something is.
 *
 * @param actualPositions measured positions where there are any; else the nominal ones, arcsec
 * @throws FplaneError `no-configuration` (`reason`: before-first, gap, retracted) where no VIRUS placement is recorded
 */
export async function configurationAt(
  reads: Reads,
  instant: Instant,
  rev: number,
  actualPositions: boolean,
): Promise<Configuration> {
  const seats = await reads.seatsAt(SEATS, instant, rev);
  if (!seats.some((seat) => seat.unit !== null && isVirusSeat(seat.ifuslot)))
    throw await noConfiguration(reads, instant, rev);

  const ifus = seats.flatMap(({ ifuslot, unit }) =>
    unit?.ifuid != null && (actualPositions || !isVirusSeat(ifuslot)) ? [{ ifuslot, ifuid: unit.ifuid }] : [],
  );
  const positions = await reads.positionsAt(ifus, instant, rev);
  const positionOf = new Map(positions.map((record) => [record.ifuslot, record.position]));
  const unitOf = new Map(seats.map((seat) => [seat.ifuslot, seat.unit]));
  const interval = commonSpan([...seats, ...positions], instant);
  return {
    plane: focalPlane(
      (ifuslot) => unitOf.get(ifuslot) ?? null,
      (ifuslot) => positionOf.get(ifuslot) ?? null,
    ),
    interval,
    changedBy: await changedWithin(reads, interval, rev, { seats, positions }),
  };
}

type Records = { readonly seats: readonly SeatRecord[]; readonly positions: readonly PositionRecord[] };

/** Where nothing is recorded of a seat, the stretch of that is often longer: what was taken back may lie outside. */
async function changedWithin(
  reads: Reads,
  interval: Span,
  rev: number,
  { seats, positions }: Records,
): Promise<number> {
  const standing = [...seats.filter(({ unit }) => unit !== null), ...positions.filter((one) => one.position !== null)];
  const changed = Math.max(...standing.map((record) => record.changedBy));
  const absent = {
    seats: seats.filter((seat) => seat.unit === null && seat.changedBy > changed).map((seat) => seat.ifuslot),
    positions: positions.filter((one) => one.position === null && one.changedBy > changed),
  };
  if (absent.seats.length + absent.positions.length === 0) return changed;
  return Math.max(changed, await reads.lastTakenBack(absent, interval, rev));
}

/** The same with what is told beside it. */
export async function knownConfigurationAt(
  reads: Reads,
  instant: Instant,
  rev: number,
  actualPositions: boolean,
): Promise<KnownConfiguration> {
  const configuration = await configurationAt(reads, instant, rev, actualPositions);
  const [changedBy, confirmed] = await Promise.all([
    reads.revisionNumbered(configuration.changedBy),
    confirmedUntil(reads, configuration.interval, rev),
  ]);
  return { ...configuration, rev, confirmedUntil: confirmed, lastModified: changedBy?.recordedAt ?? instant };
}

/** When nothing is recorded at an instant: says whether it lies before the first record, in a gap, or was taken back. */
export async function noConfiguration(reads: Reads, instant: Instant, rev: number): Promise<FplaneError> {
  if (await reads.knewPlacementAt(instant, rev)) return absence(instant, { retracted: true, first: null });
  return absence(instant, { retracted: false, first: await reads.firstPlacement(rev) });
}

/** @param first when the first recorded focal plane begins; null: there is none */
export function absence(
  instant: Instant,
  { retracted, first }: { readonly retracted: boolean; readonly first: Instant | null },
): FplaneError {
  const at = instantText(instant);
  if (retracted) {
    return new FplaneError("no-configuration", `what was recorded for ${at} has been retracted`, {
      reason: "retracted",
    });
  }
  if (first === null) {
    return new FplaneError("no-configuration", "no focal plane has been recorded yet", { reason: "before-first" });
  }
  if (instant < first) {
    const message = `${at} lies before the first recorded focal plane, which begins ${instantText(first)}`;
    return new FplaneError("no-configuration", message, { reason: "before-first", first: instantText(first) });
  }
  return new FplaneError("no-configuration", `no focal plane is recorded for ${at}: it lies in a gap`, {
    reason: "gap",
  });
}

/** @returns null where nothing ever confirmed it; see `confirmedWithin` */
export async function confirmedUntil(reads: Reads, interval: Span, rev: number): Promise<Instant | null> {
  return confirmedUntilIn(interval, await reads.confirmedUntil(interval, rev));
}
