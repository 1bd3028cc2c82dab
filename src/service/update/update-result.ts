import type { RenderedAnswer } from "../../domain/answer/answer.ts";
import type { SeatChange } from "../../domain/plane/seat-changes.ts";
import type { RevisionBody } from "../../domain/record/revision-body.ts";
import type { Instant, Span } from "../../domain/time/instant.ts";
import { spanJson, spanOfJson } from "../../domain/time/span.ts";
import type { Ids } from "../store.ts";

/** What a hardware status did to the record. */
export type StatusEffect = {
  /** From when until when it holds. */
  readonly span: Span;
  readonly changes: readonly SeatChange[];
  /** Seats of which it says something else, but a hold keeps them as they are. */
  readonly contradicted: readonly SeatChange[];
  /** Ids that had never stood in any placement. */
  readonly firstSeen: Ids;
};

/** What became of a hardware status that was taken, or would be. */
export type UpdateResult = StatusEffect & {
  readonly committed: boolean;
  /** Null in a dry run. */
  readonly revision: number | null;
  /** Whether the same status had been taken before: then this is what it did at that time. */
  readonly repeated: boolean;
  readonly dataTime: Instant;
  readonly warnings: readonly string[];
  /** The new focal plane at the start of the span. */
  readonly answer: RenderedAnswer;
};

/** What the source of a body keeps of the effect, so that it can be told again. */
export function effectSource({ span, changes, contradicted, firstSeen }: StatusEffect) {
  return { span: spanJson(span), changes, contradicted, firstSeen };
}

/** Reads what `effectSource` wrote into the body of a status that was taken. */
export function effectIn({ source }: Pick<RevisionBody, "source">): StatusEffect {
  const { span, changes, contradicted, firstSeen } = source as ReturnType<typeof effectSource>;
  return { span: spanOfJson(span), changes, contradicted, firstSeen };
}
