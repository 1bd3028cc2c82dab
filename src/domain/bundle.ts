import type { Instant } from "./instant.ts";
import type { Position, Unit } from "./placement.ts";

/**
 * A bundle holds what one revision knows of all times, as lines of JSON: a head, the rows, and an end with the digest of
 * all before it. Any answer of that revision can be made from it, without the server.
 */
export type BundleHead = {
  /** The version of the format. */
  readonly fplaneBundle: 1;
  readonly revision: number;
  /** The hash of the revision, by which two records can be told apart. */
  readonly hash: string;
  readonly recordedAt: string;
  /** The tag as which it was asked for, and the end of what that tag speaks of. */
  readonly tag: string | null;
  readonly horizon: string | null;
  /** The telescope's time zone (IANA), for nights. */
  readonly timeZone: string;
  /** The same for programs without a table of time zones: from when on (null: ever), so many seconds east of UTC. */
  readonly offsets: readonly (readonly [from: string | null, seconds: number])[];
};

/** Instants in RFC 3339, UTC, `until` null for an open end; positions in arcsec; ids as text, null for none. */
export type BundleRow =
  | {
      readonly placement: readonly [
        ifuslot: string,
        ifuid: string | null,
        specid: string | null,
        specslot: string | null,
        contid: string | null,
        from: string,
        until: string | null,
      ];
    }
  | {
      readonly position: readonly [
        ifuslot: string,
        ifuid: string,
        x: number,
        y: number,
        from: string,
        until: string | null,
      ];
    }
  | { readonly confirmation: readonly [from: string, until: string | null] };

/** The last line. */
export type BundleEnd = { readonly end: { readonly lines: number; readonly sha256: string } };

/** A bundle as it is read. The rows of a seat, or of an IFU in a seat, are by time. */
export type Bundle = Pick<BundleHead, "revision" | "hash" | "timeZone" | "tag"> & {
  readonly recordedAt: Instant;
  readonly horizon: Instant | null;
  readonly placements: ReadonlyMap<string, readonly (Timed & { readonly unit: Unit })[]>;
  /** By seat and IFU: see `positionKey`. */
  readonly positions: ReadonlyMap<string, readonly (Timed & Pick<Position, "x" | "y">)[]>;
  readonly confirmations: readonly Timed[];
};

type Timed = { readonly from: Instant; readonly until: Instant | null };

export function positionKey(ifuslot: string, ifuid: string): string {
  return `${ifuslot}/${ifuid}`;
}
