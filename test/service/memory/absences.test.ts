import { expect, test } from "bun:test";
import type { Instant, Span } from "../../../src/domain/time/instant.ts";
import { createAbsences } from "../../../src/service/memory/absences.ts";
import type { Gap } from "../../../src/service/store.ts";

const at = (instant: number) => instant as Instant;
const span = (from: number, until: number | null): Span => ({
  from: at(from),
  until: until === null ? null : at(until),
});

const BEFORE: Gap = { from: null, until: at(100), retracted: [span(40, 50)] };
const BETWEEN: Gap = { from: at(200), until: at(300), retracted: [] };

/** A record that begins at 100 and has a gap from 200 to 300, at any revision; what it is asked is counted. */
function record() {
  const asked: string[] = [];
  const reads = {
    firstPlacement: async (rev: number) => {
      asked.push(`first ${rev}`);
      return at(100);
    },
    gapAt: async (instant: Instant, rev: number) => {
      asked.push(`gap ${instant} ${rev}`);
      return [BEFORE, BETWEEN].find((gap) => (gap.from ?? 0) <= instant && instant < (gap.until ?? 0)) ?? null;
    },
  };
  return { reads, asked };
}

test("a gap is asked for once, whichever instants in it are asked about", async () => {
  const { reads, asked } = record();
  const absences = createAbsences(reads, 9);
  expect(absences.known(at(250), 1)).toBeNull();
  for (const instant of [200, 250, 299]) expect(await absences.gapAt(at(instant), 1)).toEqual(BETWEEN);
  expect(await absences.gapAt(at(99), 1)).toEqual(BEFORE);
  expect(asked).toEqual(["first 1", "gap 200 1", "gap 99 1"]);
});

test.each([
  [99, "before-first"],
  [40, "retracted"],
  [50, "before-first"],
  [200, "gap"],
])("that nothing is known at %p is known with its reason, %s", async (instant, reason) => {
  const absences = createAbsences(record().reads, 9);
  await absences.gapAt(at(0), 1);
  await absences.gapAt(at(299), 1);
  expect(absences.known(at(instant), 1)).toMatchObject({ code: "no-configuration", details: { reason } });
});

test("it is known of the revision that was asked about, and of no other", async () => {
  const { reads, asked } = record();
  const absences = createAbsences(reads, 9);
  await absences.gapAt(at(250), 1);
  expect([absences.known(at(250), 2), absences.known(at(300), 1)]).toEqual([null, null]);
  await absences.gapAt(at(250), 2);
  expect(asked).toEqual(["first 1", "gap 250 1", "first 2", "gap 250 2"]);
});

test("where something is known, nothing is kept", async () => {
  const { reads, asked } = record();
  const absences = createAbsences(reads, 9);
  expect([await absences.gapAt(at(150), 1), await absences.gapAt(at(150), 1)]).toEqual([null, null]);
  expect(asked.filter((question) => question === "gap 150 1")).toHaveLength(2);
});

test("it is kept of the revisions that were last added to", async () => {
  const absences = createAbsences(record().reads, 2);
  for (const [instant, rev] of [
    [250, 1],
    [250, 2],
    [50, 1],
    [250, 3],
  ] as const)
    await absences.gapAt(at(instant), rev);
  expect([1, 2, 3].map((rev) => absences.known(at(250), rev) !== null)).toEqual([true, false, true]);
});

test("of another record nothing is known, nor kept of what was asked before", async () => {
  const { reads } = record();
  const answered = Promise.withResolvers<Gap>();
  const absences = createAbsences({ ...reads, gapAt: () => answered.promise }, 9);
  const asked = absences.gapAt(at(250), 1);
  absences.forget();
  answered.resolve(BETWEEN);
  expect(await asked).toEqual(BETWEEN);
  expect(absences.known(at(250), 1)).toBeNull();
});
