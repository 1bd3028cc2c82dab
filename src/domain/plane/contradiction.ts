import { FplaneError } from "../errors.ts";
import { overlaps, type Span } from "../time/instant.ts";
import { shared, spanJson } from "../time/span.ts";

/** An IFU or a spectrograph in a seat over a span. */
type Occupant = { readonly id: string; readonly ifuslot: string; readonly span: Span };

/** Two seats that would hold the same IFU, or the same spectrograph of an instrument, at the same time. */
export type Contradiction = {
  readonly kind: "ifuid" | "specid";
  readonly id: string;
  readonly seats: readonly [string, string];
  readonly span: Span;
};

/** Every pair of seats that share an id at some instant, by id, seats and time. */
export function contradictionsAmong(kind: Contradiction["kind"], occupants: readonly Occupant[]): Contradiction[] {
  const found: Contradiction[] = [];
  for (const [id, group] of Map.groupBy(occupants, (occupant) => occupant.id)) {
    for (const [i, a] of group.entries()) {
      for (const b of group.slice(i + 1)) {
        if (a.ifuslot === b.ifuslot || !overlaps(a.span, b.span)) continue;
        const seats = a.ifuslot < b.ifuslot ? ([a.ifuslot, b.ifuslot] as const) : ([b.ifuslot, a.ifuslot] as const);
        found.push({ kind, id, seats, span: shared(a.span, b.span) });
      }
    }
  }
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return found.sort(
    ({ id, seats: [a, b], span }, other) =>
      byText(id, other.id) || byText(a, other.seats[0]) || byText(b, other.seats[1]) || span.from - other.span.from,
  );
}

const KIND_WORDS = { ifuid: "IFU", specid: "spectrograph" } as const;

/** The `conflict` that names every one of them. */
export function contradictionError(found: readonly Contradiction[]): FplaneError {
  const conflicts = found.map(({ kind, id, seats, span }) => ({ kind, id, seats, ...spanJson(span) }));
  const sentences = conflicts.map(({ kind, id, seats, from, until }) => {
    const over = until === null ? `from ${from}` : `from ${from} until ${until}`;
    return `${KIND_WORDS[kind]} ${id} would be in seats ${seats.join(" and ")} at once (${over})`;
  });
  return new FplaneError("conflict", sentences.join("; "), { conflicts });
}
