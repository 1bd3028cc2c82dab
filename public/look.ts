import { isVirusSeat } from "../src/domain/plane/seat.ts";
import { type Api, refusalOf } from "./api.ts";
import { type Chronology, chronologyOf } from "./chronology.ts";
import type { PageState } from "./page-state.ts";
import type { Known } from "./scene.ts";

/** What the server says of a view; `time` is what the date turned out to mean, null when it was not understood. */
export type Looked = Omit<Known, "preview" | "round">;

/** Asks the server for all that a view of the focal plane shows. All changes over the years are asked for once. */
export function createLook(api: Api): {
  readonly look: (state: PageState) => Promise<Looked>;
  /** What was kept is asked for again. */
  readonly forget: () => void;
} {
  let chronologies = new Map<string, Chronology>();
  const chronologyAsOf = async (asOf: string): Promise<Chronology> => {
    const keeping = chronologies; // what was asked before all is forgotten is not kept after it
    const kept = keeping.get(asOf);
    if (kept !== undefined) return kept;
    const chronology = chronologyOf(await api.timeline.query(asOf === "" ? {} : { asOf }), isVirusSeat);
    keeping.set(asOf, chronology);
    return chronology;
  };
  const look = async ({ date, ut, known: asOf, compare, compareKnown }: PageState): Promise<Looked> => {
    const variant = { night: ut ? "ut" : "local", actualPositions: true } as const;
    const [chronology, answer, diff, holds] = await Promise.allSettled([
      chronologyAsOf(asOf),
      api.getFplane.query({ datestr: date, ...given({ asOf }), ...variant }),
      compare === null
        ? Promise.resolve(null)
        : api.diff.query({ a: compare, b: date, ...given({ asOfA: compareKnown, asOfB: asOf }), ...variant }),
      api.holds.list.query(),
    ]);
    const told = valued(answer);
    const isUnknown = chronology.status === "rejected" && refusalOf(chronology.reason).code !== "no-configuration";
    const isKnownWrong = isUnknown && asOf !== "";
    const [refused] = [answer, ...(isUnknown ? [chronology] : []), holds].filter(({ status }) => status === "rejected");
    return {
      chronology: valued(chronology),
      answer: told,
      time: told === null ? null : Date.parse(told.instant),
      diff: valued(diff),
      holds: valued(holds) ?? [],
      problems: {
        ...(isKnownWrong ? problem("known", chronology) : refused === undefined ? {} : problem("date", refused)),
        ...(answer.status === "rejected" ? {} : problem("compare", diff)),
      },
    };
  };
  const forget = () => {
    chronologies = new Map();
  };
  return { look, forget };
}

function valued<T>(result: PromiseSettledResult<T>): T | null {
  return result.status === "fulfilled" ? result.value : null;
}

function problem(field: keyof Known["problems"], result: PromiseSettledResult<unknown>): Known["problems"] {
  return result.status === "rejected" ? { [field]: refusalOf(result.reason) } : {};
}

/** What is empty is not sent: the server then takes all that is known. */
function given<T extends Record<string, string>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) as Partial<T>;
}
