import { sha256 } from "../domain/digest.ts";
import { FplaneError } from "../domain/errors.ts";
import { confirmedWithin, type PlacementFact, type PositionFact, samePlacement } from "../domain/fact.ts";
import { type ReadRow, readFplane } from "../domain/fplane-reader.ts";
import { checkImport, isNominal, unitsOf } from "../domain/imported-file.ts";
import { type Instant, instantText, type Span } from "../domain/instant.ts";
import { resolveBound } from "../domain/night.ts";
import type { Identity } from "../domain/role.ts";
import { isVirusSeat } from "../domain/seat.ts";
import { EMPTY_UNIT } from "../domain/status-units.ts";
import type { Deps } from "./deps.ts";
import { demandRole } from "./permission.ts";
import { recordAct } from "./record.ts";
import type { SeatRecord, Unit, Writes } from "./store.ts";

export type ImportedFile = {
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
 * @throws FplaneError `no-key`, `forbidden`, `bad-parameter`, `bad-date`, `bad-fplane`, `conflict` (every refused row named)
 */
export async function importFplane(
  deps: Deps,
  identity: Identity | null,
  request: ImportRequest,
): Promise<{ readonly committed: boolean; readonly files: readonly ImportResult[] }> {
  const who = demandRole(identity, "curator", "An import");
  if (request.reason.trim() === "") throw new FplaneError("bad-parameter", "an import needs a reason");
  const files = inOrder(deps, request.files).map((file) => ({ ...file, ...readChecked(file, request) }));
  return await deps.store.write(async (tx) => {
    const results: ImportResult[] = [];
    for (const file of files) results.push(await importOne(deps, tx, who, file, request));
    return { keep: request.commit, value: { committed: request.commit, files: results } };
  });
}

type Scheduled = Omit<ImportedFile, "from" | "until"> & {
  readonly from: Instant;
  /** `next`: each seat until its next recorded change. */
  readonly until: Instant | null | "next";
  /** Where the next file of the same import begins. */
  readonly overtakenAt: Instant | null;
};

type Checked = Scheduled & { readonly rows: readonly ReadRow[]; readonly warnings: readonly string[] };

function inOrder(deps: Deps, files: readonly ImportedFile[]): Scheduled[] {
  if (files.length === 0) throw new FplaneError("bad-parameter", "there is no file to import");
  const bound = (datestr: string) =>
    resolveBound(datestr, { now: deps.clock(), timeZone: deps.timeZone, night: "local" });
  const dated = files.map((file) => ({ ...file, from: bound(file.from) })).sort((a, b) => a.from - b.from);
  const ends = dated.map(({ until }) => (until === undefined ? "next" : until === "open" ? null : bound(until)));
  const isOvertaken = dated.map((_, i) => {
    const own = ends[i] ?? null;
    const next = dated[i + 1];
    return next !== undefined && (own === null || own === "next" || own >= next.from);
  });
  // A file that the next one overtakes holds as far as that one: what the next does not change need not be said twice.
  for (let i = dated.length - 2; i >= 0; i -= 1) if (isOvertaken[i]) ends[i] = ends[i + 1] ?? null;
  const scheduled = dated.map(({ name, text, from }, i): Scheduled => {
    const next = dated[i + 1];
    if (next?.from === from) {
      throw new FplaneError("conflict", `${name} and ${next.name} begin at the same time, ${instantText(from)}`);
    }
    return {
      name,
      text,
      from,
      until: ends[i] ?? null,
      overtakenAt: isOvertaken[i] ? (next?.from ?? null) : null,
    };
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

function readChecked(
  file: Scheduled,
  request: ImportRequest,
): { rows: readonly ReadRow[]; warnings: readonly string[] } {
  try {
    return checkImport(readFplane(file.text).rows, request);
  } catch (error) {
    if (!(error instanceof FplaneError)) throw error;
    throw new FplaneError(error.code, `${file.name}: ${error.message}`, { file: file.name, ...error.details });
  }
}

async function importOne(
  deps: Deps,
  tx: Writes,
  who: Identity,
  file: Checked,
  request: ImportRequest,
): Promise<ImportResult> {
  const previous = (await tx.newestRevision())?.rev ?? 0;
  const units = unitsOf(file.rows, request.drop);
  const seats = await tx.seatsAt([...units.keys()], file.from, previous);
  const stated = seats.map((seat) => ({ seat, ...statement(file, seat, units.get(seat.ifuslot) ?? EMPTY_UNIT) }));
  const placements = stated.filter(({ seat, span, value }) => !isRecorded(seat, span, value));
  const positions = await positionFacts(tx, file, request, previous);
  const ends = stated.flatMap(({ ifuslot, span }) => (span.until === null ? [] : [{ ifuslot, until: span.until }]));
  // The file that follows closes this one, whatever the end of both.
  const closedAt = [...ends.map((end) => end.until), ...(file.overtakenAt === null ? [] : [file.overtakenAt])];
  const confirmations = closedAt.length === 0 ? [] : [confirmedWithin(file.from, Math.min(...closedAt) as Instant)];

  const { actual, drop, force, reason, commit } = request;
  const source = {
    file: { name: file.name, sha256: sha256(file.text), text: file.text },
    options: { actual, drop, force },
  };
  const facts = { placements: placements.map(({ seat: _seat, ...fact }) => fact), positions, confirmations, holds: [] };
  const { rev } = await recordAct(tx, deps.clock, {
    kind: "import",
    actor: who.username,
    reason,
    body: { facts, source },
  });
  const until = file.overtakenAt ?? (file.until === "next" ? null : file.until);
  const endsEarlier = ends.filter((end) => until === null || end.until < until);
  return {
    name: file.name,
    revision: commit ? rev : null,
    from: file.from,
    until,
    endsEarlier,
    active: [...units.keys()].filter((ifuslot) => isVirusSeat(ifuslot) && units.get(ifuslot)?.specid != null).length,
    positions: positions.filter((fact) => isVirusSeat(fact.ifuslot)).length,
    warnings: [...file.warnings, ...endsTexts(endsEarlier)],
  };
}

function statement(file: Scheduled, seat: SeatRecord, unit: Unit): PlacementFact & { readonly value: Unit } {
  const sameSpectrograph = unit.specid !== null && unit.specid === seat.unit?.specid;
  const contid = sameSpectrograph ? (seat.unit?.contid ?? null) : null; // no file carries a CONTID
  return { ifuslot: seat.ifuslot, span: spanOf(file, seat.until), value: { ...unit, contid } };
}

/** What is recorded already, over the whole span, need not be said again: most seats are the same from file to file. */
function isRecorded(seat: SeatRecord, span: Span, value: Unit): boolean {
  const covered = seat.until === null || (span.until !== null && span.until <= seat.until);
  return covered && seat.unit !== null && samePlacement(seat.unit, value);
}

/** Without an end of its own, what a file says ends where something is recorded next. */
function spanOf(file: Scheduled, nextRecorded: Instant | null): Span {
  return { from: file.from, until: file.until === "next" ? nextRecorded : file.until };
}

async function positionFacts(
  tx: Writes,
  file: Checked,
  request: ImportRequest,
  previous: number,
): Promise<PositionFact[]> {
  const measured = file.rows.filter((row) => (request.actual || !isVirusSeat(row.ifuslot)) && !isNominal(row));
  const ifus = measured.flatMap(({ ifuslot, ifuid, x, y }) => (ifuid === null ? [] : [{ ifuslot, ifuid, x, y }]));
  const recorded = await tx.positionsAt(ifus, file.from, previous);
  const seats = await tx.seatsAt(
    ifus.map((ifu) => ifu.ifuslot),
    file.from,
    previous,
  );
  return ifus.map(({ ifuslot, ifuid, x, y }) => {
    const ends = [recorded, seats].flatMap(
      (records) => records.find((record) => record.ifuslot === ifuslot)?.until ?? [],
    );
    const nextRecorded = ends.length === 0 ? null : (Math.min(...ends) as Instant);
    const { from, until } = spanOf(file, nextRecorded);
    // The file that follows states all its positions itself: where it has the nominal one, nothing was measured any more.
    const next = file.overtakenAt ?? until;
    const span = { from, until: until !== null && next !== null && until < next ? until : next };
    return { ifuslot, ifuid, span, value: { x, y } };
  });
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
