import type { Notice } from "../../domain/notices/notice.ts";
import type { Instant } from "../../domain/time/instant.ts";
import type { Reads } from "../store.ts";

/** The ways in which operators are told. */
export type Channel = "mail" | "webhook";

/** A notice on its way. */
export type OutboxEntry = {
  readonly id: number;
  readonly kind: "revision" | "silence" | "recovery";
  readonly notice: Notice;
  readonly createdAt: Instant;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
};

export type NewOutboxEntry = Pick<OutboxEntry, "kind" | "notice"> & {
  /** Null where no revision made it. */
  readonly rev: number | null;
  readonly nextAttemptAt: Instant;
};

/** How far a channel has looked. */
export type OutboxCursor = {
  /** The highest revision that was looked at; null before the first look. */
  readonly rev: number | null;
  /** Since when the telescope has been silent; null while it is not, or while that has not been told. */
  readonly silentSince: Instant | null;
};

/**
 * What is to be told and what has been. It is beside the record: rows change, and go when they are old. All of it works
 * for several servers on one database.
 */
export interface Outbox {
  /**
   * One look for what is to be told, in one transaction: another server waits until it is over, and so finds nothing
   * left to do. A revision that is in the outbox already is not added again.
   */
  look(
    channel: Channel,
    now: Instant,
    act: (
      reads: Reads,
      cursor: OutboxCursor,
    ) => Promise<{ readonly cursor: OutboxCursor; readonly entries: readonly NewOutboxEntry[] }>,
  ): Promise<void>;
  /** Takes what is due, oldest first, so that no other server sends it meanwhile; after `until` one may. */
  claim(channel: Channel, now: Instant, until: Instant, limit: number): Promise<OutboxEntry[]>;
  delivered(ids: readonly number[], now: Instant): Promise<void>;
  failed(ids: readonly number[], nextAttemptAt: Instant, error: string): Promise<void>;
  /** Lets everything that has failed and is not being sent be tried now. */
  hurry(channel: Channel, now: Instant): Promise<void>;
  /** How many are not sent yet. */
  waiting(channel: Channel): Promise<number>;
  removeSentBefore(instant: Instant): Promise<void>;
}
