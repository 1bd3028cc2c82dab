import type { PlanePosition, Unit } from "../plane/placement.ts";
import type { Instant, Span } from "../time/instant.ts";

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

/** What stands in a seat over a span. */
export type BundledUnit = Span & { readonly unit: Unit };

/** Where an IFU in a seat was measured, arcsec, over a span. */
export type BundledPosition = Span & PlanePosition;

/** A bundle as it is read. The rows of a seat, or of an IFU in a seat, are by time. */
export type Bundle = Pick<BundleHead, "revision" | "hash" | "timeZone" | "tag"> & {
  readonly recordedAt: Instant;
  readonly horizon: Instant | null;
  readonly placements: ReadonlyMap<string, readonly BundledUnit[]>;
  /** By `seatedIfuKey`. */
  readonly positions: ReadonlyMap<string, readonly BundledPosition[]>;
  readonly confirmations: readonly Span[];
};
