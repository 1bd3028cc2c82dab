import { AUXILIARY_SEATS, isSeat, VIRUS_SEATS } from "../src/domain/seat.ts";
import type { Chronology } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { h, refill } from "./elements.ts";
import type { Selection, Thing } from "./page-state.ts";
import { THING_NAMES } from "./wording.ts";

type Hit = { readonly text: string; readonly note: string; readonly go: () => void };

const MOST = 8;

/** Finds seats, IFUs, spectrographs and controllers by number, also those that are gone, and dates. */
export function createSearch(desk: Desk): HTMLElement {
  const list = h("ul", { id: "hits", class: "hits", role: "listbox", "aria-label": "What was found", hidden: true });
  const field = h("input", {
    ...{ type: "search", role: "combobox", placeholder: "Seat, IFU, spectrograph, date", autocomplete: "off" },
    ...{ "aria-label": "Search", "aria-controls": "hits", "aria-expanded": "false", "aria-autocomplete": "list" },
  });
  const missing = h("p", { class: "hits missing quiet", role: "status", hidden: true });
  let hits: readonly Hit[] = [];
  let active = 0;
  const show = (sought = "") => {
    const open = hits.length > 0;
    list.hidden = !open;
    missing.hidden = open || sought === "";
    missing.textContent = missing.hidden ? "" : `Nothing is called ${sought}`;
    field.setAttribute("aria-expanded", String(open));
    if (open) field.setAttribute("aria-activedescendant", `hit-${active}`);
    else field.removeAttribute("aria-activedescendant");
    refill(
      list,
      ...hits.map(({ text, note }, i) =>
        h(
          "li",
          {
            id: `hit-${i}`,
            role: "option",
            "aria-selected": String(i === active),
            onmousedown: (event: Event) => take(i, event),
          },
          h("span", {}, text),
          h("span", { class: "quiet" }, note),
        ),
      ),
    );
  };
  const take = (index: number, event: Event) => {
    event.preventDefault();
    hits[index]?.go();
    hits = [];
    field.value = "";
    show();
  };
  field.addEventListener("input", () => {
    const sought = field.value.trim();
    hits = find(desk, sought);
    active = 0;
    show(desk.scene().chronology === null ? "" : sought);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") return hits.length > 0 ? take(active, event) : event.preventDefault();
    if (event.key === "Escape") hits = [];
    else if (event.key === "ArrowDown") active = Math.min(active + 1, hits.length - 1);
    else if (event.key === "ArrowUp") active = Math.max(active - 1, 0);
    else return;
    event.preventDefault();
    show();
  });
  field.addEventListener("blur", () => {
    hits = [];
    show();
  });
  return h("div", { class: "search", role: "search" }, field, list, missing);
}

function find(desk: Desk, text: string): Hit[] {
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
  for (const seat of [...VIRUS_SEATS, ...AUXILIARY_SEATS]) add("seat", seat);
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

function whereNow(desk: Desk, { thing, id }: Selection): string {
  const field = ({ seat: "ifuslot", ifu: "ifuid", spec: "specid", cont: "contid" } as const)[thing];
  const row = desk.scene().rows.find((each) => each[field] === id);
  if (row === undefined) return isSeat(id) && thing === "seat" ? "" : "in no seat at this date";
  if (thing !== "seat") return `in seat ${row.ifuslot}`;
  return row.ifuid === null ? "empty" : `IFU ${row.ifuid}, spectrograph ${row.specid ?? "none"}`;
}
