import type { PlanePosition, SeatedIfu, Unit } from "../domain/plane/placement.ts";
import type { RecordedRevision } from "../domain/record/record-line.ts";
import type { Revision, RevisionKind } from "../domain/record/revision.ts";
import type { StatusEntry, TagEntry, UploadOutcome } from "../domain/record/revision-body.ts";
import type { Recorded } from "../domain/record/timeline.ts";
import type { UserSecrets } from "../domain/record/user-secrets.ts";
import type { Role } from "../domain/role.ts";
import type { Instant, Span } from "../domain/time/instant.ts";
import type { Outbox } from "./notices/outbox.ts";
import type { KeyUses } from "./users/key-uses.ts";

/** What the services need of a database. `db/` implements it on PostgreSQL and on the embedded one. */

/**
 * What a revision knows of one seat at one instant: a placement, or nothing (null), and the stretch around the instant
 * over which that stays so. `from` is null where nothing was ever recorded before.
 */
export type SeatRecord = {
  readonly ifuslot: string;
  readonly unit: Unit | null;
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** The revision that said it; 0 where nothing is recorded. */
  readonly rev: number;
  /** The newest revision that made the stretch what it is: by saying it, by what it put beside it, or by taking back what was there. */
  readonly changedBy: number;
};

/** The same for the position of an IFU in a seat. */
export type PositionRecord = SeatedIfu & {
  readonly position: PlanePosition | null;
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly rev: number;
  readonly changedBy: number;
};

export type HeldSeat = {
  readonly ifuslot: string;
  /** The revision that made the hold. */
  readonly hold: number;
};

export type Tag = TagEntry & { readonly rev: number };

/** What became of a hardware status that was sent: see StatusEntry. */
export type Upload = Pick<StatusEntry, "sha256" | "outcome" | "code" | "resolves"> & { readonly rev: number };

/** One row of a seat's history, as a revision knows it. */
export type PlacementRow = {
  readonly ifuslot: string;
  readonly unit: Unit;
  readonly span: Span;
  /** The revision that asserted it. */
  readonly rev: number;
};

export type PositionRow = SeatedIfu & {
  readonly position: PlanePosition;
  readonly span: Span;
  readonly rev: number;
};

/** The rows that only the older of two revisions knows, and those that only the newer one knows. */
type RowsBetween<Row> = { readonly older: readonly Row[]; readonly newer: readonly Row[] };

/** A user as the newest revision that concerns it left it. */
export type User = UserSecrets & {
  readonly username: string;
  readonly rev: number;
  readonly role: Role;
  readonly enabled: boolean;
};

/** A stretch of which nothing is known; `from` is null before the first placement. */
export type Gap = {
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** Where in it an earlier revision knew something. */
  readonly retracted: readonly Span[];
};

/** Names of things that stand in seats. */
export type Ids = Readonly<Record<"specid" | "ifuid" | "contid", readonly string[]>>;

/**
 * Reads at a given revision see the same for ever: rows are only ever added, or superseded by a later revision. So the
 * reads of one answer need no transaction, only one revision number.
 */
export interface Reads {
  newestRevision(): Promise<Revision | null>;
  revisionNumbered(rev: number): Promise<Revision | null>;
  /** Those of them that there are, in any order. */
  revisionsNumbered(revs: readonly number[]): Promise<Revision[]>;
  /** The newest revision recorded at or before the instant. */
  revisionKnownAt(instant: Instant): Promise<Revision | null>;
  bodyOf(rev: number): Promise<string | null>;
  /** One record per seat asked for, in the order of the seats. */
  seatsAt(ifuslots: readonly string[], instant: Instant, rev: number): Promise<SeatRecord[]>;
  positionsAt(ifus: readonly SeatedIfu[], instant: Instant, rev: number): Promise<PositionRecord[]>;
  /** Where the last confirmed stretch ends, of those that overlap the span. */
  confirmedUntil(span: Span, rev: number): Promise<Instant | null>;
  /** When the first VIRUS placement known at the revision begins. */
  firstPlacement(rev: number): Promise<Instant | null>;
  /** Whether an earlier revision knew a VIRUS placement at the instant that this one no longer knows. */
  knewPlacementAt(instant: Instant, rev: number): Promise<boolean>;
  /** The stretch around an instant over which no VIRUS placement is known; null where one is. */
  gapAt(instant: Instant, rev: number): Promise<Gap | null>;
  /** The hardware statuses that were taken after the instant: when, and from when on each holds. */
  hardwareStatusesAfter(instant: Instant): Promise<{ readonly dataTime: Instant; readonly startsAt: Instant }[]>;
  newestChange(rev: number): Promise<Instant | null>;
  /** Which of the ids have ever stood in any placement. */
  knownIds(ids: Ids): Promise<Readonly<Record<keyof Ids, ReadonlySet<string>>>>;
  /** The placements of the seats that overlap the span, by seat and time. */
  placementsOver(ifuslots: readonly string[], span: Span, rev: number): Promise<PlacementRow[]>;
  positionsOver(ifuslots: readonly string[], span: Span, rev: number): Promise<PositionRow[]>;
  confirmationsOver(span: Span, rev: number): Promise<Span[]>;
  /** Placements of the seats that overlap the span and were superseded by an act of one of the kinds, which is their `rev`. */
  placementsSupersededBy(
    kinds: readonly RevisionKind[],
    ifuslots: readonly string[],
    span: Span,
    rev: number,
  ): Promise<Pick<PlacementRow, "ifuslot" | "span" | "rev">[]>;
  /** Everywhere that an id has been, by time. */
  placementsOf(kind: keyof Ids | "ifuslot", id: string, rev: number): Promise<PlacementRow[]>;
  placementsBetween(older: number, newer: number): Promise<RowsBetween<PlacementRow>>;
  positionsBetween(older: number, newer: number): Promise<RowsBetween<PositionRow>>;
  /** The spans of the placements and positions that only one of two revisions knows. */
  spansChanged(older: number, newer: number): Promise<Span[]>;
  /** The newest revision that took back something of these seats or positions within the span, as far as `rev`; 0: none. */
  lastTakenBack(
    of: { readonly seats: readonly string[]; readonly positions: readonly SeatedIfu[] },
    span: Span,
    rev: number,
  ): Promise<number>;
  /** The newest revision after `base` that recorded or superseded something about the seats. */
  touchedSince(base: number, ifuslots: readonly string[]): Promise<number | null>;
  /** The revisions that recorded or superseded a placement or a position, from the newest down. */
  revisionsThatChanged(): Promise<number[]>;
  /** Holds as the revision knows them, of some seats over some time or all. */
  holds(rev: number, where?: { ifuslots: readonly string[]; span: Span }): Promise<(HeldSeat & { span: Span })[]>;
  /** Revisions from the newest down, below `before`. */
  revisions(before: number | null, limit: number): Promise<Revision[]>;
  /** Every revision from `from` up, with its body, and with what is private of a user. */
  exported(from: number, limit: number): Promise<RecordedRevision[]>;
  /**
   * Every row that one of the revisions `[from, until)` made, as text that is equal for equal rows on every engine, each
   * as it stood when `asOf` was the newest revision.
   */
  rowsOfRevisions(from: number, until: number, asOf: number): Promise<string[]>;
  tagNamed(name: string): Promise<Tag | null>;
  tags(): Promise<Tag[]>;
  uploadsWith(sha256: string): Promise<Upload[]>;
  /** The newest uploads with one of these outcomes. */
  newestUploads(outcomes: readonly UploadOutcome[], limit: number): Promise<Upload[]>;
  /** Quarantined uploads that nobody has released or discarded. */
  quarantine(): Promise<Upload[]>;
  newestHardwareStatus(): Promise<{
    readonly rev: number;
    readonly dataTime: Instant;
    readonly startsAt: Instant;
  } | null>;
  userNamed(username: string): Promise<User | null>;
  /** Whose key has this digest, be it the one in use or the one before it. */
  userWithKey(keySha256: string): Promise<User | null>;
  users(): Promise<User[]>;
}

type NewRevision = Revision & { readonly body: string };

/** The rows of one seat (or IFU in a seat) that a span overlaps or touches, as the newest revision knows them. */
export type RecordedAt<K, V> = Recorded<V> & { readonly key: K };

export type RowChanges<K, V> = {
  /** What the revision itself speaks of. */
  readonly said: readonly Span[];
  readonly superseded: readonly number[];
  /** `by`: the older revision that asserted it; without it, the one that is being written. */
  readonly added: readonly {
    readonly key: K;
    readonly span: Span;
    readonly value: V;
    readonly by?: number | undefined;
  }[];
};

/** What an IFU and a spectrograph are doing over a span. */
export type Occupation = Pick<Unit, "ifuid" | "specid"> & {
  readonly instrument: string;
  readonly ifuslot: string;
  readonly span: Span;
};

/** What one revision may do, in one transaction, while no other revision can be made. */
export interface Writes extends Reads {
  placementsTouching(ifuslots: readonly string[], span: Span): Promise<RecordedAt<string, Unit>[]>;
  positionsTouching(ifuslots: readonly string[], span: Span): Promise<RecordedAt<SeatedIfu, PlanePosition>[]>;
  confirmationsTouching(span: Span): Promise<RecordedAt<null, Instant>[]>;
  addRevision(revision: NewRevision): Promise<void>;
  changePlacements(rev: number, changes: RowChanges<string, Unit>): Promise<void>;
  changePositions(rev: number, changes: RowChanges<SeatedIfu, PlanePosition>): Promise<void>;
  changeConfirmations(rev: number, changes: RowChanges<null, Instant>): Promise<void>;
  holdsTouching(ifuslots: readonly string[], span: Span): Promise<RecordedAt<HeldSeat, true>[]>;
  changeHolds(rev: number, changes: RowChanges<HeldSeat, true>): Promise<void>;
  addUpload(upload: Upload): Promise<void>;
  addTag(tag: Tag): Promise<void>;
  addHardwareStatus(rev: number, dataTime: Instant, startsAt: Instant): Promise<void>;
  addUser(user: User): Promise<void>;
  /** The placements of these IFUs or spectrographs that overlap the span, as the revision knows them. */
  placementsWith(ids: Pick<Ids, "ifuid" | "specid">, span: Span, rev: number): Promise<Occupation[]>;
}

/** What of a store is no question: it changes something, or is the store's own affair. */
const NOT_READS: readonly string[] = ["outbox", "keyUses", "write", "watch", "close"] satisfies Exclude<
  keyof Store,
  keyof Reads
>[];

/** Puts a question, or does something else in its place. */
type Asking = (question: () => Promise<unknown>, name: keyof Reads, args: readonly unknown[]) => Promise<unknown>;

/** The questions of a store, each put in another way. */
export function askedBy(store: Store, ask: Asking): Reads {
  const questions = Object.entries(store).filter(([name]) => !NOT_READS.includes(name));
  const asked = questions.map(([name, question]) => [
    name,
    (...args: never[]) => ask(() => question(...args), name as keyof Reads, args),
  ]);
  return Object.fromEntries(asked) as Reads;
}

export interface Store extends Reads {
  readonly outbox: Outbox;
  readonly keyUses: KeyUses;
  /**
   * Runs one act alone, against the newest revision. What it did is kept only if it says so: a dry run takes the same
   * path and is undone at the end.
   *
   * @throws FplaneError `unavailable` when the database cannot be reached
   */
  write<T>(act: (tx: Writes) => Promise<{ readonly keep: boolean; readonly value: T }>): Promise<T>;
  /**
   * Calls back whenever another process may have made a revision. It is a hint: one can be lost while the connection is.
   *
   * @returns what ends it
   */
  watch(listener: () => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}
