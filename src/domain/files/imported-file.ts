import { FplaneError } from "../errors.ts";
import { listed } from "../listed.ts";
import type { Unit } from "../plane/placement.ts";
import { instrumentOf, isSeat, isVirusSeat, nearestSeatsText, nominalPosition, VIRUS_SEATS } from "../plane/seat.ts";
import type { ReadRow } from "./fplane-reader.ts";

/** A measured position lies no further than this from its seat's nominal position, arcsec (domain: at most about 2). */
const FURTHEST_FROM_NOMINAL = 2;

export type ImportOptions = {
  /** Whether the file's positions are measured ones. */
  readonly actual: boolean;
  /** Seats whose rows are left out. */
  readonly drop: readonly string[];
  /** Take positions too far from nominal all the same. */
  readonly force: boolean;
};

type PlacedRow = Pick<ReadRow, "line" | "ifuslot" | "x" | "y">;

type Refusal = { readonly line: number; readonly ifuslot: string; readonly message: string };

/**
 * What of a file can go into the record: the rows that are not dropped.
 *
 * @throws FplaneError `conflict` naming every row that stands twice, shares its IFU or spectrograph with another, or lies
 * more than 2 arcsec from its VIRUS seat's nominal position; `bad-parameter` for a dropped seat that does not exist
 */
export function checkImport(
  rows: readonly ReadRow[],
  { actual, drop, force }: ImportOptions,
): { readonly rows: readonly ReadRow[]; readonly warnings: readonly string[] } {
  demandSeatsToDrop(drop);
  const kept = rows.filter((row) => !drop.includes(row.ifuslot));
  const refused = [
    ...twice(kept, "seat", (row) => row.ifuslot),
    ...twice(kept, "SPECID", (row) => row.specid && `${instrumentOf(row.ifuslot)} ${row.specid}`),
    ...twice(kept, "IFUID", (row) => row.ifuid),
    ...(force ? [] : kept.flatMap(farFromNominal)),
  ].sort((a, b) => a.line - b.line);
  if (refused.length > 0) throw refusal(refused);
  const warnings = [
    ...droppedSeats(rows, drop),
    ...unusedPositions(kept, actual),
    ...positionsWithoutIfu(kept, actual),
  ];
  return { rows: kept, warnings };
}

/** @throws FplaneError `bad-parameter` for a seat that does not exist */
export function demandSeatsToDrop(drop: readonly string[]): void {
  const unknown = drop.filter((ifuslot) => !isSeat(ifuslot));
  if (unknown.length === 0) return;
  const message = `there is no seat ${unknown.join(", ")} to drop${nearestSeatsText(unknown[0] ?? "")}`;
  throw new FplaneError("bad-parameter", message);
}

/** Of a seat that the file does not list nothing is recorded either: without --drop a VIRUS seat would be empty. */
function droppedSeats(rows: readonly ReadRow[], drop: readonly string[]): string[] {
  if (drop.length === 0) return [];
  const seats = [...new Set(drop)].sort().map((ifuslot) => {
    const lines = rows.filter((row) => row.ifuslot === ifuslot).map(({ line }) => line);
    return lines.length === 0 ? `${ifuslot} (not in the file)` : `${ifuslot} (line ${lines.join(" and ")})`;
  });
  return [`nothing is recorded of the dropped ${seats.length === 1 ? "seat" : "seats"} ${seats.join(", ")}`];
}

function unusedPositions(rows: readonly ReadRow[], actual: boolean): string[] {
  const unused = actual ? [] : rows.filter((row) => isVirusSeat(row.ifuslot) && row.ifuid !== null && !isNominal(row));
  if (unused.length === 0) return [];
  const what =
    unused.length === 1 ? "1 row carries a position that is" : `${unused.length} rows carry positions that are`;
  return [`${what} not nominal and not recorded: --actual takes them`];
}

/** A position belongs to an IFU in a seat, so there is nothing to record it under. */
function positionsWithoutIfu(rows: readonly ReadRow[], actual: boolean): string[] {
  const lost = rows.filter((row) => row.ifuid === null && (actual || !isVirusSeat(row.ifuslot)) && !isNominal(row));
  return lost.map(
    ({ ifuslot, x, y }) => `seat ${ifuslot} has no IFU to which its position (${x}, ${y}) could belong: not recorded`,
  );
}

function twice(rows: readonly ReadRow[], what: string, key: (row: ReadRow) => string | null): Refusal[] {
  const groups = Map.groupBy(rows, key);
  return [...groups].flatMap(([id, group]) => {
    if (id === null || group.length < 2) return [];
    return group.map((row) => {
      const others = group
        .filter((other) => other !== row)
        .map((other) => `seat ${other.ifuslot} in line ${other.line}`);
      const shared =
        what === "seat" ? "this seat stands twice: also" : `${what} ${id.split(" ").at(-1)} is also that of`;
      return { line: row.line, ifuslot: row.ifuslot, message: `${shared} ${others.join(" and ")}` };
    });
  });
}

/** The refusal of a position more than 2 arcsec from its VIRUS seat's nominal one; nothing for a good one. */
export function farFromNominal(row: PlacedRow): Refusal[] {
  if (!isVirusSeat(row.ifuslot)) return [];
  const nominal = nominalPosition(row.ifuslot);
  // To the last digit of a position: exactly 2 arcsec away is near enough, whatever it is in floating point.
  const distance = Number(Math.hypot(row.x - nominal.x, row.y - nominal.y).toFixed(3));
  if (distance <= FURTHEST_FROM_NOMINAL) return [];
  const message = `its position (${row.x}, ${row.y}) lies ${distance} arcsec from the nominal (${nominal.x}, ${nominal.y})`;
  return [{ line: row.line, ifuslot: row.ifuslot, message }];
}

function refusal(refused: readonly Refusal[]): FplaneError {
  return new FplaneError("conflict", refusedRowsText("the file cannot be taken", refused), { problems: refused });
}

/** Each refused row, and what can be done about them. @param heading what that does to the whole */
export function refusedRowsText(heading: string, refused: readonly Refusal[]): string {
  const sentences = refused.map(({ line, ifuslot, message }) => `line ${line}, seat ${ifuslot}: ${message}`);
  return `${listed(heading, sentences)}\nLeave rows out with --drop SEAT,..., take far positions with --force`;
}

/** Whether the row's position is exactly its VIRUS seat's nominal one, and so no measurement. */
export function isNominal({ ifuslot, x, y }: PlacedRow): boolean {
  if (!isVirusSeat(ifuslot)) return false;
  const nominal = nominalPosition(ifuslot);
  return x === nominal.x && y === nominal.y;
}

/**
 * What a file says of the seats: each VIRUS seat, a seat that it does not list being empty, and the auxiliary seats that
 * it lists. Nothing is said of dropped seats. A file carries no CONTID.
 */
export function unitsOf(rows: readonly ReadRow[], drop: readonly string[]): Map<string, Unit> {
  const listed = new Map(rows.map((row) => [row.ifuslot, row]));
  const seats = [...VIRUS_SEATS, ...rows.map((row) => row.ifuslot).filter((ifuslot) => !isVirusSeat(ifuslot))];
  return new Map(
    seats
      .filter((ifuslot) => !drop.includes(ifuslot))
      .map((ifuslot) => {
        const row = listed.get(ifuslot);
        const { ifuid = null, specid = null, specslot = null } = row ?? {};
        return [ifuslot, { ifuid, specid, specslot, contid: null }];
      }),
  );
}
