import { sha256 } from "../domain/digest.ts";
import { FplaneError } from "../domain/errors.ts";
import { demandSeatsToDrop, farFromNominal, isNominal, refusedRowsText } from "../domain/files/imported-file.ts";
import { type ListedPosition, readPositions } from "../domain/files/position-list.ts";
import type { PositionFact } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import type { Instant, Span } from "../domain/time/instant.ts";
import { type Curation, type CurationResult, curate } from "./curate.ts";
import { type Bounds, resolveBounds } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import type { Writes } from "./store.ts";

export type PositionsRequest = Curation &
  Bounds & {
    /** The list: `IFUSLOT X Y` a line, or a focal-plane file. */
    readonly text: string;
    readonly name: string;
    readonly drop: readonly string[];
    /** Take positions more than 2 arcsec from nominal all the same. */
    readonly force: boolean;
  };

/**
 * Records measured positions. Each belongs to the IFU that sits in the seat when the span begins (else the first that
 * comes): while another one sits there the nominal position is used, and when the first returns its own is used again.
 * Without an end a position holds until the next one that is recorded of that IFU in that seat.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `bad-fplane`, `conflict` naming every row that
 * lies too far from nominal or whose seat holds no IFU
 */
export async function setPositions(
  deps: Deps,
  identity: Identity | null,
  request: PositionsRequest,
): Promise<CurationResult> {
  demandRole(identity, "curator", "Recording positions");
  const { from, until } = resolveBounds(deps, request);
  demandSeatsToDrop(request.drop);
  const listed = readPositions(request.text).filter((row) => !request.drop.includes(row.ifuslot));
  const measured = listed.filter((row) => !isNominal(row));
  return await curate(deps, identity, "positions", request, async (tx, previous) => {
    const ifuOf = await seatedIfus(tx, measured, { from, until: until === "next" ? null : until }, previous);
    demandMeasurable(measured, ifuOf, request.force);
    const ifus = measured.flatMap(({ ifuslot, x, y }) => {
      const ifuid = ifuOf.get(ifuslot);
      return ifuid === undefined ? [] : [{ ifuslot, ifuid, x, y }];
    });
    const recorded = await tx.positionsAt(ifus, from, previous);
    const nextOf = new Map(recorded.map((record) => [record.ifuslot, record.until]));
    const positions = ifus.map(({ ifuslot, ifuid, x, y }): PositionFact => {
      const end: Instant | null = until === "next" ? (nextOf.get(ifuslot) ?? null) : until;
      return { ifuslot, ifuid, span: { from, until: end }, value: { x, y } };
    });
    const nominal = listed.length - measured.length;
    return {
      facts: { placements: [], positions, confirmations: [], holds: [] },
      ifuslots: ifus.map((ifu) => ifu.ifuslot),
      source: { file: { name: request.name, sha256: sha256(request.text), text: request.text } },
      warnings: nominal === 0 ? [] : [`exactly nominal, so no measurements, and left out: ${nominal} of the rows`],
    };
  });
}

/** The IFU in each seat when the span begins or, where the seat is empty then, the first that comes. */
async function seatedIfus(
  tx: Writes,
  rows: readonly ListedPosition[],
  span: Span,
  rev: number,
): Promise<ReadonlyMap<string, string>> {
  const placements = await tx.placementsOver(
    rows.map((row) => row.ifuslot),
    span,
    rev,
  );
  const ifus = new Map<string, string>();
  for (const { ifuslot, unit } of placements) {
    if (unit.ifuid !== null && !ifus.has(ifuslot)) ifus.set(ifuslot, unit.ifuid);
  }
  return ifus;
}

function demandMeasurable(rows: readonly ListedPosition[], ifuOf: ReadonlyMap<string, string>, force: boolean): void {
  const problems = rows.flatMap((row) => {
    const { line, ifuslot } = row;
    const empty = ifuOf.has(ifuslot) ? [] : [{ line, ifuslot, message: "the seat holds no IFU over the span" }];
    return [...empty, ...(force ? [] : farFromNominal(row))];
  });
  if (problems.length === 0) return;
  throw new FplaneError("conflict", refusedRowsText("the positions cannot be taken", problems), { problems });
}
