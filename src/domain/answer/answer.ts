import type { Layout } from "../files/fplane-file.ts";
import type { FocalPlane } from "../plane/placement.ts";
import type { Instant, Span } from "../time/instant.ts";

/** The answer to "which focal plane was valid at this instant?", with all that a format other than the text file tells about it. */
export type Answer = {
  readonly plane: FocalPlane;
  readonly layout: Layout;
  /** Whether measured positions were asked for; a seat without one shows its nominal position all the same. */
  readonly actualPositions: boolean;
  /** The instant that was asked for, UTC. */
  readonly instant: Instant;
  /** The span around the instant in which the answer stays the same. */
  readonly interval: Span;
  readonly revision: number;
  /** Data time of the newest hardware status that agreed with the answer, or null when none did. */
  readonly confirmedUntil: Instant | null;
  /** SHA-256, in hex, of the text form of this answer. */
  readonly sha256: string;
};

/** An answer with its focal-plane file, byte for byte. */
export type RenderedAnswer = Answer & { readonly text: string };
