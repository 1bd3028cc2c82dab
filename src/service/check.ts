import { hasCode } from "../domain/errors.ts";
import type { Frame } from "../domain/files/frames.ts";
import type { Unit } from "../domain/plane/placement.ts";
import { isVirusSeat } from "../domain/plane/seat.ts";
import { type Instant, instantText, type Span } from "../domain/time/instant.ts";
import { nightAfter, nightOf, resolveInstant } from "../domain/time/night.ts";
import { demandWithinHorizon, resolveAsOf } from "./as-of.ts";
import { configurationAt } from "./configuration.ts";
import { dateContext } from "./dates.ts";
import type { Deps } from "./deps.ts";

/** A frame whose header says something else than is recorded of its seat at its time. */
export type Disagreement = {
  readonly frame: Frame;
  readonly instant: Instant;
  /** What is recorded; null: nothing is known. */
  readonly recorded: Unit | null;
  /** The span over which that is recorded. */
  readonly span: Span | null;
  readonly fields: readonly ("specid" | "specslot" | "ifuid")[];
};

/** A correction that would make the record agree with frames of one seat. */
export type Proposal = {
  readonly ifuslot: string;
  readonly from: string;
  readonly until: string;
  readonly set: Readonly<Record<string, string>>;
  readonly frames: number;
};

export type CheckResult = {
  readonly checked: number;
  readonly revision: number;
  readonly disagreements: readonly Disagreement[];
  readonly proposals: readonly Proposal[];
};

const FIELDS = ["specid", "specslot", "ifuid"] as const;

/**
 * Holds what frames' headers say against the recorded configuration of their time. LRS2 calls its spectrographs 501-503
 * in headers and 998, 999 in files, so auxiliary seats are compared by nothing but their presence.
 *
 * @throws FplaneError `bad-date`, `beyond-horizon`, and what `as_of` throws
 */
export async function checkFrames(
  deps: Deps,
  { frames, asOf }: { readonly frames: readonly Frame[]; readonly asOf?: string | undefined },
): Promise<CheckResult> {
  const knownAt = await resolveAsOf(deps, asOf);
  const revision = knownAt?.rev ?? 0;
  const configurations = new Map<Instant, Awaited<ReturnType<typeof unitsAt>>>();
  const judged: Disagreement[] = [];
  for (const frame of frames) {
    const instant = resolveInstant(frame.datestr, dateContext(deps, "ut"));
    if (knownAt !== null) demandWithinHorizon(knownAt, instant);
    if (!configurations.has(instant)) configurations.set(instant, await unitsAt(deps, instant, revision));
    const known = configurations.get(instant);
    const recorded = known?.units.get(frame.ifuslot) ?? null;
    const fields = FIELDS.filter(
      (field) => isVirusSeat(frame.ifuslot) && frame[field] !== null && frame[field] !== (recorded?.[field] ?? null),
    );
    judged.push({ frame, instant, recorded, span: known?.interval ?? null, fields });
  }
  const disagreements = judged.filter(({ fields }) => fields.length > 0);
  return { checked: frames.length, revision, disagreements, proposals: proposalsFor(deps, judged) };
}

async function unitsAt(deps: Deps, instant: Instant, rev: number) {
  try {
    const { plane, interval } = await configurationAt(deps.store, instant, rev, false);
    return { units: new Map<string, Unit>(plane.virus.map((row) => [row.ifuslot, row])), interval };
  } catch (error) {
    if (hasCode(error, "no-configuration")) return null;
    throw error;
  }
}

/**
 * One proposal for each run of frames of a seat that ask for the same, over the nights from the first to the last of
 * them; a frame between them that asks for nothing, or for something else, ends the run.
 */
function proposalsFor(deps: Deps, judged: readonly Disagreement[]): Proposal[] {
  const bySeat = Map.groupBy(judged, ({ frame }) => frame.ifuslot);
  return [...bySeat].flatMap(([ifuslot, ofSeat]) =>
    runsIn(ofSeat.toSorted((a, b) => a.instant - b.instant)).map(({ first, last, frames }) => ({
      ifuslot,
      from: nightOf(first.instant, deps.timeZone),
      until: nightAfter(nightOf(last.instant, deps.timeZone)),
      set: wantedBy(first),
      frames,
    })),
  );
}

type Run = { readonly first: Disagreement; last: Disagreement; frames: number };

function runsIn(ofSeat: readonly Disagreement[]): Run[] {
  const runs: Run[] = [];
  let run: Run | null = null;
  for (const one of ofSeat) {
    if (one.fields.length === 0) run = null;
    else if (run !== null && JSON.stringify(wantedBy(run.first)) === JSON.stringify(wantedBy(one))) {
      run.last = one;
      run.frames += 1;
    } else {
      run = { first: one, last: one, frames: 1 };
      runs.push(run);
    }
  }
  return runs;
}

function wantedBy({ frame, fields }: Disagreement): Readonly<Record<string, string>> {
  return Object.fromEntries(fields.map((field) => [field, frame[field] ?? "000"]));
}

/** For people: `20200530T…_015LU_sci.fits  seat 015: SPECID 410 in the header, 317 recorded`. */
export function disagreementText({ frame, recorded, fields, instant }: Disagreement): string {
  const differences = fields.map(
    (field) => `${field.toUpperCase()} ${frame[field]} in the header, ${recorded?.[field] ?? "000"} recorded`,
  );
  return `${frame.file}  seat ${frame.ifuslot} at ${instantText(instant)}: ${differences.join("; ")}`;
}

/** The proposal as a command. */
export function proposalText({ ifuslot, from, until, set }: Proposal): string {
  const fields = Object.entries(set)
    .map(([field, value]) => `${field}=${value}`)
    .join(",");
  return `fplane correct --slot ${ifuslot} --from ${from} --until ${until} --set ${fields} --reason "..."`;
}
