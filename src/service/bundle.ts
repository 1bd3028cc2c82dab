import type { BundleEnd, BundleHead, BundleRow } from "../domain/answer/bundle.ts";
import { sha256 } from "../domain/digest.ts";
import { SEATS } from "../domain/plane/seat.ts";
import {
  type Instant,
  instantOf,
  instantText,
  instantTextOrNull,
  type Span,
  toTemporal,
} from "../domain/time/instant.ts";
import { resolveAsOf } from "./as-of.ts";
import { noConfiguration } from "./configuration.ts";
import type { Deps } from "./deps.ts";
import type { Reads } from "./store.ts";

export type BundleAnswer = {
  readonly revision: number;
  /** Whether the same request will give the same bundle for ever. */
  readonly pinned: boolean;
  /** SHA-256, in hex, of the head, from which all else of it follows. */
  readonly identity: string;
  /** Each with its end of line. */
  readonly lines: AsyncGenerator<string, void>;
};

const ALWAYS: Span = { from: instantOf("0001-01-01T00:00:00Z"), until: null };
/** Seats whose rows are read at once: memory stays flat however long the record is. */
const SEATS_AT_ONCE = 8;

/**
 * Everything that is needed to answer as one revision does, for any date and in any variant. Nothing of users is in it,
 * and no names, reasons or uploads.
 *
 * @throws FplaneError `not-found` (as_of), `bad-date` (as_of), `no-configuration` when nothing is recorded
 */
export async function getBundle(deps: Deps, asOf: string | undefined): Promise<BundleAnswer> {
  const knownAt = await resolveAsOf(deps, asOf);
  const revision = knownAt === null ? null : await deps.store.revisionNumbered(knownAt.rev);
  if (knownAt === null || revision === null) throw await noConfiguration(deps.store, deps.clock(), 0);
  const first = await deps.store.firstPlacement(knownAt.rev);
  const head: BundleHead = {
    fplaneBundle: 1,
    revision: knownAt.rev,
    hash: revision.hash,
    recordedAt: instantText(revision.recordedAt),
    tag: knownAt.pinned && asOf !== undefined && !/^\d+$/.test(asOf) ? asOf : null,
    horizon: instantTextOrNull(knownAt.horizon),
    timeZone: deps.timeZone,
    offsets: offsetsOf(deps.timeZone, first ?? revision.recordedAt, revision.recordedAt),
  };
  const identity = sha256(JSON.stringify(head));
  return { revision: knownAt.rev, pinned: knownAt.pinned, identity, lines: linesOf(deps.store, head) };
}

async function* linesOf(reads: Reads, head: BundleHead): AsyncGenerator<string, void> {
  const hasher = new Bun.CryptoHasher("sha256");
  let lines = 0;
  const told = (line: BundleHead | BundleRow) => {
    const text = `${JSON.stringify(line)}\n`;
    hasher.update(text);
    lines += 1;
    return text;
  };
  yield told(head);
  for await (const row of rowsOf(reads, head.revision)) yield told(row);
  const end: BundleEnd = { end: { lines, sha256: hasher.digest("hex") } };
  yield `${JSON.stringify(end)}\n`;
}

async function* rowsOf(reads: Reads, rev: number): AsyncGenerator<BundleRow, void> {
  const groups = Array.from({ length: Math.ceil(SEATS.length / SEATS_AT_ONCE) }, (_, i) =>
    SEATS.slice(i * SEATS_AT_ONCE, (i + 1) * SEATS_AT_ONCE),
  );
  for (const seats of groups) {
    for (const { ifuslot, unit, span } of await reads.placementsOver(seats, ALWAYS, rev)) {
      yield { placement: [ifuslot, unit.ifuid, unit.specid, unit.specslot, unit.contid, ...spanTexts(span)] };
    }
  }
  for (const seats of groups) {
    for (const { ifuslot, ifuid, position, span } of await reads.positionsOver(seats, ALWAYS, rev)) {
      yield { position: [ifuslot, ifuid, position.x, position.y, ...spanTexts(span)] };
    }
  }
  const confirmations = await reads.confirmationsOver(ALWAYS, rev);
  for (const span of confirmations.toSorted((a, b) => a.from - b.from)) yield { confirmation: spanTexts(span) };
}

function spanTexts({ from, until }: Span): [from: string, until: string | null] {
  return [instantText(from), instantTextOrNull(until)];
}

const SINCE = instantOf("1970-01-01T00:00:00Z");
const YEARS_AHEAD = 20;

/** The offsets of a time zone from UTC, from before the first record, or 1970, to years after the last. */
function offsetsOf(timeZone: string, first: Instant, last: Instant): BundleHead["offsets"] {
  const start = toTemporal(first < SINCE ? first : SINCE)
    .toZonedDateTimeISO(timeZone)
    .subtract({ years: 1 });
  const end = toTemporal(last).toZonedDateTimeISO(timeZone).add({ years: YEARS_AHEAD });
  const offsets: [string | null, number][] = [[null, start.offsetNanoseconds / 1e9]];
  let change = start.getTimeZoneTransition("next");
  while (change !== null && Temporal.ZonedDateTime.compare(change, end) < 0) {
    offsets.push([change.toInstant().toString(), change.offsetNanoseconds / 1e9]);
    change = change.getTimeZoneTransition("next");
  }
  return offsets;
}
