import type { Unit } from "../plane/placement.ts";
import type { SeatChange } from "../plane/seat-changes.ts";

/** What a hardware status may change at most before a person has to look at it. */
export type GateLimits = {
  /** Share of the units active before whose SPECID or IFUID changes, 0 to 1. */
  readonly changedShare: number;
  /** How many units may be lost. */
  readonly lostUnits: number;
};

/** A re-plug of half the plane, as that of 2019-03-28, waits for a curator; the work of a usual night does not. */
export const DEFAULT_GATE: GateLimits = { changedShare: 0.25, lostUnits: 10 };

/**
 * Why a status has to wait for a curator, or null. The first configuration is never gated; a CONTID or SPECSLOT that is
 * learned is no change. A unit is lost when its spectrograph is in no VIRUS seat any more.
 */
export function gateReason(
  before: ReadonlyMap<string, Unit | null>,
  changes: readonly SeatChange[],
  { changedShare, lostUnits }: GateLimits,
): string | null {
  const active = [...before.values()].flatMap((unit) => unit?.specid ?? []);
  if (active.length === 0) return null;
  const changed = changes.filter(
    (change) =>
      (change.before?.specid ?? null) !== (change.after?.specid ?? null) ||
      (change.before?.ifuid ?? null) !== (change.after?.ifuid ?? null),
  );
  const after = new Set(changes.flatMap((change) => change.after?.specid ?? []));
  const lost = changes.filter((change) => change.before?.specid != null && !after.has(change.before.specid));
  const reasons: string[] = [];
  if (changed.length / active.length > changedShare) {
    const percent = Math.round((100 * changed.length) / active.length);
    const most = Number((100 * changedShare).toPrecision(12)); // 100 * 0.07 is 7.000000000000001
    reasons.push(
      `it changes ${changed.length} seats, ${percent} % of the ${active.length} active units (more than ${most} %)`,
    );
  }
  if (lost.length > lostUnits) reasons.push(`${lost.length} units are lost (more than ${lostUnits})`);
  return reasons.length === 0 ? null : reasons.join(" and ");
}
