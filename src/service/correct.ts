import { FplaneError } from "../domain/errors.ts";
import { EMPTY_UNIT, type Unit } from "../domain/plane/placement.ts";
import { builtInRow, instrumentOf } from "../domain/plane/seat.ts";
import { confirmedWithin, type PlacementFact } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { type Instant, instantText, overlaps, type Span } from "../domain/time/instant.ts";
import { earlierEnd } from "../domain/time/span.ts";
import { type Curation, type CurationResult, curate } from "./curate.ts";
import { type Bounds, type ResolvedBounds, resolveBounds } from "./dates.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import type { Writes } from "./store.ts";

/** What is to stand in a seat over a span: the fields that are named; the others stay. `000` empties a field. */
type Correction = Bounds & {
  readonly ifuslot: string;
  readonly set: Readonly<Partial<Record<keyof Unit, string>>>;
};

export type CorrectRequest = Curation & { readonly corrections: readonly Correction[] };

/**
 * Corrects what is recorded of some seats over some spans, in one revision, so that units can be swapped. Without an end
 * a correction goes up to the seat's next recorded change. A correction whose span is closed confirms it.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `conflict`
 */
export async function correct(deps: Deps, identity: Identity | null, request: CorrectRequest): Promise<CurationResult> {
  demandRole(identity, "curator", "A correction");
  const wanted = request.corrections.map((correction) => ({ ...correction, ...checked(deps, correction) }));
  if (wanted.length === 0) throw new FplaneError("bad-parameter", "there is nothing to correct");
  return await curate(deps, identity, "correct", request, async (tx, previous) => {
    const placements: PlacementFact[] = [];
    const spans: (Span & { ifuslot: string })[] = [];
    const warnings: string[] = [];
    for (const { ifuslot, bounds, fields } of wanted) {
      const span = await spanOf(tx, ifuslot, bounds, previous);
      demandApart(spans, ifuslot, span);
      spans.push({ ifuslot, ...span });
      const { facts, notices } = await factsOf(tx, ifuslot, span, fields, previous);
      placements.push(...facts);
      warnings.push(...notices);
      if (bounds.until === "next" && span.until !== null) {
        warnings.push(
          `seat ${ifuslot}: the correction ends at ${instantText(span.until)}, where the next change is recorded`,
        );
      }
    }
    const confirmations = closedSpans(spans).map(({ from, until }) => confirmedWithin(from, until));
    return {
      facts: { placements, positions: [], confirmations, holds: [] },
      ifuslots: wanted.map((correction) => correction.ifuslot),
      source: { corrections: request.corrections },
      warnings,
    };
  });
}

const FIELDS = ["ifuid", "specid", "specslot", "contid"] as const;

type Fields = Partial<Record<keyof Unit, string | null>>;

function checked(deps: Deps, correction: Correction): { bounds: ResolvedBounds; fields: Fields } {
  instrumentOf(correction.ifuslot); // refuses a seat that does not exist
  const fields: Fields = {};
  for (const [name, value] of Object.entries(correction.set)) {
    const field = FIELDS.find((known) => known === name);
    if (field === undefined)
      throw new FplaneError("bad-parameter", `there is no ${name} to set; there are ${FIELDS.join(", ")}`);
    fields[field] = field === "contid" ? value.trim() || null : idOf(field, value);
  }
  if (Object.keys(fields).length === 0) {
    throw new FplaneError(
      "bad-parameter",
      `seat ${correction.ifuslot}: nothing is set; set one of ${FIELDS.join(", ")}`,
    );
  }
  return { bounds: resolveBounds(deps, correction), fields };
}

function idOf(field: string, value: string): string | null {
  if (!/^\d{1,3}$/.test(value)) {
    throw new FplaneError(
      "bad-parameter",
      `${field} is ${JSON.stringify(value.slice(0, 40))}: it takes up to three digits, 000 for none`,
    );
  }
  const id = value.padStart(3, "0");
  return id === "000" ? null : id;
}

async function spanOf(tx: Writes, ifuslot: string, { from, until }: ResolvedBounds, rev: number): Promise<Span> {
  if (until !== "next") return { from, until };
  const [seat] = await tx.seatsAt([ifuslot], from, rev);
  return { from, until: seat?.until ?? null };
}

/** Two corrections of one seat at one instant: which of them would count is not to be guessed. */
function demandApart(spans: readonly (Span & { ifuslot: string })[], ifuslot: string, span: Span): void {
  if (spans.some((other) => other.ifuslot === ifuslot && overlaps(other, span))) {
    throw new FplaneError("bad-parameter", `seat ${ifuslot} is corrected twice over the same time`);
  }
}

async function factsOf(
  tx: Writes,
  ifuslot: string,
  span: Span,
  fields: Fields,
  rev: number,
): Promise<{ facts: PlacementFact[]; notices: string[] }> {
  const rows = await tx.placementsOver([ifuslot], span, rev);
  const pieces = coverage(
    span,
    rows.map((row) => ({ span: row.span, unit: row.unit })),
  );
  const notices = new Set<string>();
  const facts = pieces.map(({ span: part, unit }) => {
    const old = unit ?? unrecordedUnit(ifuslot);
    const now = { ...old, ...fields };
    const otherSpectrograph = now.specid !== old.specid;
    const otherPair = otherSpectrograph || now.ifuid !== old.ifuid;
    if (otherPair && fields.specslot === undefined && now.specslot !== null) {
      notices.add(
        `seat ${ifuslot}: SPECSLOT stays ${now.specslot}, though it usually follows the pair of IFU and spectrograph`,
      );
    }
    const contid = otherSpectrograph && fields.contid === undefined ? null : now.contid; // it was the other spectrograph's
    return { ifuslot, span: part, value: { ...now, contid } };
  });
  return { facts, notices: [...notices] };
}

/** What is shown of a seat of which nothing is recorded, and so what stays where a correction names some fields only. */
function unrecordedUnit(ifuslot: string): Unit {
  const { ifuid, specid, specslot, contid } = builtInRow(ifuslot) ?? EMPTY_UNIT;
  return { ifuid, specid, specslot, contid };
}

type Piece = { readonly span: Span; readonly unit: Unit | null };

/** The span cut where what is recorded changes; null where nothing is. */
function coverage(span: Span, rows: readonly { readonly span: Span; readonly unit: Unit }[]): Piece[] {
  const pieces: Piece[] = [];
  let at: Instant | null = span.from;
  for (const row of rows) {
    if (at === null) break;
    const from = Math.max(row.span.from, span.from) as Instant;
    if (at < from) pieces.push({ span: { from: at, until: from }, unit: null });
    const until = earlierEnd(row.span.until, span.until);
    pieces.push({ span: { from, until }, unit: row.unit });
    at = until;
  }
  if (at !== null && (span.until === null || at < span.until))
    pieces.push({ span: { from: at, until: span.until }, unit: null });
  return pieces;
}

/** The closed spans, joined where they overlap: each instant is confirmed once. */
function closedSpans(spans: readonly Span[]): { from: Instant; until: Instant }[] {
  const closed = spans
    .flatMap(({ from, until }) => (until === null ? [] : [{ from, until }]))
    .sort((a, b) => a.from - b.from);
  const result: { from: Instant; until: Instant }[] = [];
  for (const span of closed) {
    const last = result.at(-1);
    if (last === undefined || last.until < span.from) result.push({ ...span });
    else if (last.until < span.until) last.until = span.until;
  }
  return result;
}
