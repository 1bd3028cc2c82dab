import type { Api, Revision } from "./api.ts";
import { nightAt, type Row, type Stretch } from "./chronology.ts";
import { createLook } from "./look.ts";
import { createState, type PageState, type StateStore, writeState } from "./page-state.ts";
import { type Known, type Scene, sceneOf } from "./scene.ts";
import type { Session } from "./session.ts";

/** Where everything on the page meets: what is shown, what is known, and the ways to change either. */
export type Desk = {
  readonly api: Api;
  readonly session: Session;
  readonly state: StateStore;
  readonly scene: () => Scene;
  /** Tells each scene from now on, and what there is already, unless that is nothing yet. */
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
  round: 0,
};

/** Milliseconds: who drags along the years asks the server where they stop. */
const PAUSE = 180;

/** Milliseconds after which a server that did not answer is asked again; not by all pages at the same moment. */
const AGAIN = 4000 + Math.random() * 2000;

export function createDesk(api: Api, session: Session): Desk {
  const state = createState();
  const listeners: ((scene: Scene) => void)[] = [];
  const server = createLook(api);
  let known = NOTHING;
  let scene = sceneOf(state.get(), known);
  let hasBegun = false;
  let question = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let refreshing: Promise<void> | null = null;
  let round = 0;
  let newest: Revision | null = null;

  const become = (change: Partial<Known>) => {
    known = { ...known, ...change };
    scene = sceneOf(state.get(), known);
    hasBegun = true;
    for (const listener of listeners) listener(scene);
  };

  const look = async () => {
    question += 1;
    const mine = question;
    clearTimeout(retry);
    const looked = await server.look(state.get());
    if (mine !== question) return;
    become({ ...looked, time: looked.time ?? known.time, round });
    if (Object.values(looked.problems).some(({ code }) => code === "unavailable"))
      retry = setTimeout(() => void refresh(), AGAIN);
  };

  /** Revisions may come faster than answers: so all is asked once at a time, and once more for those that came meanwhile. */
  const refresh = async (): Promise<void> => {
    round += 1;
    refreshing ??= askedUntilNow().finally(() => {
      refreshing = null;
    });
    await refreshing;
  };
  const askedUntilNow = async () => {
    for (let asked = 0; asked !== round; ) {
      asked = round;
      server.forget();
      await look();
    }
  };

  state.onChange((now, before) => {
    const isOther = !asksTheSame(now, before);
    if (isOther) {
      question += 1; // an answer that is on its way is to another question
      become({ answer: null, preview: new Map(), ...(now.date === before.date ? {} : { diff: null }) });
    } else become({});
    if (!isOther && writeState(now) !== writeState(before)) return;
    clearTimeout(timer); // who asks for the same again wants it asked again
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
    onScene: (listener) => {
      listeners.push(listener);
      if (hasBegun) listener(scene);
    },
    showTime: (time, replaces) => {
      if (known.chronology !== null) show(time, nightAt(time, known.chronology.timeZone), replaces);
    },
    showStretch: (stretch, replaces = false) => show(stretch.from, stretch.datestr, replaces),
    preview: (rows) => become({ preview: new Map(rows.map((row) => [row.ifuslot, row])) }),
    refresh,
    newest: () => newest,
    heard: (revision) => {
      newest = revision;
    },
  };
}

const ASKED = ["date", "ut", "known", "compare", "compareKnown"] as const;

function asksTheSame(now: PageState, before: PageState): boolean {
  return ASKED.every((name) => now[name] === before[name]);
}
