import { type Layout, renderFplane } from "../../src/domain/files/fplane-file.ts";
import type { FocalPlaneRow, Placement } from "../../src/domain/plane/placement.ts";
import { AUXILIARY, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import type { Identity } from "../../src/domain/role.ts";
import type { Instant } from "../../src/domain/time/instant.ts";
import type { Deps } from "../../src/service/deps.ts";
import { type FplaneRequest, getFplane } from "../../src/service/get-fplane.ts";
import { type UpdateRequest, updateConfig } from "../../src/service/update-config.ts";
import { hardwareStatus, type ReportedUnit } from "./hardware-status.ts";
import { UPDATER } from "./observatory.ts";
import { emptyRow } from "./planes.ts";

/** A unit in a seat, as a status reports it. */
export function unit(
  ifuslot: string,
  ifuid: string | null,
  specid: string | null,
  specslot?: string | null,
  contid?: string | null,
): ReportedUnit {
  return {
    ifuslot,
    ifuid,
    specid,
    ...(specslot === undefined ? {} : { specslot }),
    ...(contid === undefined ? {} : { contid }),
  };
}

/** The first so many VIRUS seats, each with a unit of its own: `unitsOf(3)` is 013 to 015 with 001/301 to 003/303. */
export function unitsIn(count: number): ReportedUnit[] {
  return VIRUS_SEATS.slice(0, count).map((ifuslot, i) =>
    unit(
      ifuslot,
      digits(i + 1),
      digits(i + 301),
      `${1 + (i % 2)}${1 + (i % 5)}${1 + (i % 8)}`,
      `S/N 0${digits(i + 1)}`,
    ),
  );
}

function digits(id: number): string {
  return String(id).padStart(3, "0");
}

/** The units with some of them replaced, by seat; null takes one out. */
export function changed(
  units: readonly ReportedUnit[],
  by: Readonly<Record<string, Partial<ReportedUnit> | null>>,
): ReportedUnit[] {
  return units.flatMap((old) => {
    const change = by[old.ifuslot];
    if (change === null) return [];
    return [{ ...old, ...change }];
  });
}

/** A focal-plane file with these units; `at` gives the positions that are not nominal, arcsec. */
export function fileOf(
  units: readonly ReportedUnit[],
  {
    layout = "full",
    at = {},
    auxiliary = AUXILIARY,
  }: {
    layout?: Layout;
    at?: Readonly<Record<string, readonly [x: number, y: number]>>;
    auxiliary?: readonly FocalPlaneRow[];
  } = {},
): string {
  const bySeat = new Map(
    units.map(({ ifuslot, ifuid, specid, specslot = null }) => [ifuslot, { ifuid, specid, specslot }]),
  );
  const virus = VIRUS_SEATS.map((ifuslot) => {
    const row = { ...emptyRow(ifuslot), ...bySeat.get(ifuslot) };
    const [x, y] = at[ifuslot] ?? [row.x, row.y];
    return { ...row, x, y };
  });
  return renderFplane({ virus, auxiliary }, layout);
}

/** `getFplane` with the options that most tests want. */
export function ask(deps: Deps, datestr: string, options: Partial<FplaneRequest> = {}) {
  const defaults = { actualPositions: false, layout: "full", night: "local", strict: false } as const;
  return getFplane(deps, { ...defaults, datestr, ...options });
}

/** `updateConfig` with a status taken at the time of the clock, committed, by the updater. */
export function send(
  deps: Deps,
  units: readonly ReportedUnit[],
  { as = UPDATER, at = deps.clock(), ...options }: Partial<UpdateRequest> & { as?: Identity | null; at?: Instant } = {},
) {
  const defaults = { actualPositions: false, layout: "full", commit: true, datestr: undefined } as const;
  return updateConfig(deps, as, { ...defaults, config: hardwareStatus(units, at), ...options });
}

/** What an answer shows in a seat: `001 301 111`, that is IFUID, SPECID and SPECSLOT, `000` for none. */
export function shownIn(
  answer: { readonly plane: { virus: readonly Placement[]; auxiliary: readonly Placement[] } },
  ifuslot: string,
): string {
  const row = [...answer.plane.virus, ...answer.plane.auxiliary].find((seat) => seat.ifuslot === ifuslot);
  return [row?.ifuid, row?.specid, row?.specslot].map((id) => id ?? "000").join(" ");
}

/** The numbers of what is in a record, to see that nothing was left behind. */
export async function newestRevision(deps: Deps): Promise<number> {
  return (await deps.store.newestRevision())?.rev ?? 0;
}
