import { AUXILIARY_SEATS, instrumentOf, isVirusSeat, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";

/**
 * What the record should know, written as plainly as possible and apart from the services: a list of assertions in the
 * order in which they were made. What is known is found by replay: of all assertions about a thing up to a revision that
 * cover an instant, the last one counts. Instants are microseconds since 1970, UTC.
 */
export type Assertion = {
  readonly key: string;
  readonly from: number;
  /** Null: no end. */
  readonly until: number | null;
  /** Null: nothing is known any more. */
  readonly value: unknown;
};

export type Unit = {
  readonly ifuid: string | null;
  readonly specid: string | null;
  readonly specslot: string | null;
  readonly contid: string | null;
};
export type XY = { readonly x: number; readonly y: number };
export type Stretch = { readonly from: number; readonly until: number };

export const NO_UNIT: Unit = { ifuid: null, specid: null, specslot: null, contid: null };
export const SEATS: readonly string[] = [...VIRUS_SEATS, ...AUXILIARY_SEATS];

export const seatKey = (ifuslot: string): string => `seat ${ifuslot}`;
export const positionKey = (ifuslot: string, ifuid: string): string => `position ${ifuslot}/${ifuid}`;
export const holdKey = (hold: number, ifuslot: string): string => `hold ${hold}/${ifuslot}`;
export const CONFIRMED = "confirmed";

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Model {
  /** The number of the newest revision. */
  newest = 0;
  /** The hardware statuses that were taken: when, and from when on each holds. */
  readonly statuses: { readonly dataTime: number; readonly start: number }[] = [];
  readonly #told = new Map<string, (Assertion & { readonly rev: number })[]>();

  /** Records a revision: its facts, that nothing confirms any more what they alter in VIRUS, its own confirmations. */
  record(facts: readonly Assertion[], confirmations: readonly Assertion[] = []): number {
    const rev = this.newest + 1;
    for (const fact of facts) this.#tell(rev, fact);
    for (const ifuslot of new Set(facts.flatMap(({ key }) => seatOf(key) ?? []))) {
      if (!isVirusSeat(ifuslot)) continue;
      for (const { from, until } of this.pieces([seatKey(ifuslot)], rev)) {
        const altered = !same(this.unit(ifuslot, from, rev - 1), this.unit(ifuslot, from, rev));
        if (altered) this.#tell(rev, { key: CONFIRMED, from, until: finite(until), value: null });
      }
    }
    for (const confirmation of confirmations) this.#tell(rev, confirmation);
    this.newest = rev;
    return rev;
  }

  /** Takes the newest revisions back, down to and including the given one. */
  undo(rev: number): void {
    for (const [key, told] of this.#told)
      this.#told.set(
        key,
        told.filter((assertion) => assertion.rev < rev),
      );
    this.newest = rev - 1;
  }

  #tell(rev: number, assertion: Assertion): void {
    const told = this.#told.get(assertion.key) ?? [];
    told.push({ ...assertion, rev });
    this.#told.set(assertion.key, told);
  }

  /** The last assertion about the key that covers the instant, up to the revision. */
  at(key: string, instant: number, rev = this.newest): unknown {
    let value: unknown = null;
    for (const told of this.#told.get(key) ?? []) {
      if (told.rev <= rev && told.from <= instant && (told.until === null || instant < told.until)) value = told.value;
    }
    return value;
  }

  unit(ifuslot: string, instant: number, rev = this.newest): Unit | null {
    return this.at(seatKey(ifuslot), instant, rev) as Unit | null;
  }

  position(ifuslot: string, ifuid: string, instant: number, rev = this.newest): XY | null {
    return this.at(positionKey(ifuslot, ifuid), instant, rev) as XY | null;
  }

  keys(prefix: string): string[] {
    return [...this.#told.keys()].filter((key) => key.startsWith(prefix));
  }

  /** Every instant at which something may change about the keys. */
  bounds(keys: readonly string[], rev = this.newest): number[] {
    const bounds = new Set<number>();
    for (const key of keys) {
      for (const told of this.#told.get(key) ?? []) {
        if (told.rev > rev) continue;
        bounds.add(told.from);
        if (told.until !== null) bounds.add(told.until);
      }
    }
    return [...bounds].sort((a, b) => a - b);
  }

  /** The stretches between the bounds, from the first on; the last one has no end. */
  pieces(keys: readonly string[], rev = this.newest): Stretch[] {
    const bounds = this.bounds(keys, rev);
    return bounds.map((from, i) => ({ from, until: bounds[i + 1] ?? Number.POSITIVE_INFINITY }));
  }

  /** The widest stretch around the instant over which a function of the keys stays the same. */
  widest(keys: readonly string[], instant: number, valueAt: (instant: number) => unknown, rev = this.newest): Stretch {
    const here = valueAt(instant);
    let from = Number.NEGATIVE_INFINITY;
    let until = Number.POSITIVE_INFINITY;
    for (const bound of this.bounds(keys, rev)) {
      if (bound > instant) {
        if (same(valueAt(bound), here)) continue;
        until = bound;
        break;
      }
      if (!same(valueAt(bound - 1), here)) from = bound;
    }
    return { from, until };
  }

  /** The stretch around an instant over which what is recorded of a seat stays the same. */
  seatStretch(ifuslot: string, instant: number, rev = this.newest): Stretch {
    return this.widest([seatKey(ifuslot)], instant, (at) => this.unit(ifuslot, at, rev), rev);
  }

  /** Every IFU and spectrograph that is in two seats at once. */
  contradictions(): string[] {
    const found = new Set<string>();
    for (const instant of this.bounds(SEATS.map(seatKey))) {
      const seen = new Map<string, string>();
      for (const ifuslot of SEATS) {
        const unit = this.unit(ifuslot, instant);
        const claims = [
          unit?.ifuid == null ? [] : [`IFU ${unit.ifuid}`],
          unit?.specid == null ? [] : [`${instrumentOf(ifuslot)} ${unit.specid}`],
        ].flat();
        for (const claim of claims) {
          const other = seen.get(claim);
          if (other !== undefined) found.add(`${claim} in ${other} and ${ifuslot}`);
          seen.set(claim, ifuslot);
        }
      }
    }
    return [...found];
  }
}

export function finite(until: number): number | null {
  return until === Number.POSITIVE_INFINITY ? null : until;
}

function seatOf(key: string): string | null {
  return key.startsWith("seat ") ? key.slice(5) : null;
}
