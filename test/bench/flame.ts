import { basename } from "node:path";
import { percentile } from "./rounds.ts";

/** A function on the stack, and what it called. Counted in samples, which the profiler takes at equal distances. */
export type Flame = {
  readonly name: string;
  /** In it and in all that it called. */
  readonly samples: number;
  /** In itself alone. */
  readonly self: number;
  readonly children: readonly Flame[];
};

/** What Bun's profiler writes (`--cpu-prof`), as far as it is read here. */
export type Profile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** The ids of nodes. */
  readonly samples: readonly number[];
  /** Microseconds from each sample to the one before. */
  readonly timeDeltas: readonly number[];
};

/**
 * Microseconds between two looks at the stack: more than was asked for. Where no JavaScript runs nothing is noted, so only
 * samples that follow each other closely tell it.
 */
export function intervalOf({ timeDeltas }: Pick<Profile, "timeDeltas">): number {
  return percentile(timeDeltas, 0.1);
}

/**
 * What a profile says of one function and all that it called, wherever it was called from.
 *
 * @param file the name of the file that the function is in
 */
export function flameOf({ nodes, samples }: Omit<Profile, "timeDeltas">, functionName: string, file: string): Flame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const counts = new Map<number, number>();
  for (const id of samples) counts.set(id, (counts.get(id) ?? 0) + 1);
  const isRoot = ({ callFrame }: Profile["nodes"][number]) =>
    callFrame.functionName === functionName && basename(callFrame.url) === file;
  const merged = (name: string, group: readonly Profile["nodes"][number][]): Flame => {
    const called = group.flatMap(({ children = [] }) => children.flatMap((id) => byId.get(id) ?? []));
    const children = [...Map.groupBy(called, nameOf)].map(([each, alike]) => merged(each, alike));
    const self = group.reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0);
    const samplesBelow = children.reduce((sum, child) => sum + child.samples, 0);
    return { name, self, samples: self + samplesBelow, children: children.sort((a, b) => b.samples - a.samples) };
  };
  return merged(`${functionName}, ${file}`, nodes.filter(isRoot));
}

function nameOf({ callFrame: { functionName, url } }: Profile["nodes"][number]): string {
  const name = functionName === "" ? "(nameless)" : functionName;
  return url === "" ? name : `${name}, ${basename(url)}`;
}

/** How many samples each function had in itself, wherever it was called from; the most first. */
export function selfTimes(flame: Flame): { readonly name: string; readonly samples: number }[] {
  const times = new Map<string, number>();
  const walk = ({ name, self, children }: Flame) => {
    times.set(name, (times.get(name) ?? 0) + self);
    children.forEach(walk);
  };
  walk(flame);
  return [...times].map(([name, samples]) => ({ name, samples })).sort((a, b) => b.samples - a.samples);
}
