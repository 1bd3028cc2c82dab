/** What the page shows, as its address says it: so each view has a link, and the back button works. */

import { type Selection, THINGS } from "./selection.ts";

export const PANELS = ["seat", "changes", "table", "files"] as const;
export type Panel = (typeof PANELS)[number];

export const VIEWS = ["plane", "record", "operations"] as const;
export type View = (typeof VIEWS)[number];

export type PageState = {
  /** A datestr as it was given; empty is now. */
  readonly date: string;
  /** Whether a bare date is read as a UT date. */
  readonly ut: boolean;
  /** A revision, tag or timestamp: what was known then; empty is all that is known. */
  readonly known: string;
  /** The date that is compared with; null for none. */
  readonly compare: string | null;
  readonly compareKnown: string;
  /** How many times the measured offsets are exaggerated; 0 draws none. */
  readonly vectors: number;
  /** Position angle of the sky, degrees; null draws no arrows. */
  readonly pa: number | null;
  readonly selected: Selection | null;
  readonly panel: Panel;
  readonly view: View;
  readonly positions: "measured" | "nominal";
};

const NOTHING: PageState = {
  date: "",
  ut: false,
  known: "",
  compare: null,
  compareKnown: "",
  vectors: 0,
  pa: null,
  selected: null,
  panel: "seat",
  view: "plane",
  positions: "measured",
};

export function readState(search: string): PageState {
  const query = new URLSearchParams(search);
  const oneOf = <T extends string>(name: string, values: readonly T[], absent: T): T =>
    values.find((value) => value === query.get(name)) ?? absent;
  const thing = THINGS.find((name) => query.has(name));
  const vectors = Number(query.get("vectors") ?? "0");
  return {
    date: query.get("date") ?? "",
    ut: query.get("night") === "ut",
    known: query.get("as_of") ?? "",
    compare: query.get("compare"),
    compareKnown: query.get("compare_as_of") ?? "",
    vectors: Number.isFinite(vectors) ? Math.min(1000, Math.max(0, vectors)) : 0,
    pa: readAngle(query.get("pa") ?? ""),
    selected: thing === undefined ? null : { thing, id: query.get(thing) ?? "" },
    panel: oneOf("panel", PANELS, "seat"),
    view: oneOf("view", VIEWS, "plane"),
    positions: oneOf("positions", ["measured", "nominal"], "measured"),
  };
}

/** A position angle, degrees; null for none. */
export function readAngle(text: string): number | null {
  const angle = Number.parseFloat(text);
  return Math.abs(angle) <= 360 ? angle : null;
}

/** The query of the address; what is as it is at first is left out. */
export function writeState(state: PageState): string {
  const query = new URLSearchParams();
  const put = (name: string, value: string | number | null, absent: string | number | null) => {
    if (value !== null && value !== absent) query.set(name, String(value));
  };
  put("view", state.view, NOTHING.view);
  put("date", state.date, NOTHING.date);
  put("night", state.ut ? "ut" : null, null);
  put("as_of", state.known, NOTHING.known);
  put("compare", state.compare, null);
  put("compare_as_of", state.compareKnown, NOTHING.compareKnown);
  if (state.selected !== null) put(state.selected.thing, state.selected.id, null);
  put("panel", state.panel, NOTHING.panel);
  put("positions", state.positions, NOTHING.positions);
  put("vectors", state.vectors, NOTHING.vectors);
  put("pa", state.pa, null);
  const text = query.toString();
  return text === "" ? location.pathname : `?${text}`;
}

export type StateStore = {
  readonly get: () => PageState;
  /** @param replaces no entry of its own for the back button, as while something is dragged */
  readonly go: (change: Partial<PageState>, replaces?: boolean) => void;
  readonly onChange: (listener: (state: PageState, before: PageState) => void) => void;
};

/** Milliseconds: browsers take some two hundred addresses in ten seconds, and refuse more. A drag makes that many in three. */
const SETTLED = 200;

export function createState(): StateStore {
  let state = readState(location.search);
  let unsettled: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    clearTimeout(unsettled);
    unsettled = undefined;
  };
  const settle = () => {
    if (unsettled !== undefined) history.replaceState(null, "", writeState(state));
    forget();
  };
  const listeners: ((state: PageState, before: PageState) => void)[] = [];
  const become = (next: PageState) => {
    const before = state;
    state = next;
    for (const listener of listeners) listener(state, before);
  };
  addEventListener("pagehide", settle);
  addEventListener("popstate", () => {
    forget();
    become(readState(location.search));
  });
  return {
    get: () => state,
    go: (change, replaces = false) => {
      const next = { ...state, ...change };
      const address = writeState(next);
      if (address === writeState(state) && !replaces) return become(next);
      if (replaces) {
        forget();
        unsettled = setTimeout(settle, SETTLED);
      } else {
        settle();
        history.pushState(null, "", address);
      }
      become(next);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
