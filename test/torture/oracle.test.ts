import { expect, test } from "bun:test";
import fc from "fast-check";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import { describeOnEngines, type Engine, type FreshDatabase } from "../support/engines.ts";
import { recordFigure } from "./figures.ts";
import { FULL, torturingSeed } from "./scale.ts";
import { play, type Sequence, sequences } from "./sequence.ts";

const QUESTIONS = FULL ? 180 : 40;
const MINUTE = 60_000;
/** One sequence in so many is also made again from its revisions. */
const VERIFIED_EACH = 8;

describeOnEngines("the oracle", (engine) => {
  const runs = runsOn(engine);
  test(
    `${runs} random sequences of acts leave what a naive replay of their assertions says`,
    async () => {
      let [played, answers] = [0, 0];
      let firstFailure: number | null = null;
      const property = fc.asyncProperty(sequences(QUESTIONS), async (sequence) => {
        if (firstFailure !== null && Date.now() - firstFailure > MINUTE) return; // no more shrinking
        try {
          const isVerified = played % VERIFIED_EACH === 0;
          answers += await playOn(engine, sequence, isVerified);
        } catch (error) {
          firstFailure ??= Date.now();
          throw error;
        }
        played += 1;
      });
      await fc.assert(property, { numRuns: runs, reporter: tell, seed: torturingSeed() });
      recordFigure(
        `a naive replay of the assertions (${engine.name})`,
        `${played} random sequences of acts, ${answers} answers compared, 0 mismatches`,
      );
    },
    FULL ? 120 * MINUTE : 3 * MINUTE,
  );
});

function runsOn(engine: Engine): number {
  if (engine.name === "embedded") return FULL ? 20 : 4;
  return FULL ? 300 : 22;
}

/** @returns how many answers were compared */
async function playOn(engine: Engine, sequence: Sequence, isVerified: boolean): Promise<number> {
  const database = await engine.open();
  try {
    const { answers } = await play(database.store, sequence);
    if (isVerified) await verify(engine, database);
    return answers;
  } finally {
    await engine.discard(database);
  }
}

/** The record can be made again from its revisions, row by row. */
async function verify(engine: Engine, { store }: FreshDatabase): Promise<void> {
  const fresh = await engine.open();
  try {
    expect((await verifyRecord(store, fresh.store)).faults).toEqual([]);
  } finally {
    await engine.discard(fresh);
  }
}

/** What to look at and how to come back to it: the seed, the smallest sequence of acts that fails, and why it does. */
async function tell({ failed, seed, counterexamplePath, counterexample, errorInstance }: fc.RunDetails<[Sequence]>) {
  if (!failed) return;
  const acts = counterexample?.[0].acts.map((act) => `  ${JSON.stringify(act)}`) ?? [];
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  throw new Error(`seed ${seed}, path ${counterexamplePath}; the acts:\n${acts.join("\n")}\n${why}`);
}
