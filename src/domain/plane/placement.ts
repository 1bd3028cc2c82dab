/**
 * What stands in one seat: the IFU that is plugged in and the spectrograph that it feeds. Ids are text of three digits;
 * what the file writes as `000` is null here. A seat without occupant is a placement whose ids are all null.
 */
export type Placement = {
  /** The seat in the IFU head mounting plate, `013`..`106`, or an auxiliary seat such as `056`. */
  readonly ifuslot: string;
  /** The fibre bundle. */
  readonly ifuid: string | null;
  /** The spectrograph; unique within one instrument only. */
  readonly specid: string | null;
  /** The bay of the spectrograph in its enclosure; real files repeat it, so it is not unique. */
  readonly specslot: string | null;
  /** The controller of the spectrograph, `S/N 0059`. No file carries it. */
  readonly contid: string | null;
};

/** What stands in a seat, whichever seat that is: all ids null where it is empty. */
export type Unit = Omit<Placement, "ifuslot">;

/** What stands in an empty seat. */
export const EMPTY_UNIT: Unit = { ifuid: null, specid: null, specslot: null, contid: null };

/** Whether all that is known of two units is the same, the controller included, which no file shows. */
export function sameUnit(a: Unit, b: Unit): boolean {
  return a.ifuid === b.ifuid && a.specid === b.specid && a.specslot === b.specslot && a.contid === b.contid;
}

/** Where something is in the focal plane (X_FP, Y_FP), arcsec from the IHMP centre. */
export type PlanePosition = { readonly x: number; readonly y: number };

/** To the last digit: positions are kept with three decimals. */
export function samePosition(a: PlanePosition, b: PlanePosition): boolean {
  return a.x === b.x && a.y === b.y;
}

/** What a measured position belongs to: an IFU in a seat (of an auxiliary seat: what its recorded position belongs to). */
export type SeatedIfu = { readonly ifuslot: string; readonly ifuid: string };

/** The same text for the same IFU in the same seat. */
export function seatedIfuKey({ ifuslot, ifuid }: SeatedIfu): string {
  return `${ifuslot}/${ifuid}`;
}

/** One line of a focal plane as it is shown: a placement and the position that belongs to it. */
export type FocalPlaneRow = Placement & {
  readonly x: number;
  readonly y: number;
  /** Whether x and y were measured; false where they are the seat's nominal position. */
  readonly measured: boolean;
};

/** Everything in the focal plane at one instant: the 82 VIRUS seats ascending, then the 15 auxiliary seats. Row 000 is constant and not listed. */
export type FocalPlane = {
  readonly virus: readonly FocalPlaneRow[];
  readonly auxiliary: readonly FocalPlaneRow[];
};
