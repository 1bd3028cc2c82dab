import type { Desk } from "./desk.ts";
import { h, refill } from "./elements.ts";
import { findHits, type Hit } from "./search-hits.ts";

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
    refill(list, ...hits.map((hit, i) => option(hit, i, i === active, take)));
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
    hits = findHits(desk, sought);
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

type Take = (index: number, event: Event) => void;

function option({ text, note }: Hit, index: number, isActive: boolean, take: Take): HTMLElement {
  // mousedown, since a click comes after the field has lost the focus and closed the list
  const onmousedown = (event: Event) => take(index, event);
  return h(
    "li",
    { id: `hit-${index}`, role: "option", "aria-selected": String(isActive), onmousedown },
    h("span", {}, text),
    h("span", { class: "quiet" }, note),
  );
}
