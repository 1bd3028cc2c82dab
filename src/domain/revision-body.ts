import type { Facts, PlacementFact, PositionFact } from "./fact.ts";
import { instantOf, instantText, type Span } from "./instant.ts";

/**
 * The body of a revision: the text that is hashed and kept for ever. It holds the facts, from which every row can be
 * rebuilt, and beside them what they were made from (the upload as it came, the command's parameters).
 */
export function bodyText(facts: Facts, source: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    facts: {
      placements: facts.placements.map(({ ifuslot, span, value }) => ({ ifuslot, ...spanJson(span), unit: value })),
      positions: facts.positions.map(({ ifuslot, ifuid, span, value }) => ({
        ifuslot,
        ifuid,
        ...spanJson(span),
        position: value,
      })),
      confirmations: facts.confirmations.map(({ span, value }) => ({
        ...spanJson(span),
        confirms: value === null ? null : instantText(value),
      })),
    },
    ...source,
  });
}

/** The facts of a body that `bodyText` wrote. */
export function factsOf(body: string): Facts {
  const { facts } = JSON.parse(body) as { facts: BodyFacts };
  return {
    placements: facts.placements.map(({ ifuslot, unit, ...span }) => ({ ifuslot, span: spanOf(span), value: unit })),
    positions: facts.positions.map(({ ifuslot, ifuid, position, ...span }) => ({
      ifuslot,
      ifuid,
      span: spanOf(span),
      value: position,
    })),
    confirmations: facts.confirmations.map(({ confirms, ...span }) => ({
      span: spanOf(span),
      value: confirms === null ? null : instantOf(confirms),
    })),
  };
}

type SpanJson = { readonly from: string; readonly until: string | null };

type BodyFacts = {
  readonly placements: readonly (SpanJson & { ifuslot: string; unit: PlacementFact["value"] })[];
  readonly positions: readonly (SpanJson & { ifuslot: string; ifuid: string; position: PositionFact["value"] })[];
  readonly confirmations: readonly (SpanJson & { confirms: string | null })[];
};

export function spanJson(span: Span): SpanJson {
  return { from: instantText(span.from), until: span.until === null ? null : instantText(span.until) };
}

function spanOf({ from, until }: SpanJson): Span {
  return { from: instantOf(from), until: until === null ? null : instantOf(until) };
}
