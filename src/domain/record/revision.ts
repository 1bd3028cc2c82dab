import type { Instant } from "../time/instant.ts";

/** The acts that are recorded, each as one revision. */
export type RevisionKind =
  | "update"
  | "refuse"
  | "quarantine"
  | "discard"
  | "import"
  | "correct"
  | "retract"
  | "revert"
  | "positions"
  | "hold"
  | "release"
  | "tag"
  | "user";

/** One recorded act, without its body: numbered without gaps, chained by hashes, never changed. */
export type Revision = {
  readonly rev: number;
  /** UTC; rises from revision to revision. */
  readonly recordedAt: Instant;
  readonly kind: RevisionKind;
  readonly actor: string;
  readonly reason: string;
  readonly bodySha256: string;
  readonly prevHash: string;
  readonly hash: string;
};

/**
 * The text whose SHA-256 (in hex) is the revision's hash. The database checks the same sum (0001, table revision).
 * The record time enters as microseconds since 1970.
 */
export function hashedText(revision: Omit<Revision, "hash">): string {
  const { prevHash, rev, recordedAt, kind, actor, reason, bodySha256 } = revision;
  return [prevHash, rev, recordedAt, kind, actor, reason, bodySha256].join("\n");
}
