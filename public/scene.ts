import type { Answer, Diff, Hold, refusalOf } from "./api.ts";
import { type Chronology, type Row, type Stretch, stretchAt } from "./chronology.ts";
import type { PageState } from "./page-state.ts";

/** What went wrong, by the field that it belongs to. */
export type Problems = Readonly<Partial<Record<"date" | "known" | "compare", ReturnType<typeof refusalOf>>>>;

/** All that is on the page at one moment. */
export type Scene = {
  readonly state: PageState;
  readonly chronology: Chronology | null;
  /** The instant that is shown, milliseconds since 1970; null while it is not known what the date means. */
  readonly time: number | null;
  readonly stretch: Stretch | null;
  /** Empty when nothing is recorded there. */
  readonly rows: readonly Row[];
  /** What the server says of it; null while it is asked. */
  readonly answer: Answer | null;
  readonly diff: Diff | null;
  /** Seats that differ from the date compared with, or that became different when this stretch began. */
  readonly changed: ReadonlySet<string>;
  readonly held: ReadonlyMap<string, Hold>;
  /** Seats that a correction, which is looked at before it is recorded, would change. */
  readonly previewed: ReadonlySet<string>;
  readonly problems: Problems;
  /** How many times all was asked for anew: what was asked before may have been overtaken, or refused. */
  readonly round: number;
};

/** What a scene is made of. */
export type Known = {
  readonly chronology: Chronology | null;
  readonly time: number | null;
  readonly answer: Answer | null;
  readonly diff: Diff | null;
  readonly holds: readonly Hold[];
  readonly preview: ReadonlyMap<string, Row>;
  readonly problems: Problems;
  readonly round: number;
};

export function sceneOf(state: PageState, known: Known): Scene {
  const { chronology, time, answer, diff, preview, problems, round } = known;
  const isTold = answer !== null || problems.date === undefined;
  const stretch = chronology === null || time === null || !isTold ? null : stretchAt(chronology, time);
  const recorded: readonly Row[] = answer?.rows ?? stretch?.rows ?? [];
  const rows = recorded.map((row) => preview.get(row.ifuslot) ?? row);
  return {
    ...{ state, chronology, time, stretch, answer, problems, diff, rows, round },
    changed: !isTold ? new Set() : diff === null ? (stretch?.changed ?? new Set()) : changedIn(diff),
    held: time === null ? new Map() : heldAt(known.holds, time),
    previewed: new Set(preview.keys()),
  };
}

/** Why there is nothing to show. */
export function emptyWords({ problems }: Scene): string {
  const code = (problems.date ?? problems.known)?.code ?? "no-configuration";
  if (code === "bad-date") return "The date was not understood";
  return code === "no-configuration" ? "Nothing is recorded here" : "What is recorded here is not known";
}

function changedIn({ changes, repositioned }: Diff): Set<string> {
  return new Set([...changes, ...repositioned].map(({ ifuslot }) => ifuslot));
}

function heldAt(holds: readonly Hold[], time: number): Map<string, Hold> {
  const there = holds.filter(
    ({ from, until }) => Date.parse(from) <= time && (until === null || time < Date.parse(until)),
  );
  return new Map(there.flatMap((hold) => hold.ifuslots.map((ifuslot) => [ifuslot, hold] as const)));
}
