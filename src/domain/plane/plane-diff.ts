import type { FocalPlane, FocalPlaneRow, PlanePosition } from "./placement.ts";
import { instrumentOf } from "./seat.ts";
import { type SeatChange, seatChanges } from "./seat-changes.ts";

/** An IFU or a spectrograph that is in another seat. */
type Move = {
  readonly kind: "ifuid" | "specid";
  readonly id: string;
  readonly from: string;
  readonly to: string;
};

/** Two seats that have exchanged their IFUs, or their spectrographs. */
type Swap = {
  readonly kind: "ifuid" | "specid";
  readonly seats: readonly [string, string];
  readonly ids: readonly [string, string];
};

/** An IFU or a spectrograph that is in one of the two focal planes only. */
type Appearance = { readonly kind: "ifuid" | "specid"; readonly id: string; readonly ifuslot: string };

/** An IFU that stayed in its seat, but whose position is another one. arcsec. */
type Repositioned = {
  readonly ifuslot: string;
  readonly ifuid: string | null;
  readonly before: PlanePosition;
  readonly after: PlanePosition;
  readonly distance: number;
};

/** What differs between two focal planes, by seat and by what moved. */
export type PlaneDiff = {
  readonly changes: readonly SeatChange[];
  readonly swaps: readonly Swap[];
  readonly moves: readonly Move[];
  readonly added: readonly Appearance[];
  readonly removed: readonly Appearance[];
  readonly repositioned: readonly Repositioned[];
};

/** Compares two focal planes, seat by seat and by where each IFU and each spectrograph of an instrument is. */
export function diffPlanes(before: FocalPlane, after: FocalPlane): PlaneDiff {
  const [old, now] = [bySeat(before), bySeat(after)];
  const kinds = ["ifuid", "specid"] as const;
  const moves = kinds.flatMap((kind) => movesOf(kind, old, now));
  const swaps = moves.flatMap((move): Swap[] => {
    const back = moves.find((other) => other.kind === move.kind && other.from === move.to && other.to === move.from);
    return back === undefined || move.from > move.to
      ? []
      : [{ kind: move.kind, seats: [move.from, move.to], ids: [move.id, back.id] }];
  });
  const swapped = ({ kind, from, to }: Move) =>
    swaps.some((swap) => swap.kind === kind && swap.seats.includes(from) && swap.seats.includes(to));
  return {
    changes: seatChanges(unitsOf(old), unitsOf(now)),
    swaps,
    moves: moves.filter((move) => !swapped(move)),
    added: kinds.flatMap((kind) => onlyIn(kind, now, old)),
    removed: kinds.flatMap((kind) => onlyIn(kind, old, now)),
    repositioned: [...now.values()].flatMap((row) => repositioned(old.get(row.ifuslot), row)),
  };
}

type Rows = ReadonlyMap<string, FocalPlaneRow>;

function bySeat({ virus, auxiliary }: FocalPlane): Rows {
  return new Map([...virus, ...auxiliary].map((row) => [row.ifuslot, row]));
}

function unitsOf(rows: Rows) {
  return new Map(
    [...rows].map(([ifuslot, { ifuid, specid, specslot, contid }]) => [ifuslot, { ifuid, specid, specslot, contid }]),
  );
}

/** Where each id is; a SPECID is unique within its instrument only. */
function places(kind: "ifuid" | "specid", rows: Rows): Map<string, { id: string; ifuslot: string }> {
  const entries = [...rows.values()].flatMap((row) => {
    const id = row[kind];
    return id === null ? [] : [[`${instrumentOf(row.ifuslot)} ${id}`, { id, ifuslot: row.ifuslot }] as const];
  });
  return new Map(entries);
}

function movesOf(kind: "ifuid" | "specid", before: Rows, after: Rows): Move[] {
  const old = places(kind, before);
  return [...places(kind, after)].flatMap(([key, { id, ifuslot }]) => {
    const from = old.get(key)?.ifuslot;
    return from === undefined || from === ifuslot ? [] : [{ kind, id, from, to: ifuslot }];
  });
}

function onlyIn(kind: "ifuid" | "specid", rows: Rows, others: Rows): Appearance[] {
  const known = places(kind, others);
  return [...places(kind, rows)].flatMap(([key, { id, ifuslot }]) => (known.has(key) ? [] : [{ kind, id, ifuslot }]));
}

function repositioned(before: FocalPlaneRow | undefined, after: FocalPlaneRow): Repositioned[] {
  if (before === undefined || before.ifuid !== after.ifuid) return [];
  const distance = Number(Math.hypot(after.x - before.x, after.y - before.y).toFixed(3));
  if (distance === 0) return [];
  const { ifuslot, ifuid } = after;
  return [{ ifuslot, ifuid, before: { x: before.x, y: before.y }, after: { x: after.x, y: after.y }, distance }];
}

const WORDS = { ifuid: "IFU", specid: "spectrograph" } as const;

/** The differences for people, a line each; the seats' lines are `changeText`'s. */
export function planeDiffTexts({ swaps, moves, added, removed, repositioned: moved }: PlaneDiff): string[] {
  return [
    ...swaps.map(
      ({ kind, seats, ids }) => `swapped  ${WORDS[kind]}s ${ids.join(" and ")} between seats ${seats.join(" and ")}`,
    ),
    ...moves.map(({ kind, id, from, to }) => `moved    ${WORDS[kind]} ${id} from seat ${from} to ${to}`),
    ...added.map(({ kind, id, ifuslot }) => `added    ${WORDS[kind]} ${id} in seat ${ifuslot}`),
    ...removed.map(({ kind, id, ifuslot }) => `removed  ${WORDS[kind]} ${id} from seat ${ifuslot}`),
    ...moved.map(({ ifuslot, distance }) => `shifted  seat ${ifuslot} by ${distance.toFixed(3)} arcsec`),
  ];
}
