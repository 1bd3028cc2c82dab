import type { ErrorCode } from "../errors.ts";
import type { Role } from "../role.ts";
import { type Instant, instantOfOrNull, instantTextOrNull } from "../time/instant.ts";
import { type SpanJson, spanJson, spanOfJson } from "../time/span.ts";
import type { Facts, PlacementFact, PositionFact } from "./fact.ts";

/**
 * The body of a revision: the text that is hashed and kept for ever. It holds everything from which the rows can be
 * rebuilt, and beside it what that was made from (the upload as it came, the command's parameters).
 */
export type RevisionBody = {
  readonly facts: Facts;
  readonly status?: StatusEntry | undefined;
  readonly tag?: TagEntry | undefined;
  readonly user?: UserEntry | undefined;
  /** For an act that is about all of them at once. */
  readonly users?: readonly UserEntry[] | undefined;
  /** What the rest was made from: kept, but no row depends on it. */
  readonly source: Readonly<Record<string, unknown>>;
};

export type UploadOutcome = "taken" | "refused" | "quarantined" | "discarded";

/** What became of a hardware status that was sent to be recorded. */
export type StatusEntry = {
  readonly outcome: UploadOutcome;
  /** SHA-256, in hex, of what was sent; of the client's id for one that waited in a client's queue. */
  readonly sha256: string;
  /** When the telescope took it and from when on it holds; null where it was not understood. */
  readonly dataTime: Instant | null;
  readonly startsAt: Instant | null;
  /** Why it was not taken. */
  readonly code: ErrorCode | null;
  readonly message: string | null;
  /** The revision of a quarantined upload that this one settles. */
  readonly resolves: number | null;
};

export type TagEntry = { readonly name: string; readonly asOf: number; readonly horizon: Instant | null };

/** A user without what is private: that is told by a salted digest only. */
export type UserEntry = {
  readonly action: string;
  readonly username: string;
  readonly role: Role;
  readonly enabled: boolean;
  readonly digest: string;
};

/** The users that a revision is about. */
export function usersIn({ user, users }: RevisionBody): readonly UserEntry[] {
  return users ?? (user === undefined ? [] : [user]);
}

/** The body as JSON, always in the same order: instants in RFC 3339 (UTC), positions in arcsec. Its SHA-256 is in the revision. */
export function bodyText({ facts, status, tag, user, users, source }: RevisionBody): string {
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
        confirms: instantTextOrNull(value),
      })),
      holds: facts.holds.map(({ ifuslot, hold, span, value }) => ({
        ifuslot,
        hold,
        ...spanJson(span),
        held: value === true,
      })),
    },
    ...(status === undefined
      ? {}
      : {
          status: {
            ...status,
            dataTime: instantTextOrNull(status.dataTime),
            startsAt: instantTextOrNull(status.startsAt),
          },
        }),
    ...(tag === undefined ? {} : { tag: { ...tag, horizon: instantTextOrNull(tag.horizon) } }),
    ...(user === undefined ? {} : { user }),
    ...(users === undefined ? {} : { users }),
    source,
  });
}

/** Reads what `bodyText` wrote. */
export function readBody(text: string): RevisionBody {
  const { facts, status, tag, user, users, source } = JSON.parse(text) as BodyJson;
  return {
    facts: {
      placements: facts.placements.map(({ ifuslot, unit, ...span }) => ({
        ifuslot,
        span: spanOfJson(span),
        value: unit,
      })),
      positions: facts.positions.map(({ ifuslot, ifuid, position, ...span }) => ({
        ifuslot,
        ifuid,
        span: spanOfJson(span),
        value: position,
      })),
      confirmations: facts.confirmations.map(({ confirms, ...span }) => ({
        span: spanOfJson(span),
        value: instantOfOrNull(confirms),
      })),
      holds: facts.holds.map(({ ifuslot, hold, held, ...span }) => ({
        ifuslot,
        hold,
        span: spanOfJson(span),
        value: held ? true : null,
      })),
    },
    ...(status === undefined
      ? {}
      : {
          status: { ...status, dataTime: instantOfOrNull(status.dataTime), startsAt: instantOfOrNull(status.startsAt) },
        }),
    ...(tag === undefined ? {} : { tag: { ...tag, horizon: instantOfOrNull(tag.horizon) } }),
    ...(user === undefined ? {} : { user }),
    ...(users === undefined ? {} : { users }),
    source,
  };
}

type BodyJson = {
  readonly facts: {
    readonly placements: readonly (SpanJson & { ifuslot: string; unit: PlacementFact["value"] })[];
    readonly positions: readonly (SpanJson & { ifuslot: string; ifuid: string; position: PositionFact["value"] })[];
    readonly confirmations: readonly (SpanJson & { confirms: string | null })[];
    readonly holds: readonly (SpanJson & { ifuslot: string; hold: number; held: boolean })[];
  };
  readonly status?: Omit<StatusEntry, "dataTime" | "startsAt"> & { dataTime: string | null; startsAt: string | null };
  readonly tag?: Omit<TagEntry, "horizon"> & { horizon: string | null };
  readonly user?: UserEntry;
  readonly users?: readonly UserEntry[];
  readonly source: Readonly<Record<string, unknown>>;
};
