import fc from "fast-check";
import { VIRUS_SEATS } from "../../src/domain/plane/seat.ts";
import { HOUR, instantText } from "../../src/domain/time/instant.ts";
import { addHold, releaseHold } from "../../src/service/holds.ts";
import { revert } from "../../src/service/revert.ts";
import { addTag } from "../../src/service/tags.ts";
import { CURATOR } from "../support/observatory.ts";
import { restored, type revertAct } from "./curator-acts.ts";
import { type Assertion, CONFIRMED, finite, holdKey, type Model, same, seatKey } from "./model.ts";
import { type Expected, hour, SOME_SEATS, settle, type World } from "./world.ts";

export const holdAct = fc.record({
  kind: fc.constant("hold" as const),
  from: fc.integer({ min: -60, max: 80 }),
  lasts: fc.option(fc.integer({ min: 1, max: 60 })),
  seats: fc.oneof(
    { weight: 4, arbitrary: fc.uniqueArray(fc.constantFrom(...SOME_SEATS), { minLength: 1, maxLength: 3 }) },
    fc.constant([]),
  ),
});

export const releaseAct = fc.record({ kind: fc.constant("release" as const), which: fc.nat({ max: 3 }) });

export const tagAct = fc.record({
  kind: fc.constant("tag" as const),
  name: fc.constantFrom("dr1", "dr2", "dr3"),
  back: fc.option(fc.nat({ max: 5 })),
  horizon: fc.option(fc.integer({ min: -60, max: 80 })),
});

export const clockAct = fc.record({
  kind: fc.constant("clock" as const),
  hours: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 30 }) }, fc.integer({ min: -30, max: -1 })),
});

type Act<A> = A extends fc.Arbitrary<infer T> ? T : never;

export function playClock({ deps }: World, { hours }: Act<typeof clockAct>): void {
  deps.testClock.advance(hours * HOUR);
}

export async function playHold(world: World, act: Act<typeof holdAct>): Promise<void> {
  const hold = world.model.newest + 1;
  const seats: readonly string[] = act.seats.length === 0 ? VIRUS_SEATS : act.seats;
  const until = act.lasts === null ? null : hour(act.from + act.lasts);
  const facts = seats.map(
    (seat): Assertion => ({ key: holdKey(hold, seat), from: hour(act.from), until, value: true }),
  );
  const made = await settle(world, [{ facts, confirmations: [] }], true, () =>
    addHold(world.deps, CURATOR, {
      ...{ ifuslots: act.seats, from: instantText(hour(act.from)), reason: "the telescope does not know yet" },
      ...(until === null ? {} : { until: instantText(until) }),
      commit: true,
    }),
  );
  if (made?.hold !== hold) throw new Error(`the hold is named ${made?.hold}, expected was ${hold}`);
  world.holds.set(hold, facts);
}

export async function playRelease(world: World, { which }: Act<typeof releaseAct>): Promise<void> {
  const hold = [...world.holds.keys()][which] ?? world.model.newest + 99;
  const held = world.holds.get(hold);
  const expected: Expected =
    held === undefined
      ? { refused: "not-found" }
      : [{ facts: held.map((fact) => ({ ...fact, value: null })), confirmations: [] }];
  await settle(world, expected, true, () =>
    releaseHold(world.deps, CURATOR, { hold, reason: "it knows now", commit: true }),
  );
  world.holds.delete(hold);
}

export async function playTag(world: World, act: Act<typeof tagAct>): Promise<void> {
  const { model, tags } = world;
  const asOf = Math.max(1, model.newest - (act.back ?? 0));
  const horizon = act.horizon === null ? null : hour(act.horizon);
  const refused = model.newest === 0 ? "not-found" : tags.has(act.name) ? "already-exists" : null;
  const expected: Expected = refused === null ? [{ facts: [], confirmations: [] }] : { refused };
  await settle(world, expected, true, () =>
    addTag(world.deps, CURATOR, {
      ...{ name: act.name, reason: "" },
      ...(act.back === null ? {} : { asOf: String(asOf) }),
      ...(horizon === null ? {} : { horizon: instantText(horizon) }),
    }),
  );
  if (refused === null) tags.set(act.name, { asOf, horizon });
}

/** What is confirmed since a revision, and was not before it, is so no longer once that is reverted. */
function confirmedOnlyBy(model: Model, rev: number): Assertion[] {
  return model.pieces([CONFIRMED]).flatMap(({ from, until }): Assertion[] => {
    const [before, after, now] = [rev - 1, rev, model.newest].map((known) => model.at(CONFIRMED, from, known) === true);
    return !before && after && now ? [{ key: CONFIRMED, from, until: finite(until), value: null }] : [];
  });
}

export async function playRevert(world: World, act: Act<typeof revertAct>): Promise<void> {
  const { model } = world;
  const rev = model.newest - act.back;
  const outcome = (): Expected => {
    if (rev < 1) return { refused: "not-found" };
    const { facts, altered } = restored(model, rev);
    if (facts.length === 0) return { refused: "bad-parameter" };
    const own = confirmedOnlyBy(model, rev);
    const newest = model.record(facts);
    // What was confirmed is confirmed again where the whole focal plane is again what was confirmed.
    const confirmations = model
      .pieces([CONFIRMED, ...VIRUS_SEATS.map(seatKey)])
      .flatMap(({ from, until }): Assertion[] => {
        const isAltered = altered.some((fact) => fact.from <= from && from < (fact.until ?? Infinity));
        const wasConfirmed = model.at(CONFIRMED, from, rev - 1) === true;
        const isAsBefore = VIRUS_SEATS.every((seat) =>
          same(model.unit(seat, from, newest), model.unit(seat, from, rev - 1)),
        );
        if (!isAltered || !wasConfirmed || !isAsBefore) return [];
        return [{ key: CONFIRMED, from, until: finite(until), value: true }];
      });
    model.undo(newest);
    return [{ facts, confirmations: [...own, ...confirmations] }];
  };
  await settle(world, outcome(), act.commit, () =>
    revert(world.deps, CURATOR, { revision: rev, reason: "it was right before", commit: act.commit }),
  );
}
