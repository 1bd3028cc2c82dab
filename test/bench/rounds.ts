import { type Load, type Shot, shoot } from "./load.ts";
import { pinTo, type Started } from "./processes.ts";

/** One line of a table: a load on a server. */
export type Case = { readonly name: string; readonly server: Started; readonly load: Load };

/** Load generator and server on a core each, or both wherever the kernel puts them. */
export type Placing = "pinned" | "unpinned";

export type Measure = Shot & {
  readonly name: string;
  readonly placing: Placing;
  readonly connections: number;
  readonly rounds: number;
};

export type RoundOptions = {
  readonly rounds: number;
  /** Of one run. */
  readonly seconds: number;
  readonly connections: number;
  readonly placing: Placing;
};

/**
 * Runs every case once, then every case again, and so on, so that what else the machine does meets all of them. Of each
 * figure the median of the rounds is kept.
 */
export async function inRounds(cases: readonly Case[], options: RoundOptions): Promise<Measure[]> {
  const { rounds, seconds, connections, placing } = options;
  const pinned = placing === "pinned" && navigator.hardwareConcurrency > 1;
  const all = Array.from({ length: navigator.hardwareConcurrency }, (_, core) => core).join(",");
  for (const { server } of cases) pinTo(pinned ? "1" : all, server.roots);
  const cores = pinned ? "0" : null;
  for (const { server, load } of cases) await shoot(server, load, { seconds: 1, connections, cores }); // to be warm
  const shots = new Map<string, Shot[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, server, load } of cases) {
      shots.get(name)?.push(await shoot(server, load, { seconds, connections, cores }));
      process.stderr.write(".");
    }
  }
  process.stderr.write("\n");
  return [...shots].map(([name, found]) => ({
    name,
    placing,
    connections,
    rounds,
    perSecond: median(found.map((shot) => shot.perSecond)),
    cpuMicroseconds: median(found.map((shot) => shot.cpuMicroseconds)),
    p50: median(found.map((shot) => shot.p50)),
    p99: median(found.map((shot) => shot.p99)),
  }));
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

/** The value that this share (0 to 1) of the values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
