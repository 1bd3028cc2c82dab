import { sha256 } from "../domain/digest.ts";
import { FplaneError } from "../domain/errors.ts";
import { type ReadRow, readFplane } from "../domain/files/fplane-reader.ts";
import { checkImport } from "../domain/files/imported-file.ts";
import { listed } from "../domain/listed.ts";
import { samePosition, sameUnit, seatedIfuKey } from "../domain/plane/placement.ts";
import { isVirusSeat } from "../domain/plane/seat.ts";
import { type ConfirmationFact, confirmedWithin, type Fact, type PositionFact } from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { type Instant, instantText } from "../domain/time/instant.ts";
import { resolveBound } from "../domain/time/night.ts";
import { earliest } from "../domain/time/span.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";
import {
  type DatedFile,
  positionFacts,
  type RecordedBefore,
  recordedBefore,
  type Statement,
  statementsOf,
} from "./import/import-statements.ts";
import { correctionsUnder, type Overruled } from "./import/overruled.ts";
import type { Stretch } from "./import/record-excerpt.ts";
import { demandReason, demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import { newestRev } from "./revisions.ts";
import type { Writes } from "./store.ts";

type ImportedFile = {
  /** The file's name, for messages and for the record. */
  readonly name: string;
  readonly text: string;
  /** A datestr, as a bound: the start of the span in which the file holds. */
  readonly from: string;
  /** A datestr, `open` (no end), or absent: each seat until its next recorded change. */
  readonly until?: string | undefined;
};

export type ImportRequest = {
  readonly files: readonly ImportedFile[];
  /** Whether the files carry measured positions. */
  readonly actual: boolean;
  /** Seats to leave out: nothing is recorded about them. */
  readonly drop: readonly string[];
  /** Take positions more than 2 arcsec from nominal all the same. */
  readonly force: boolean;
  readonly reason: string;
  readonly commit: boolean;
};

/** What one file became. */
export type ImportResult = {
  readonly name: string;
  /** Null in a dry run. */
  readonly revision: number | null;
  readonly from: Instant;
  /** Where the file ends: null when it is open; seats that change before keep their later placement. */
  readonly until: Instant | null;
  /** The seats that keep what is recorded from an earlier end on, with that end. */
  readonly endsEarlier: readonly { readonly ifuslot: string; readonly until: Instant }[];
  readonly active: number;
  readonly positions: number;
  readonly warnings: readonly string[];
};

/**
 * Takes existing focal-plane files as history, each as one revision, all of them or none. Several files follow one
 * another: each ends where the next begins.
 *
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `bad-fplane`, `conflict` (every refused row of every file named)
 */
export async function importFplane(
  deps: Deps,
  identity: Identity | null,
  request: ImportRequest,
): Promise<{ readonly committed: boolean; readonly files: readonly ImportResult[] }> {
  const who = demandRole(identity, "curator", "An import");
  demandReason(request.reason, "an import");
  const files = allChecked(inOrder(deps, request.files), request);
  return await deps.store.write(async (tx) => {
    const newest = await newestRev(tx);
    const before = await recordedBefore(tx, files, request, newest);
    const statements = statementsOf(files, request.drop, before);
    const overruled = await correctionsUnder(tx, statements, newest);
    const stated = files.map((file, i) => ({
      ...file,
      statements: statements[i] ?? [],
      positions: positionFacts(file, request, before),
    }));
    const results: ImportResult[] = [];
    for (const file of stated) results.push(await importOne(deps, tx, who, { file, before, overruled }, request));
    return { keep: request.commit, value: { committed: request.commit, files: results } };
  });
}

type Scheduled = Omit<ImportedFile, "from" | "until"> & Omit<DatedFile, "rows">;

type Checked = Scheduled & { readonly rows: readonly ReadRow[]; readonly warnings: readonly string[] };

function inOrder(deps: Deps, files: readonly ImportedFile[]): Scheduled[] {
  if (files.length === 0) throw new FplaneError("bad-parameter", "there is no file to import");
  const dates = dateContext(deps);
  const bound = (datestr: string) => resolveBound(datestr, dates);
  const dated = files.map((file) => ({ ...file, from: bound(file.from) })).sort((a, b) => a.from - b.from);
  const ends = dated.map(({ until }) => (until === undefined ? "next" : until === "open" ? null : bound(until)));
  const scheduled = dated.map(({ name, text, from }, i): Scheduled => {
    const next = dated[i + 1];
    if (next?.from === from) {
      throw new FplaneError("conflict", `${name} and ${next.name} begin at the same time, ${instantText(from)}`);
    }
    const until = ends[i] ?? null;
    const isOvertaken = next !== undefined && (until === null || until === "next" || until >= next.from);
    return { name, text, from, until, overtakenAt: isOvertaken ? next.from : null };
  });
  for (const { name, from, until } of scheduled) {
    if (until !== null && until !== "next" && until <= from) {
      throw new FplaneError(
        "bad-parameter",
        `${name} would end (${instantText(until)}) before it begins (${instantText(from)})`,
      );
    }
  }
  return scheduled;
}

/** Every file read and checked. @throws FplaneError that names each file which cannot be taken */
function allChecked(files: readonly Scheduled[], request: ImportRequest): Checked[] {
  const refused: FplaneError[] = [];
  const checked = files.flatMap((file): Checked[] => {
    try {
      return [{ ...file, ...checkImport(readFplane(file.text).rows, request) }];
    } catch (error) {
      if (!(error instanceof FplaneError)) throw error;
      refused.push(
        new FplaneError(error.code, `${file.name}: ${error.message}`, { file: file.name, ...error.details }),
      );
      return [];
    }
  });
  const [first, ...others] = refused;
  if (first === undefined) return checked;
  if (others.length === 0) throw first;
  const sentences = refused.map((error) => error.message);
  throw new FplaneError(first.code, listed("the files cannot be taken", sentences, MOST_NAMED), {
    files: refused.map((error) => error.details),
  });
}

/** Of files that are refused; the details have all. */
const MOST_NAMED = 20;

/** A file, what it says, and what is recorded by now. */
type Importing = { readonly file: Stated; readonly before: RecordedBefore; readonly overruled: Overruled };

type Stated = Checked & { readonly statements: readonly Statement[]; readonly positions: readonly PositionFact[] };

async function importOne(
  deps: Deps,
  tx: Writes,
  who: Identity,
  { file, before, overruled }: Importing,
  request: ImportRequest,
): Promise<ImportResult> {
  const { statements, positions, overtakenAt } = file;
  const placements = statements.filter((one) => !isRecorded(before.seats.at(one.ifuslot, file.from), one, sameUnit));
  const measured = positions.filter(
    (one) => !isRecorded(before.positions.at(seatedIfuKey(one), file.from), one, samePosition),
  );
  const { actual, drop, force, reason, commit } = request;
  const source = {
    file: { name: file.name, sha256: sha256(file.text), text: file.text },
    options: { actual, drop, force },
  };
  const facts = {
    placements: placements.map(({ ifuslot, span, value }) => ({ ifuslot, span, value })),
    positions: measured,
    confirmations: confirmationsOf(file),
    holds: [],
  };
  const { rev } = await recordAct(tx, deps.clock, {
    kind: "import",
    actor: who.username,
    reason,
    body: { facts, source },
  });
  for (const { ifuslot, ...fact } of facts.placements) before.seats.record(ifuslot, fact);
  for (const fact of facts.positions) before.positions.record(seatedIfuKey(fact), fact);
  const until = overtakenAt ?? (file.until === "next" ? null : file.until);
  const endsEarlier = statements.flatMap(({ ifuslot, ends }) =>
    ends !== null && (until === null || ends < until) ? [{ ifuslot, until: ends }] : [],
  );
  return {
    name: file.name,
    revision: commit ? rev : null,
    from: file.from,
    until,
    endsEarlier,
    active: statements.filter(({ ifuslot, value }) => isVirusSeat(ifuslot) && value.specid !== null).length,
    positions: positions.filter((fact) => isVirusSeat(fact.ifuslot)).length,
    warnings: [...file.warnings, ...overruled(facts.placements), ...endsTexts(endsEarlier)],
  };
}

/** What is recorded already, over the whole span, need not be said again: most seats are the same from file to file. */
function isRecorded<V>(stretch: Stretch<V>, { span, value }: Fact<V>, same: (a: V, b: V) => boolean): boolean {
  if (stretch.value === null || value === null) return false;
  const covered = stretch.until === null || (span.until !== null && span.until <= stretch.until);
  return covered && same(stretch.value, value);
}

/** A file confirms the stretch over which it speaks of every seat, if that has an end; the file that follows ends it. */
function confirmationsOf({ from, statements, overtakenAt }: Stated): ConfirmationFact[] {
  const end = earliest([...statements.map((statement) => statement.ends), overtakenAt].filter((each) => each !== null));
  return end === null ? [] : [confirmedWithin(from, end)];
}

function endsTexts(ends: readonly { readonly ifuslot: string; readonly until: Instant }[]): string[] {
  return [...Map.groupBy(ends, (end) => end.until)]
    .sort(([a], [b]) => a - b)
    .map(([until, group]) => {
      const seats =
        group.length > 8 ? `${group.length} seats end` : `seat ${group.map((end) => end.ifuslot).join(", ")} ends`;
      return `${seats} at ${instantText(until)}, where the next change is recorded; --until open overrides it`;
    });
}
