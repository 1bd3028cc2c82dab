import { sha256 } from "../domain/digest.ts";
import type { ImportOptions } from "../domain/files/imported-file.ts";
import { samePosition, sameUnit, seatedIfuKey } from "../domain/plane/placement.ts";
import { isVirusSeat } from "../domain/plane/seat.ts";
import {
  type ConfirmationFact,
  confirmedWithin,
  type Fact,
  type Facts,
  type PositionFact,
} from "../domain/record/fact.ts";
import type { Identity } from "../domain/role.ts";
import { type Instant, instantText } from "../domain/time/instant.ts";
import { earliest } from "../domain/time/span.ts";
import type { Deps } from "./deps.ts";
import { type CheckedFile, checkedFiles, type ImportedFile } from "./import/checked-files.ts";
import {
  positionFacts,
  type RecordSoFar,
  recordBefore,
  type Statement,
  statementsOf,
} from "./import/import-statements.ts";
import { type Overruled, overruledBy } from "./import/overruled.ts";
import type { Stretch } from "./import/record-excerpt.ts";
import { demandReason, demandRole } from "./permission.ts";
import { recordAct } from "./record/record.ts";
import { newestRev } from "./revisions.ts";
import type { Writes } from "./store.ts";

export type ImportRequest = ImportOptions & {
  readonly files: readonly ImportedFile[];
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
  const files = checkedFiles(deps, request);
  return await deps.store.write(async (tx) => {
    const newest = await newestRev(tx);
    const soFar = await recordBefore(tx, files, request, newest);
    const statements = statementsOf(files, request.drop, soFar);
    const overruled = await overruledBy(tx, statements, soFar, newest);
    const stated = files.map((file, i) => {
      const said = { ...file, statements: statements[i] ?? [], positions: positionFacts(file, request, soFar) };
      return { ...said, isRecorded: Object.values(notRecorded(said, soFar)).flat().length === 0 };
    });
    const results: ImportResult[] = [];
    for (const file of stated) results.push(await importOne(deps, tx, who, { file, soFar, overruled }, request));
    return { keep: request.commit, value: { committed: request.commit, files: results } };
  });
}

/** A file, what it says, and what is recorded by now. */
type Importing = { readonly file: Stated; readonly soFar: RecordSoFar; readonly overruled: Overruled };

type Said = CheckedFile & { readonly statements: readonly Statement[]; readonly positions: readonly PositionFact[] };

/** With whether all of it was recorded before the import. */
type Stated = Said & { readonly isRecorded: boolean };

async function importOne(
  deps: Deps,
  tx: Writes,
  who: Identity,
  { file, soFar, overruled }: Importing,
  request: ImportRequest,
): Promise<ImportResult> {
  const { statements, positions, overtakenAt } = file;
  const { actual, drop, force, reason, commit } = request;
  const source = {
    file: { name: file.name, sha256: sha256(file.text), text: file.text },
    options: { actual, drop, force },
  };
  const facts = { ...notRecorded(file, soFar), confirmations: confirmationsOf(file), holds: [] };
  const { rev } = await recordAct(tx, deps.clock, {
    kind: "import",
    actor: who.username,
    reason,
    body: { facts, source },
  });
  for (const { ifuslot, ...fact } of facts.placements) soFar.seats.record(ifuslot, fact);
  for (const fact of facts.positions) soFar.positions.record(seatedIfuKey(fact), fact);
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
    warnings: [
      ...file.warnings,
      ...(file.isRecorded ? [ALL_RECORDED] : []),
      ...overruled(facts),
      ...endsTexts(endsEarlier),
    ],
  };
}

/** The act is recorded all the same: that somebody has held this file against the record is worth knowing. */
const ALL_RECORDED = "all that the file says was recorded before: no seat changes";

/** What is recorded already, over the whole span, need not be said again: most seats are the same from file to file. */
function notRecorded(
  { from, statements, positions }: Said,
  soFar: RecordSoFar,
): Pick<Facts, "placements" | "positions"> {
  return {
    placements: statements
      .filter((one) => !isRecorded(soFar.seats.at(one.ifuslot, from), one, sameUnit))
      .map(({ ifuslot, span, value }) => ({ ifuslot, span, value })),
    positions: positions.filter((one) => !isRecorded(soFar.positions.at(seatedIfuKey(one), from), one, samePosition)),
  };
}

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
