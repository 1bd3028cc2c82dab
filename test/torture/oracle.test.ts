import { test } from "bun:test";
import fc from "fast-check";
import { describeOnEngines, type Engine } from "../support/engines.ts";
import { FULL } from "./scale.ts";
import { play, sequences } from "./sequence.ts";

const QUESTIONS = FULL ? 180 : 40;

describeOnEngines("the oracle", (engine) => {
  const runs = runsOn(engine);
  test(
    `${runs} random sequences of acts leave what a naive replay of their assertions says`,
    async () => {
      let answers = 0;
      await fc.assert(
        fc.asyncProperty(sequences(QUESTIONS), async (sequence) => {
          const database = await engine.open();
          try {
            await play(database.store, sequence);
          } finally {
            await engine.discard(database);
          }
          answers += sequence.questions.length;
        }),
        { numRuns: runs, interruptAfterTimeLimit: FULL ? 3_000_000 : 60_000, markInterruptAsFailure: false },
      );
      console.error(`${engine.name}: ${runs} sequences, ${answers} answers, 0 mismatches`);
    },
    FULL ? 3_600_000 : 120_000,
  );
});

function runsOn(engine: Engine): number {
  if (engine.name === "embedded") return FULL ? 20 : 6;
  return FULL ? 300 : 34;
}
