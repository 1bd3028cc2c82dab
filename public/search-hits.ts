import { isSeat, SEATS } from "../src/domain/plane/seat.ts";
import type { Chronology } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { rowsWith, type Selection, THING_NAMES, type Thing } from "./selection.ts";

export type Hit = { readonly text: string; readonly note: string; readonly go: () => void };

const MOST = 8;

/** Seats, IFUs, spectrographs and controllers by number, also those that are gone, and dates. */
export function findHits(desk: Desk, text: string): Hit[] {
  const { chronology } = desk.scene();
  if (text === "" || chronology === null) return [];
  const words = text.toLowerCase();
  const digits = /\d+$/.exec(words)?.[0] ?? "";
  const name = words.slice(0, words.length - digits.length).trim();
  const things =
    digits === ""
      ? []
      : thingsIn(chronology).filter(
          ({ thing, id }) => isNamed(thing, name) && (id.includes(digits) || id === digits.padStart(3, "0")),
        );
  const exact = (id: string) => (id === digits.padStart(3, "0") ? 0 : 1);
  const hits = things
    .sort((a, b) => exact(a.id) - exact(b.id))
    .map(
      (selected): Hit => ({
        text: `${THING_NAMES[selected.thing]} ${selected.id}`,
        note: whereNow(desk, selected),
        go: () => desk.state.go({ selected, panel: "seat", view: "plane" }),
      }),
    );
  const night = /^\d{4}-\d\d$/.test(text) ? `${text}-01` : text;
  const date = { text: `Date ${night}`, note: "show it", go: () => desk.state.go({ date: night, view: "plane" }) };
  const looksLikeDate = /^(\d{6,}|\d{4}-\d|M?JD)/i.test(text);
  return [...(looksLikeDate ? [date] : []), ...hits].slice(0, MOST);
}

const NAMES: Readonly<Record<Thing, RegExp>> = {
  seat: /^(s|se|sea|seat|slot|ifuslot)$/,
  ifu: /^(i|if|ifu|ifuid)$/,
  spec: /^(s|sp|spe|spec|spectrograph|specid)$/,
  cont: /^(c|co|cont|controller|contid|s\/n)$/,
};

function isNamed(thing: Thing, name: string): boolean {
  return name === "" || NAMES[thing].test(name);
}

/** Everything that ever was anywhere, each once. */
function thingsIn({ stretches }: Chronology): Selection[] {
  const found = new Map<string, Selection>();
  const add = (thing: Thing, id: string | null) => {
    if (id !== null) found.set(`${thing} ${id}`, { thing, id });
  };
  for (const seat of SEATS) add("seat", seat);
  for (const { rows, changed, index } of stretches) {
    for (const row of rows) {
      if (index > 0 && !changed.has(row.ifuslot)) continue;
      add("spec", row.specid);
      add("ifu", row.ifuid);
      add("cont", row.contid);
    }
  }
  return [...found.values()];
}

function whereNow(desk: Desk, selected: Selection): string {
  const { thing, id } = selected;
  const [row] = rowsWith(desk.scene().rows, selected);
  if (row === undefined) return isSeat(id) && thing === "seat" ? "" : "in no seat at this date";
  if (thing !== "seat") return `in seat ${row.ifuslot}`;
  return row.ifuid === null ? "empty" : `IFU ${row.ifuid}, spectrograph ${row.specid ?? "none"}`;
}
