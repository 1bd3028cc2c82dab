import { isVirusSeat } from "../src/domain/seat.ts";
import { type Api, type Revision, refusalOf } from "./api.ts";
import { type Chronology, chronologyOf, nightAt, type Row, type Stretch } from "./chronology.ts";
import { createState, type PageState, type StateStore } from "./page-state.ts";
import { type Known, type Scene, sceneOf } from "./scene.ts";
import type { Session } from "./session.ts";

/** Where everything on the page meets: what is shown, what is known, and the ways to change either. */
export type Desk = {
  readonly api: Api;
  readonly session: Session;
  readonly state: StateStore;
  readonly scene: () => Scene;
  readonly onScene: (listener: (scene: Scene) => void) => void;
  /** Shows a time at once, from what is known here, and asks the server for the rest. */
  readonly showTime: (time: number, replaces: boolean) => void;
  readonly showStretch: (stretch: Stretch, replaces?: boolean) => void;
  /** Shows seats as a correction would leave them. */
  readonly preview: (rows: readonly Row[]) => void;
  /** Asks everything anew, as when a revision was made. */
  readonly refresh: () => Promise<void>;
  /** The newest revision that was heard of. */
  readonly newest: () => Revision | null;
  readonly heard: (revision: Revision) => void;
};

const NOTHING: Known = {
  chronology: null,
  time: null,
  answer: null,
  diff: null,
  holds: [],
  preview: new Map(),
  problems: {},
};

/** Milliseconds: who drags along the years asks the server where they stop. */
const PAUSE = 180;

export function createDesk(api: Api, session: Session): Desk {
  const state = createState();
  const listeners: ((scene: Scene) => void)[] = [];
  const chronologies = new Map<string, Chronology>();
  let known = NOTHING;
  let scene = sceneOf(state.get(), known);
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let newest: Revision | null = null;

  const become = (change: Partial<Known>) => {
    known = { ...known, ...change };
    scene = sceneOf(state.get(), known);
    for (const listener of listeners) listener(scene);
  };

  const chronologyAsOf = async (asOf: string): Promise<Chronology> => {
    const kept = chronologies.get(asOf);
    if (kept !== undefined) return kept;
    const answer = await api.timeline.query(asOf === "" ? {} : { asOf });
    const chronology = chronologyOf(answer, isVirusSeat);
    chronologies.set(asOf, chronology);
    return chronology;
  };

  const look = async () => {
    question += 1;
    const mine = question;
    const { date, ut, known: asOf, compare, compareKnown } = state.get();
    const night = ut ? "ut" : "local";
    const variant = { night, actualPositions: true } as const;
    const [chronology, answer, diff, holds] = await Promise.allSettled([
      chronologyAsOf(asOf),
      api.getFplane.query({ datestr: date, ...given({ asOf }), ...variant }),
      compare === null
        ? Promise.resolve(null)
        : api.diff.query({ a: compare, b: date, ...given({ asOfA: compareKnown, asOfB: asOf }), ...variant }),
      api.holds.list.query(),
    ]);
    if (mine !== question) return;
    const wrong = (result: PromiseSettledResult<unknown>, name: string) =>
      result.status === "rejected" ? { [name]: refusalOf(result.reason) } : {};
    const valued = <T>(result: PromiseSettledResult<T>) => (result.status === "fulfilled" ? result.value : null);
    const told = valued(answer);
    const isKnownWrong = chronology.status === "rejected" && refusalOf(chronology.reason).code !== "no-configuration";
    become({
      chronology: valued(chronology),
      answer: told,
      time: told === null ? known.time : Date.parse(told.instant),
      diff: valued(diff),
      holds: valued(holds) ?? [],
      problems: {
        ...(isKnownWrong ? wrong(chronology, "known") : wrong(answer, "date")),
        ...(answer.status === "rejected" ? {} : wrong(diff, "compare")),
      },
    });
  };

  state.onChange((now, before) => {
    if (asksTheSame(now, before)) return become({});
    clearTimeout(timer);
    become({ answer: null, preview: new Map(), ...(now.date === before.date ? {} : { diff: null }) });
    timer = setTimeout(() => void look(), 0);
  });

  const show = (time: number, date: string, replaces: boolean) => {
    known = { ...known, time, problems: {} };
    state.go({ date, ut: false }, replaces);
    clearTimeout(timer);
    timer = setTimeout(() => void look(), PAUSE);
  };

  return {
    ...{ api, session, state },
    scene: () => scene,
    onScene: (listener) => void listeners.push(listener),
    showTime: (time, replaces) => {
      if (known.chronology !== null) show(time, nightAt(time, known.chronology.timeZone), replaces);
    },
    showStretch: (stretch, replaces = false) => show(stretch.from, stretch.datestr, replaces),
    preview: (rows) => become({ preview: new Map(rows.map((row) => [row.ifuslot, row])) }),
    refresh: async () => {
      chronologies.clear();
      await look();
    },
    newest: () => newest,
    heard: (revision) => {
      newest = revision;
    },
  };
}

/** What is empty is not sent: the server then takes all that is known. */
function given<T extends Record<string, string>>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) as Partial<T>;
}

const ASKED = ["date", "ut", "known", "compare", "compareKnown"] as const;

function asksTheSame(now: PageState, before: PageState): boolean {
  return ASKED.every((name) => now[name] === before[name]);
}
