import { FplaneError } from "../../src/domain/errors.ts";
import { HOUR, type Instant, instantOf, instantText } from "../../src/domain/time/instant.ts";
import type { Store } from "../../src/service/store.ts";
import { observatory, TestClock } from "../support/observatory.ts";
import { type Assertion, Model } from "./model.ts";

/** Times are drawn as whole hours from here, so that bounds often fall together. */
const BEGIN = instantOf("2020-01-01T00:00:00Z");

export function hour(hours: number): Instant {
  return (BEGIN + hours * HOUR) as Instant;
}

/** A few seats, and fewer ids than seats, so that acts meet. */
export const SOME_SEATS = ["013", "014", "015", "021", "022", "023", "034"] as const;
export const SOME_IFUS = ["001", "002", "003", "004", "005", "006"] as const;
export const SOME_SPECTROGRAPHS = ["301", "302", "303", "304", "305", "306"] as const;

/** The gate of the sequences: narrow enough that some statuses meet it, though the focal plane is small. */
const GATE = { changedShare: 0.75, lostUnits: 2 };

/** The service under test and the model beside it. */
export class World {
  readonly deps;
  readonly model = new Model();
  readonly uploads = new Map<string, string[]>();
  readonly tags = new Map<string, { readonly asOf: number; readonly horizon: number | null }>();
  /** Holds that stand, with their seats and spans. */
  readonly holds = new Map<number, readonly Assertion[]>();
  /** When each revision was recorded; the first is number 1. */
  readonly recordedAt: number[] = [0];
  /** How many answers have been compared. */
  answers = 0;
  constructor(store: Store) {
    this.deps = { ...observatory(store, new TestClock(instantText(BEGIN))), gate: GATE };
  }
  get now(): number {
    return this.deps.clock();
  }
}

/** What an act should come to: refused with a code, or done, with the facts of each revision that it makes. */
export type Expected =
  | { readonly refused: string }
  | { readonly facts: readonly Assertion[]; readonly confirmations: readonly Assertion[] }[];

/**
 * Runs an act on the service and holds what became of it against what was expected of it. Expected facts that make the
 * model contradict itself are expected to be refused as `conflict`.
 *
 * @returns what the service answered, or null when it refused, as it should
 */
export async function settle<T>(
  { model, deps, recordedAt }: World,
  expected: Expected,
  commit: boolean,
  run: () => Promise<T>,
): Promise<T | null> {
  const before = model.newest;
  let refused = "refused" in expected ? expected.refused : null;
  if (!("refused" in expected)) {
    for (const { facts, confirmations } of expected) {
      model.record(facts, confirmations);
      if (facts.length > 0 && model.contradictions().length > 0) refused = "conflict";
    }
    if (refused !== null || !commit) model.undo(before + 1);
  }
  const { result, code } = await outcome(run);
  if (code !== refused)
    throw new Error(`expected ${refused ?? "success"}, but the service came to ${code ?? "success"}`);
  const newest = await deps.store.newestRevision();
  for (let rev = recordedAt.length; rev <= (newest?.rev ?? 0); rev += 1) {
    const revision = await deps.store.revisionNumbered(rev);
    recordedAt.push(revision?.recordedAt ?? Number.NaN);
    if (!(Number(recordedAt[rev]) > Number(recordedAt[rev - 1]))) throw new Error(`record times do not rise at ${rev}`);
  }
  return result;
}

/** To be called after each act. */
export async function demandSameRevision({ model, deps }: World): Promise<void> {
  const rev = (await deps.store.newestRevision())?.rev ?? 0;
  if (rev !== model.newest) throw new Error(`the newest revision is ${rev}, expected was ${model.newest}`);
}

async function outcome<T>(run: () => Promise<T>): Promise<{ result: T | null; code: string | null }> {
  try {
    return { result: await run(), code: null };
  } catch (error) {
    if (error instanceof FplaneError && error.code !== "internal") return { result: null, code: error.code };
    throw error;
  }
}
