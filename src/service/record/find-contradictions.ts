import { type Contradiction, contradictionsAmong } from "../../domain/plane/contradiction.ts";
import { AUXILIARY, builtInRow, instrumentOf } from "../../domain/plane/seat.ts";
import type { Facts } from "../../domain/record/fact.ts";
import type { Span } from "../../domain/time/instant.ts";
import { hull, spanWithout } from "../../domain/time/span.ts";
import type { Ids, Occupation, Writes } from "../store.ts";

type WantedIds = Pick<Ids, "ifuid" | "specid">;

/**
 * The IFUs and the spectrographs of an instrument that would be in two seats at once by what a revision has just said. The
 * database would refuse it too, but name only one, and it does not know what stands where nothing is recorded.
 */
export async function findContradictions(tx: Writes, rev: number, { placements }: Facts): Promise<Contradiction[]> {
  // Where a row of an auxiliary seat is taken back, the built-in one stands again.
  const said = placements.flatMap(({ ifuslot, value }) => value ?? builtInRow(ifuslot) ?? []);
  const ids = { ifuid: idsIn(said, "ifuid"), specid: idsIn(said, "specid") };
  if (ids.ifuid.length + ids.specid.length === 0) return [];
  const span = hull(placements.map((fact) => fact.span));
  const [recorded, builtIn] = await Promise.all([
    tx.placementsWith(ids, span, rev),
    builtInOccupations(tx, ids, span, rev),
  ]);
  const occupations = [...recorded, ...builtIn];
  return [
    ...contradictionsIn("ifuid", ids.ifuid, occupations),
    ...[...Map.groupBy(occupations, (row) => row.instrument).values()].flatMap((ofInstrument) =>
      contradictionsIn("specid", ids.specid, ofInstrument),
    ),
  ];
}

function idsIn(units: readonly Pick<Occupation, "ifuid" | "specid">[], kind: keyof WantedIds): string[] {
  return [...new Set(units.flatMap((unit) => unit[kind] ?? []))];
}

function contradictionsIn(
  kind: keyof WantedIds,
  ids: readonly string[],
  occupations: readonly Occupation[],
): Contradiction[] {
  const wanted = new Set(ids);
  return contradictionsAmong(
    kind,
    occupations.flatMap(({ ifuslot, span, [kind]: id }) =>
      id !== null && wanted.has(id) ? [{ id, ifuslot, span }] : [],
    ),
  );
}

/** What of the built-in table has one of the ids, wherever in the span nothing else is recorded of its seat. */
async function builtInOccupations(tx: Writes, ids: WantedIds, span: Span, rev: number): Promise<Occupation[]> {
  const rows = AUXILIARY.filter(
    ({ ifuid, specid }) =>
      (ifuid !== null && ids.ifuid.includes(ifuid)) || (specid !== null && ids.specid.includes(specid)),
  );
  if (rows.length === 0) return [];
  const ifuslots = rows.map((row) => row.ifuslot);
  const recorded = Map.groupBy(await tx.placementsOver(ifuslots, span, rev), (row) => row.ifuslot);
  return rows.flatMap(({ ifuslot, ifuid, specid }) => {
    const others = (recorded.get(ifuslot) ?? []).map((row) => row.span);
    const instrument = instrumentOf(ifuslot);
    return spanWithout(span, others).map((free) => ({ instrument, ifuslot, ifuid, specid, span: free }));
  });
}
