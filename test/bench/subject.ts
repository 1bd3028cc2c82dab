import type { Findings } from "./report.ts";

/** How long and how often a subject measures. */
export type BenchOptions = {
  /** Of one run of a load. */
  readonly seconds: number;
  readonly rounds: number;
  /** A directory that is removed afterwards. */
  readonly place: string;
  /** How long the histories of growth are. */
  readonly revisions: readonly number[];
  /** Runs a small sample of each thing: to see that the bench works, not to get figures. */
  readonly quick: boolean;
};

export type Subject = (options: BenchOptions) => Promise<Findings>;
