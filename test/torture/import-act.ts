import fc from "fast-check";
import { isVirusSeat, nominalPosition, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { instantText } from "../../src/domain/time/instant.ts";
import { importFplane } from "../../src/service/import-fplane.ts";
import { CURATOR } from "../support/observatory.ts";
import { type Assertion, CONFIRMED, finite, type Model, NO_UNIT, positionKey, seatKey, type XY } from "./model.ts";
import { contradictsItself, edit, type SaidUnit, said } from "./units-act.ts";
import { type Expected, hour, SOME_SEATS, settle, type World } from "./world.ts";

const position = fc.record({
  seat: fc.constantFrom(...SOME_SEATS),
  // arcsec from nominal; 0 is no measurement, 3 is too far.
  offset: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(0.1, -0.25) }, fc.constantFrom(0, 3)),
});

const file = fc.record({
  from: fc.integer({ min: -60, max: 80 }),
  lasts: fc.oneof(fc.constantFrom("next" as const, "open" as const), fc.integer({ min: 1, max: 60 })),
  edits: fc.array(edit, { maxLength: 5 }),
  positions: fc.array(position, { maxLength: 3 }),
  /** Which auxiliary rows the file has, and where they are; a short file has none. */
  auxiliary: fc.option(fc.record({ acquisition: fc.constantFrom(0, 1.5), lrs2: fc.constantFrom("998", "997", "001") })),
});

/** Old files that are imported: mostly one, at times two that follow one another. */
export const importAct = fc.record({
  kind: fc.constant("import" as const),
  files: fc.oneof({ weight: 3, arbitrary: fc.tuple(file) }, fc.tuple(file, file)),
  actual: fc.boolean(),
  force: fc.boolean(),
  drop: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.tuple(fc.constantFrom(...SOME_SEATS))),
  commit: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
type ImportAct = typeof importAct extends fc.Arbitrary<infer A> ? A : never;
type FileAct = ImportAct["files"][number];

/** A row of a file, for the model. */
type Row = SaidUnit & XY & { readonly ifuslot: string };

type Scheduled = { readonly from: number; readonly until: number | "next" | null; readonly rows: readonly Row[] };

export async function playImport(world: World, act: ImportAct): Promise<void> {
  const { model, deps } = world;
  const drop = act.drop as readonly string[];
  const files: Scheduled[] = act.files.map(({ from, lasts, ...rest }) => ({
    from: hour(from),
    until: lasts === "next" ? "next" : lasts === "open" ? null : hour(from + lasts),
    rows: rowsOf(model, { from, lasts, ...rest }),
  }));
  const expected = expectation(model, files, { ...act, drop });
  await settle(world, expected, act.commit, () =>
    importFplane(deps, CURATOR, {
      ...{ actual: act.actual, force: act.force, drop, reason: "an old file", commit: act.commit },
      files: files.map(({ from, until, rows }, i) => ({
        name: `file ${i + 1}`,
        text: textOf(rows),
        from: instantText(from as never),
        ...(until === "next" ? {} : { until: until === null ? "open" : instantText(until as never) }),
      })),
    }),
  );
}

function rowsOf(model: Model, { from, edits, positions, auxiliary }: FileAct): Row[] {
  const units = said(model, hour(from), edits);
  const offsets = new Map(positions.map(({ seat, offset }) => [seat as string, offset]));
  const virus = [...units].map(([ifuslot, unit]) => {
    const { x, y } = nominalPosition(ifuslot);
    return { ifuslot, ...unit, x: x + (offsets.get(ifuslot) ?? 0), y };
  });
  if (auxiliary === null) return virus.length > 0 ? virus : [{ ifuslot: "036", ...NO_UNIT, ...nominalPosition("036") }];
  const { acquisition, lrs2 } = auxiliary;
  return [
    ...virus,
    { ifuslot: "056", ifuid: lrs2, specid: "998", specslot: "998", x: -50, y: -150 },
    { ifuslot: "600", ifuid: "902", specid: "902", specslot: "902", x: -35.8 + acquisition, y: 12.3 },
  ];
}

function textOf(rows: readonly Row[]): string {
  return rows
    .map(({ ifuslot, x, y, specid, specslot, ifuid }) => {
      const ids = [specid, specslot, ifuid].map((id) => id ?? "000");
      return `${[ifuslot, x.toFixed(3), y.toFixed(3), ...ids, "0.000", "1.000"].join("\t")}\n`;
    })
    .join("");
}

type Options = { readonly actual: boolean; readonly force: boolean; readonly drop: readonly string[] };

function expectation(model: Model, files: readonly Scheduled[], options: Options): Expected {
  const ordered = files.toSorted((a, b) => a.from - b.from);
  if (ordered.some((one, i) => one.from === ordered[i + 1]?.from)) return { refused: "conflict" };
  for (const { rows } of ordered) {
    const kept = rows.filter((row) => !options.drop.includes(row.ifuslot));
    const far = kept.filter((row) => isVirusSeat(row.ifuslot) && distance(row) > 2);
    const units = new Map(kept.map((row) => [row.ifuslot, row]));
    if (contradictsItself(units) || (far.length > 0 && !options.force)) return { refused: "conflict" };
  }
  const before = model.newest;
  const outcome: { facts: Assertion[]; confirmations: Assertion[] }[] = [];
  for (const [i, one] of ordered.entries()) {
    const told = factsOf(model, one, { next: ordered[i + 1], before, ...options });
    outcome.push(told);
    model.record(told.facts, told.confirmations); // the second file is read in the light of the first
  }
  if (model.newest > before) model.undo(before + 1);
  return outcome;
}

function distance({ ifuslot, x, y }: Row): number {
  const nominal = nominalPosition(ifuslot);
  return Math.hypot(x - nominal.x, y - nominal.y);
}

type InSequence = Options & {
  readonly next: Scheduled | undefined;
  /** The newest revision before the import: where something is recorded next, is looked up in it. */
  readonly before: number;
};

function factsOf(model: Model, one: Scheduled, { next, before, actual, drop }: InSequence) {
  const cut = isOvertaken(one, next) ? next.from : Number.POSITIVE_INFINITY;
  const rows = rowsBySeat(one, drop);
  const seats = seatsOf(one, drop);
  const isFree = seats.every((seat) => {
    const stretch = model.seatStretch(seat, one.from, before);
    return model.unit(seat, one.from, before) === null && stretch.until === Number.POSITIVE_INFINITY;
  });
  const ownEnd = (nextRecorded: number) => (one.until === "next" ? nextRecorded : (one.until ?? Infinity));
  const ends = seats.map((ifuslot) => ownEnd(model.seatStretch(ifuslot, one.from, before).until));
  const facts = seats.map((ifuslot, i): Assertion => {
    const { ifuid = null, specid = null, specslot = null } = rows.get(ifuslot) ?? {};
    const old = model.unit(ifuslot, one.from, before);
    const contid = specid !== null && specid === old?.specid ? old.contid : null;
    const end = ends[i] ?? Infinity;
    const isFollowed = next !== undefined && seatsOf(next, drop).includes(ifuslot);
    // Into an empty record a file is put as if the next one were not there; that one then lies over it.
    const endOfNext = next === undefined || next.until === "next" ? Infinity : (next.until ?? Infinity);
    const until = isFollowed && end > cut ? (isFree ? endOfNext : cut) : end;
    return { key: seatKey(ifuslot), from: one.from, until: finite(until), value: { ifuid, specid, specslot, contid } };
  });
  const measured = [...rows.values()].filter((row) => {
    if (row.ifuid === null) return false;
    return !isVirusSeat(row.ifuslot) || (actual && distance(row) > 0);
  });
  const positions = measured.map(({ ifuslot, ifuid, x, y }): Assertion => {
    const key = positionKey(ifuslot, ifuid ?? "");
    const stretch = model.widest([key], one.from, (at) => model.at(key, at, before), before);
    const end = ownEnd(Math.min(stretch.until, model.seatStretch(ifuslot, one.from, before).until));
    // The next file gives its own positions: what it shows at its nominal position is not measured any more.
    const until = finite(isVirusSeat(ifuslot) ? Math.min(end, cut) : end);
    return { key, from: one.from, until, value: { x: Number(x.toFixed(3)), y } };
  });
  const firstEnd = Math.min(...ends, cut);
  const confirmations: Assertion[] =
    firstEnd === Infinity ? [] : [{ key: CONFIRMED, from: one.from, until: firstEnd, value: true }];
  return { facts: [...facts, ...positions], confirmations };
}

function isOvertaken(one: Scheduled, next: Scheduled | undefined): next is Scheduled {
  return next !== undefined && (one.until === null || one.until === "next" || one.until >= next.from);
}

function rowsBySeat({ rows }: Scheduled, drop: readonly string[]): Map<string, Row> {
  return new Map(rows.filter((row) => !drop.includes(row.ifuslot)).map((row) => [row.ifuslot, row]));
}

/** A file speaks of every VIRUS seat, and of the auxiliary seats that it lists. */
function seatsOf(one: Scheduled, drop: readonly string[]): string[] {
  return [...new Set([...VIRUS_SEATS.filter((seat) => !drop.includes(seat)), ...rowsBySeat(one, drop).keys()])];
}
