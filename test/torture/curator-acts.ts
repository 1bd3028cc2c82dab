import fc from "fast-check";
import { isVirusSeat, nominalPosition, VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { instantText } from "../../src/domain/time/instant.ts";
import { correct } from "../../src/service/correct.ts";
import { setPositions } from "../../src/service/positions.ts";
import { retract } from "../../src/service/retract.ts";
import { CURATOR } from "../support/observatory.ts";
import { type Assertion, CONFIRMED, finite, type Model, NO_UNIT, positionKey, seatKey, type Unit } from "./model.ts";
import { type Expected, hour, SOME_IFUS, SOME_SEATS, SOME_SPECTROGRAPHS, settle, type World } from "./world.ts";

const span = {
  from: fc.integer({ min: -60, max: 80 }),
  lasts: fc.oneof(fc.constantFrom("next" as const, "open" as const), fc.integer({ min: 1, max: 60 })),
};
const commit = fc.integer({ min: 0, max: 9 }).map((n) => n > 0);
const seat = fc.constantFrom(...SOME_SEATS);

const fields = fc.record(
  {
    ifuid: fc.constantFrom(...SOME_IFUS, "000"),
    specid: fc.constantFrom(...SOME_SPECTROGRAPHS, "0"),
    specslot: fc.constantFrom("111", "112", "000"),
    contid: fc.constantFrom("S/N 0001", ""),
  },
  { requiredKeys: [] },
);

export const correctAct = fc.record({
  kind: fc.constant("correct" as const),
  ...span,
  seats: fc.array(fc.record({ seat, set: fields }), { minLength: 1, maxLength: 2 }),
  /** Gives each of two seats what stands in the other, whatever their fields say. */
  swap: fc.boolean(),
  commit,
});

export const retractAct = fc.record({
  kind: fc.constant("retract" as const),
  ...span,
  seats: fc.oneof(fc.constant([]), fc.uniqueArray(fc.oneof(seat, fc.constant("600")), { minLength: 1, maxLength: 3 })),
  commit,
});

export const positionsAct = fc.record({
  kind: fc.constant("positions" as const),
  ...span,
  rows: fc.uniqueArray(fc.record({ seat, offset: fc.constantFrom(0.3, -0.4, 0.3, 0, 3) }), {
    minLength: 1,
    maxLength: 3,
    selector: (row) => row.seat,
  }),
  force: fc.boolean(),
  commit,
});

type Act<A> = A extends fc.Arbitrary<infer T> ? T : never;
type SpanAct = { readonly from: number; readonly lasts: "next" | "open" | number };

function bounds({ from, lasts }: SpanAct) {
  const until = lasts === "open" ? "open" : lasts === "next" ? undefined : instantText(hour(from + lasts));
  return { from: instantText(hour(from)), until };
}

/** The end of an act: null where it has none; `next` is looked up by the one who knows what comes next. */
function endOf({ from, lasts }: SpanAct, next: () => number): number | null {
  if (lasts === "open") return null;
  return lasts === "next" ? finite(next()) : hour(from + lasts);
}

const ID_FIELDS = ["ifuid", "specid", "specslot"] as const;

export async function playCorrect(world: World, act: Act<typeof correctAct>): Promise<void> {
  const { model } = world;
  const from = hour(act.from);
  const corrections = corrected(model, act).map(({ seat: ifuslot, set }) => ({ ifuslot, set, ...bounds(act) }));
  const outcome = (): Expected => {
    if (corrections.some(({ set }) => Object.keys(set).length === 0)) return { refused: "bad-parameter" };
    if (corrections.length === 2 && corrections[0]?.ifuslot === corrections[1]?.ifuslot)
      return { refused: "bad-parameter" };
    const facts: Assertion[] = [];
    const confirmations: Assertion[] = [];
    for (const { ifuslot, set } of corrections) {
      const until = endOf(act, () => model.seatStretch(ifuslot, from).until);
      facts.push(...correctedPieces(model, ifuslot, { from, until }, set));
      if (until !== null) confirmations.push({ key: CONFIRMED, from, until, value: true });
    }
    return [{ facts, confirmations }];
  };
  await settle(world, outcome(), act.commit, () =>
    correct(world.deps, CURATOR, { corrections, reason: "it was wrong", commit: act.commit }),
  );
}

function corrected(model: Model, { swap, seats, from }: Act<typeof correctAct>) {
  const [a, b] = seats;
  if (!swap || a === undefined || b === undefined) return seats;
  const idsIn = (ifuslot: string) => {
    const unit = model.unit(ifuslot, hour(from)) ?? NO_UNIT;
    return { ifuid: unit.ifuid ?? "000", specid: unit.specid ?? "000" };
  };
  return [
    { seat: a.seat, set: { ...a.set, ...idsIn(b.seat) } },
    { seat: b.seat, set: { ...b.set, ...idsIn(a.seat) } },
  ];
}

type Set = Readonly<Partial<Record<keyof Unit, string>>>;

/** The fields that are set change over the whole span, the others stay as they are at each instant of it. */
function correctedPieces(
  model: Model,
  ifuslot: string,
  { from, until }: { from: number; until: number | null },
  set: Set,
): Assertion[] {
  const end = until ?? Number.POSITIVE_INFINITY;
  const cuts = model.bounds([seatKey(ifuslot)]).filter((at) => at > from && at < end);
  const starts = [from, ...cuts];
  return starts.map((start, i): Assertion => {
    const old = model.unit(ifuslot, start) ?? NO_UNIT;
    const now: Record<keyof Unit, string | null> = { ...old };
    for (const field of ID_FIELDS) {
      const id = set[field];
      if (id !== undefined) now[field] = Number(id) === 0 ? null : id;
    }
    if (now.specid !== old.specid) now.contid = null;
    if (set.contid !== undefined) now.contid = set.contid === "" ? null : set.contid;
    return { key: seatKey(ifuslot), from: start, until: finite(starts[i + 1] ?? end), value: now };
  });
}

export async function playRetract(world: World, act: Act<typeof retractAct>): Promise<void> {
  const { model } = world;
  const from = hour(act.from);
  const seats: readonly string[] = act.seats.length === 0 ? VIRUS_SEATS : act.seats;
  const facts = seats.map((ifuslot): Assertion => {
    const until = endOf(act, () => model.seatStretch(ifuslot, from).until);
    return { key: seatKey(ifuslot), from, until, value: null };
  });
  const takesSomething = facts.some(({ key, until }) =>
    [from, ...model.bounds([key])].some((at) => at >= from && at < (until ?? Infinity) && model.at(key, at) !== null),
  );
  const expected: Expected = takesSomething ? [{ facts, confirmations: [] }] : { refused: "not-found" };
  await settle(world, expected, act.commit, () =>
    retract(world.deps, CURATOR, { ifuslots: act.seats, ...bounds(act), reason: "nobody knows", commit: act.commit }),
  );
}

export async function playPositions(world: World, act: Act<typeof positionsAct>): Promise<void> {
  const { model } = world;
  const from = hour(act.from);
  const rows = act.rows.map(({ seat: ifuslot, offset }) => {
    const { x, y } = nominalPosition(ifuslot);
    return { ifuslot, x: x + offset, y, offset };
  });
  const end = endOf({ ...act, lasts: act.lasts === "next" ? "open" : act.lasts }, () => Infinity) ?? Infinity;
  const measured = rows
    .filter((row) => row.offset !== 0)
    .map((row) => {
      const starts = [from, ...model.bounds([seatKey(row.ifuslot)]).filter((at) => at > from && at < end)];
      const ifuid = starts.map((at) => model.unit(row.ifuslot, at)?.ifuid ?? null).find((ifu) => ifu !== null);
      return { ...row, ifuid };
    });
  const outcome = (): Expected => {
    const refused = measured.some((row) => row.ifuid === undefined || (row.offset > 2 && !act.force));
    if (refused) return { refused: "conflict" };
    const facts = measured.map(({ ifuslot, ifuid, x, y }): Assertion => {
      const key = positionKey(ifuslot, ifuid ?? "");
      const until = endOf(act, () => model.widest([key], from, (at) => model.at(key, at)).until);
      return { key, from, until, value: { x: Number(x.toFixed(3)), y } };
    });
    return [{ facts, confirmations: [] }];
  };
  const text = rows.map(({ ifuslot, x, y }) => `${ifuslot} ${x.toFixed(3)} ${y.toFixed(3)}\n`).join("");
  await settle(world, outcome(), act.commit, () =>
    setPositions(world.deps, CURATOR, {
      ...{ name: "list", text, drop: [], force: act.force, reason: "measured", commit: act.commit },
      ...bounds(act),
    }),
  );
}

export const revertAct = fc.record({ kind: fc.constant("revert" as const), back: fc.nat({ max: 6 }), commit });

/** What stands in a thing where a revision changed it and nothing has changed it since, is what was there before. */
export function restored(model: Model, rev: number): { facts: Assertion[]; altered: Assertion[] } {
  const facts = model.keys("").flatMap((key) => {
    if (!key.startsWith("seat ") && !key.startsWith("position ")) return [];
    return model.pieces([key]).flatMap(({ from, until }): Assertion[] => {
      const [before, after, now] = [model.at(key, from, rev - 1), model.at(key, from, rev), model.at(key, from)];
      const isChanged = JSON.stringify(before) !== JSON.stringify(after);
      const stands = JSON.stringify(after) === JSON.stringify(now);
      return isChanged && stands ? [{ key, from, until: finite(until), value: before }] : [];
    });
  });
  return { facts, altered: facts.filter(({ key }) => key.startsWith("seat ") && isVirusSeat(key.slice(5))) };
}
