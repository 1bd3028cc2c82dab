import fc from "fast-check";
import { AUXILIARY_SEATS, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { DAY, HOUR, type Instant, instantText } from "../../src/domain/time/instant.ts";
import { updateConfig } from "../../src/service/update-config.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { CURATOR, UPDATER } from "../support/observatory.ts";
import {
  type Assertion,
  CONFIRMED,
  finite,
  type Model,
  NO_UNIT,
  type Stretch,
  same,
  seatKey,
  type Unit,
} from "./model.ts";
import { confirmedEnd } from "./model-answers.ts";
import { contradictsItself, edit, type SaidUnit, said } from "./units-act.ts";
import { type Expected, hour, settle, type World } from "./world.ts";

/** A hardware status that arrives: taken some hours ago (or ahead), at times with a start of its own. */
export const updateAct = fc.record({
  kind: fc.constant("update" as const),
  age: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -26, max: 7 })),
  start: fc.option(fc.integer({ min: -60, max: 80 }), { freq: 4 }),
  edits: fc.array(edit, { maxLength: 5 }),
  byCurator: fc.boolean(),
  force: fc.boolean(),
  commit: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
});
type UpdateAct = typeof updateAct extends fc.Arbitrary<infer A> ? A : never;

export async function playUpdate(world: World, act: UpdateAct): Promise<void> {
  const { model, deps } = world;
  const dataTime = (deps.clock() - act.age * HOUR) as Instant;
  const start = act.start === null ? dataTime : hour(act.start);
  const units = said(model, start, act.edits);
  if (units.size === 0) units.set("036", { ifuid: null, specid: null }); // a status without any unit is none
  const reported = [...units].map(([ifuslot, unit]) => withoutUndefined({ ifuslot, ...unit }));
  const config = hardwareStatus(reported, dataTime);
  const force = act.force && act.byCurator;
  const datestr = act.start === null ? undefined : instantText(start);
  const upload = JSON.stringify({ config, datestr });
  const status = { ...act, dataTime, start, units, force, upload };
  const expected = expectation(world, status);
  const result = await settle(world, "refused" in expected ? expected : expected.outcome, act.commit, () =>
    updateConfig(deps, act.byCurator ? CURATOR : UPDATER, {
      ...{ config, commit: act.commit, datestr, force, actualPositions: false, layout: "full" },
    }),
  );
  if ("refused" in expected) {
    if (act.commit) keepRefused(world, upload, expected.refused);
    return;
  }
  if (result === null) {
    if (!takesFromAuxiliary(model, units)) throw new Error("a status that agrees with itself contradicts the record");
    if (act.commit) keepRefused(world, upload, "conflict");
    return;
  }
  if (result.repeated !== expected.repeated) throw new Error(`repeated is ${result.repeated}`);
  if (expected.repeated) return;
  const seats = (changes: readonly { readonly ifuslot: string }[]) => changes.map(({ ifuslot }) => ifuslot).sort();
  const told = [result.span.until, seats(result.changes), seats(result.contradicted)];
  const right = [finite(expected.until), expected.changed.sort(), expected.kept.sort()];
  if (!same(told, right)) throw new Error(`the reply tells ${JSON.stringify(told)}, expected ${JSON.stringify(right)}`);
  if (!act.commit) return;
  model.statuses.push({ dataTime, start });
  world.uploads.set(upload, [...(world.uploads.get(upload) ?? []), "taken"]);
}

/** Of all other seats a status tells everything, so only with one of these it can be in conflict. */
function takesFromAuxiliary(model: Model, units: ReadonlyMap<string, SaidUnit>): boolean {
  const ifus = new Set([...units.values()].map((unit) => unit.ifuid));
  return AUXILIARY_SEATS.some((ifuslot) =>
    model.bounds([seatKey(ifuslot)]).some((at) => ifus.has(model.unit(ifuslot, at)?.ifuid ?? "none")),
  );
}

function withoutUndefined(unit: SaidUnit & { readonly ifuslot: string }): ReportedUnit {
  return Object.fromEntries(Object.entries(unit).filter(([, value]) => value !== undefined)) as ReportedUnit;
}

/** A refused upload is kept, once for each reason in a row; that is a revision without facts. */
function keepRefused({ model, uploads }: World, upload: string, code: string): void {
  if (!["conflict", "held", "stale-status", "future-status", "quarantined"].includes(code)) return;
  const earlier = uploads.get(upload) ?? [];
  if (code === "quarantined" && earlier.includes(code)) return;
  if (earlier.at(-1) === code) return;
  model.record([]);
  uploads.set(upload, [...earlier, code]);
}

type Status = Omit<UpdateAct, "start"> & {
  readonly dataTime: number;
  readonly start: number;
  readonly units: ReadonlyMap<string, SaidUnit>;
  readonly force: boolean;
  readonly upload: string;
};

type Taken = {
  readonly outcome: Expected;
  readonly repeated: boolean;
  readonly until: number;
  readonly changed: string[];
  readonly kept: string[];
};

function expectation(world: World, status: Status): { readonly refused: string } | Taken {
  const { model } = world;
  const { dataTime, start, units, upload, commit, byCurator, force } = status;
  const earlier = commit ? (world.uploads.get(upload) ?? []) : [];
  if (earlier.includes("taken")) return { outcome: [], repeated: true, until: 0, changed: [], kept: [] };
  if (earlier.includes("quarantined") && !force) return { refused: "quarantined" };
  if (contradictsItself(units)) return { refused: "conflict" };
  if (world.now - dataTime > 6 * HOUR) return { refused: "stale-status" };
  if (dataTime - world.now > DAY || start - world.now > DAY) return { refused: "future-status" };
  const newestChange = model.bounds(VIRUS_SEATS.map(seatKey)).findLast((at) => isChange(model, at));
  if (start !== dataTime && start < (newestChange ?? start) && !byCurator) return { refused: "forbidden" };

  const before = new Map(VIRUS_SEATS.map((ifuslot) => [ifuslot, model.unit(ifuslot, start)]));
  const after = new Map(VIRUS_SEATS.map((ifuslot) => [ifuslot, unitAfter(ifuslot, before, units)]));
  const newer = model.statuses.filter((other) => other.dataTime > dataTime);
  const nextChange = (at: number) => Math.min(...VIRUS_SEATS.map((ifuslot) => model.seatStretch(ifuslot, at).until));
  const ends = [
    nextChange(start),
    ...newer.flatMap((other) => [other.dataTime, other.start]).filter((at) => at > start),
  ];
  const until = Math.min(...ends);
  const wanted = VIRUS_SEATS.filter((ifuslot) => !same(before.get(ifuslot), after.get(ifuslot)));
  // One that was taken later tells what holds here already, since it was given an earlier start.
  const isTold = newer.some((other) => other.start <= start && nextChange(other.start) > start);
  if (isTold && wanted.length > 0) return { refused: "conflict" };
  const facts: Assertion[] = [];
  const kept = new Set<string>();
  for (const piece of piecesByHolds(model, { from: start, until })) {
    const keptHere = keptSeats(model, piece.from, wanted, before, after);
    for (const ifuslot of keptHere) kept.add(ifuslot);
    for (const ifuslot of wanted.filter((seat) => !keptHere.has(seat))) {
      const value = after.get(ifuslot);
      facts.push({ key: seatKey(ifuslot), from: piece.from, until: finite(piece.until), value });
    }
  }
  const changed = wanted.filter((ifuslot) => facts.some(({ key }) => key === seatKey(ifuslot)));
  if (commit && !force && isGated(world, before, after, changed)) return { refused: "quarantined" };
  // Where nothing is known and all is held, nothing can be recorded that could be answered with.
  const isKnown = [...before.values()].some((unit) => unit !== null) || facts.some(({ from }) => from === start);
  if (!isKnown) return { refused: "held" };
  const confirmations = kept.size > 0 ? [] : confirmation(model, dataTime, { from: start, until }, changed);
  return { outcome: [{ facts, confirmations }], repeated: false, until, changed, kept: [...kept] };
}

function isChange(model: Model, at: number): boolean {
  return VIRUS_SEATS.some((ifuslot) => !same(model.unit(ifuslot, at - 1), model.unit(ifuslot, at)));
}

/** What is shown counts; what is left unsaid of the same unit stays; what is not mentioned has lost its spectrograph. */
function unitAfter(
  ifuslot: string,
  before: ReadonlyMap<string, Unit | null>,
  units: ReadonlyMap<string, SaidUnit>,
): Unit {
  const old = before.get(ifuslot) ?? NO_UNIT;
  const shown = units.get(ifuslot);
  if (shown === undefined) {
    const isElsewhere = [...units.values()].some(({ ifuid }) => ifuid !== null && ifuid === old.ifuid);
    return isElsewhere ? NO_UNIT : { ...old, specid: null, contid: null };
  }
  const { ifuid, specid } = shown;
  const sameSpectrograph = specid !== null && specid === old.specid;
  const samePair = ifuid === old.ifuid && specid === old.specid;
  const losesOnly = ifuid === old.ifuid && specid === null;
  return {
    ifuid,
    specid,
    specslot: shown.specslot ?? (samePair || losesOnly ? old.specslot : null),
    contid: shown.contid ?? (sameSpectrograph ? old.contid : null),
  };
}

function piecesByHolds(model: Model, span: Stretch): Stretch[] {
  const cuts = model.bounds(model.keys("hold ")).filter((at) => at > span.from && at < span.until);
  const starts = [span.from, ...cuts];
  return starts.map((from, i) => ({ from, until: starts[i + 1] ?? span.until }));
}

/** Held seats, and those that would take the IFU or the spectrograph of a seat that is kept, and so on. */
function keptSeats(
  model: Model,
  at: number,
  wanted: readonly string[],
  before: ReadonlyMap<string, Unit | null>,
  after: ReadonlyMap<string, Unit>,
): Set<string> {
  const kept = new Set<string>();
  for (let last = -1; kept.size > last; ) {
    last = kept.size;
    for (const ifuslot of wanted) {
      const held = model.keys("hold ").some((key) => key.endsWith(`/${ifuslot}`) && model.at(key, at) === true);
      const takes = [...kept].some((other) => {
        const [own, theirs] = [after.get(ifuslot), before.get(other)];
        const sameIfu = own?.ifuid != null && own.ifuid === theirs?.ifuid;
        return other !== ifuslot && (sameIfu || (own?.specid != null && own.specid === theirs?.specid));
      });
      if (held || takes) kept.add(ifuslot);
    }
  }
  return kept;
}

function isGated(
  { deps }: World,
  before: ReadonlyMap<string, Unit | null>,
  after: ReadonlyMap<string, Unit>,
  changed: readonly string[],
): boolean {
  const active = [...before.values()].filter((unit) => unit?.specid != null).length;
  if (active === 0) return false;
  const other = changed.filter((ifuslot) => {
    const [old, now] = [before.get(ifuslot), after.get(ifuslot)];
    return (old?.specid ?? null) !== now?.specid || (old?.ifuid ?? null) !== now?.ifuid;
  });
  const arrived = changed.map((ifuslot) => after.get(ifuslot)?.specid);
  const lost = changed.filter((ifuslot) => {
    const specid = before.get(ifuslot)?.specid ?? null;
    return specid !== null && !arrived.includes(specid);
  });
  return other.length / active > deps.gate.changedShare || lost.length > deps.gate.lostUnits;
}

/** An agreeing status confirms back to what was last confirmed of the same configuration, any other from its start on. */
function confirmation(model: Model, dataTime: number, span: Stretch, changed: readonly string[]): Assertion[] {
  if (dataTime < span.from) return [];
  const seen = Math.min(dataTime, span.until - 1);
  const begin = Math.max(...VIRUS_SEATS.map((ifuslot) => model.seatStretch(ifuslot, span.from).from));
  const last = confirmedEnd(model, seen + 1);
  const from = changed.length > 0 ? span.from : Math.min(seen, Math.max(begin, last ?? begin));
  return [{ key: CONFIRMED, from, until: seen + 1, value: true }];
}
