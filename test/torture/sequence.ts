import fc from "fast-check";
import type { Instant } from "../../src/domain/time/instant.ts";
import type { Store } from "../../src/service/store.ts";
import { compareChanges, compareConfigurations, compareHistory, compareIdentity } from "./afterwards.ts";
import { compareAnswer, instantOfQuestion, type Question, question } from "./compare.ts";
import {
  correctAct,
  playCorrect,
  playPositions,
  playRetract,
  positionsAct,
  retractAct,
  revertAct,
} from "./curator-acts.ts";
import { importAct, playImport } from "./import-act.ts";
import {
  clockAct,
  holdAct,
  playClock,
  playHold,
  playRelease,
  playRevert,
  playTag,
  releaseAct,
  tagAct,
} from "./log-acts.ts";
import { playUpdate, updateAct } from "./update-act.ts";
import { demandSameRevision, hour, World } from "./world.ts";

const act = fc.oneof(
  { weight: 8, arbitrary: updateAct },
  { weight: 4, arbitrary: importAct },
  { weight: 5, arbitrary: correctAct },
  { weight: 2, arbitrary: retractAct },
  { weight: 3, arbitrary: positionsAct },
  { weight: 3, arbitrary: revertAct },
  { weight: 3, arbitrary: holdAct },
  { weight: 2, arbitrary: releaseAct },
  { weight: 1, arbitrary: tagAct },
  { weight: 4, arbitrary: clockAct },
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

export type Sequence = { readonly acts: readonly Act[]; readonly questions: readonly Question[] };

/** Some acts, and what is asked after them. */
export function sequences(questionsEach: number): fc.Arbitrary<Sequence> {
  return fc.record({
    acts: fc.array(act, { minLength: 1, maxLength: 24, size: "max" }),
    // Only the acts are made smaller: which question it was, the error says.
    questions: fc.noShrink(fc.array(question, { minLength: questionsEach, maxLength: questionsEach, size: "max" })),
  });
}

/** Plays a sequence on an empty store and asks the questions. @returns the world as it was left */
export async function play(store: Store, { acts, questions }: Sequence): Promise<World> {
  const world = new World(store);
  for (const [i, one] of acts.entries()) {
    try {
      await playAct(world, one);
      await demandSameRevision(world);
      const asked = questions[i];
      // What is answered between the acts is kept in memory, and has to be forgotten where it is overtaken.
      if (asked !== undefined && world.model.newest > 0) await compareAnswer(world, { ...asked, back: 0 });
    } catch (error) {
      throw new Error(`act ${i + 1}, ${one.kind}: ${error instanceof Error ? (error.stack ?? error.message) : error}`);
    }
  }
  if (world.model.newest === 0) return world;
  for (const asked of questions) await compareAnswer(world, asked);
  await compareWholes(world, questions);
  return world;
}

/** What is told of whole stretches, held against what is told of single instants. */
async function compareWholes(world: World, questions: readonly Question[]): Promise<void> {
  const [first, second, third] = questions;
  if (first === undefined || second === undefined || third === undefined) return;
  const { model } = world;
  const revisionOf = ({ back }: Question) => Math.max(1, model.newest - back);
  await compareChanges(world, revisionOf(first), revisionOf(second));
  await compareChanges(world, model.newest - 1, model.newest);
  const [a = 0, b = 0] = [first, second].map((asked) => instantOfQuestion(model, asked)).sort((x, y) => x - y);
  const span = { from: a as Instant, until: a === b ? null : (b as Instant) };
  await compareConfigurations(world, span, revisionOf(first), first.actual);
  await compareConfigurations(world, { from: hour(-1000), until: null }, revisionOf(third), third.actual);
  await compareIdentity(world, third, questions);
  await compareHistory(world);
}

async function playAct(world: World, one: Act): Promise<void> {
  switch (one.kind) {
    case "update":
      return await playUpdate(world, one);
    case "import":
      return await playImport(world, one);
    case "correct":
      return await playCorrect(world, one);
    case "retract":
      return await playRetract(world, one);
    case "positions":
      return await playPositions(world, one);
    case "revert":
      return await playRevert(world, one);
    case "hold":
      return await playHold(world, one);
    case "release":
      return await playRelease(world, one);
    case "tag":
      return await playTag(world, one);
    case "clock":
      return playClock(world, one);
  }
}
