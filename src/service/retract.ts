import { FplaneError } from "../domain/errors.ts";
import { instrumentOf, VIRUS_SEATS } from "../domain/plane/seat.ts";
import type { PlacementFact } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { type Curation, type CurationResult, curate } from "./curate.ts";
import { type Bounds, resolveBounds } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";

export type RetractRequest = Curation &
  Bounds & { /** Empty: every VIRUS seat. */ readonly ifuslots: readonly string[] };

/**
 * Takes back what is recorded of some seats over a span: nothing is known of them there any more. Without an end it goes
 * up to each seat's next recorded change.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `conflict`, `not-found` when nothing is recorded there
 */
export async function retract(deps: Deps, identity: Identity | null, request: RetractRequest): Promise<CurationResult> {
  demandRole(identity, "curator", "A retraction");
  const { from, until } = resolveBounds(deps, request);
  const ifuslots = request.ifuslots.length === 0 ? VIRUS_SEATS : request.ifuslots;
  for (const ifuslot of ifuslots) instrumentOf(ifuslot); // refuses a seat that does not exist
  return await curate(deps, identity, "retract", request, async (tx, previous) => {
    const seats = await tx.seatsAt(ifuslots, from, previous);
    const placements: PlacementFact[] = seats.map((seat) => ({
      ifuslot: seat.ifuslot,
      span: { from, until: until === "next" ? seat.until : until },
      value: null,
    }));
    const isRecorded =
      until === "next"
        ? seats.some((seat) => seat.unit !== null)
        : (await tx.placementsOver(ifuslots, { from, until }, previous)).length > 0;
    if (!isRecorded) throw new FplaneError("not-found", "nothing is recorded there that could be retracted");
    return {
      facts: { placements, positions: [], confirmations: [], holds: [] },
      ifuslots,
      source: { retracted: { ifuslots: request.ifuslots, from: request.from, until: request.until ?? null } },
      warnings: [],
    };
  });
}
