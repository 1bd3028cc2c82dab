import type { FocalPlane, FocalPlaneRow } from "../plane/placement.ts";
import { positionText } from "../plane/position-text.ts";
import { IHMP_CENTRE } from "../plane/seat.ts";

/** full: every seat; short: the active VIRUS seats only; all-slots: like full, but no row is commented out. */
export const LAYOUTS = ["full", "short", "all-slots"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** The blanks matter: Fortran readers skip six lines, and programs compare these five with old files byte for byte. */
const HEADER =
  "# $Id$\n# $Revision$\n# $Author$\n# $Date$\n# IFUSLOT X_FP   Y_FP   SPECID SPECSLOT IFUID IFUROT  PLATESC\n";

/** An id as the files write it: three digits, `000` for none. */
export function idText(id: string | null): string {
  return id ?? "000";
}

/** The rows that a layout shows, in the order of the file, without the constant row 000. */
export function rowsOf(plane: FocalPlane, layout: Layout): readonly FocalPlaneRow[] {
  if (layout === "short") return plane.virus.filter((row) => row.specid !== null);
  return [...plane.virus, ...plane.auxiliary];
}

/**
 * The focal-plane text file, byte for byte as the old server wrote it: five comment lines, row 000, the rows of the
 * layout. Positions (arcsec) are written as they stand in the rows; the caller chooses nominal or actual ones. It never
 * carries a date or a revision, since the readers of the survey stop at any other comment.
 */
export function renderFplane(plane: FocalPlane, layout: Layout): string {
  const commented = new Set(layout === "full" ? plane.virus.filter((row) => row.specid === null) : []);
  const rows = rowsOf(plane, layout).map((row) => (commented.has(row) ? "#" : "") + rowText(row));
  return HEADER + rowText(IHMP_CENTRE) + rows.join("");
}

/** The old server's format: "%s\t%8.3f\t%8.3f\t%s\t%s\t%s\t%.3f\t%.3f\n"; IFUROT is always 0 and PLATESC always 1. */
function rowText(row: FocalPlaneRow): string {
  const fields = [
    row.ifuslot,
    positionText(row.x).padStart(8),
    positionText(row.y).padStart(8),
    idText(row.specid),
    idText(row.specslot),
    idText(row.ifuid),
    "0.000",
    "1.000",
  ];
  return `${fields.join("\t")}\n`;
}
