import type { Row } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, type Child, h, refill } from "./elements.ts";
import { emptyWords, type Scene } from "./scene.ts";
import { thingLink } from "./thing-link.ts";
import { counted, timeText, withoutSeat } from "./wording.ts";

/** What differs from the date compared with; without one, what changed when this stretch began. */
export function createChangesPanel(desk: Desk): HTMLElement {
  const element = h("div", {});
  desk.onScene((scene) => {
    if (scene.state.panel === "changes")
      refill(element, ...(scene.state.compare === null ? begun(desk, scene) : compared(desk, scene)));
  });
  return element;
}

function begun(desk: Desk, scene: Scene): Child[] {
  const { stretch, chronology } = scene;
  if (stretch === null || chronology === null) return [h("p", { class: "quiet" }, `${emptyWords(scene)}.`)];
  const before = chronology.stretches[stretch.index - 1];
  if (before === undefined)
    return [h("h2", {}, "The first record"), h("p", { class: "quiet" }, "Nothing is recorded before it.")];
  const old = new Map(before.rows.map((row) => [row.ifuslot, row]));
  const changed = stretch.rows.filter((row) => stretch.changed.has(row.ifuslot));
  return [
    h("h2", {}, `What changed on ${timeText(new Date(stretch.from).toISOString())}`),
    h(
      "ul",
      { class: "lines" },
      ...changed.map((row) => seatLine(desk, row.ifuslot, fieldsOf(old.get(row.ifuslot), row))),
    ),
    button("Compare with the night before", () => desk.state.go({ compare: new Date(stretch.from - 1).toISOString() })),
  ];
}

function fieldsOf(old: Row | undefined, now: Row): string {
  const fields = (
    [
      ["ifuid", "IFU"],
      ["specid", "spectrograph"],
      ["specslot", "bay"],
      ["contid", "controller"],
    ] as const
  ).flatMap(([field, name]) => {
    const [a, b] = [old?.[field] ?? null, now[field]];
    return a === b ? [] : [`${name} ${a ?? "none"} → ${b ?? "none"}`];
  });
  const moved = old !== undefined && (old.x !== now.x || old.y !== now.y);
  if (moved)
    fields.push(`position (${old.x.toFixed(3)}, ${old.y.toFixed(3)}) → (${now.x.toFixed(3)}, ${now.y.toFixed(3)})`);
  return fields.join(", ") || "its position is measured now, and as it was";
}

function seatLine(desk: Desk, ifuslot: string, text: string): HTMLElement {
  return h("li", {}, thingLink(desk, "seat", ifuslot, "seat"), ` ${text}`);
}

function compared(desk: Desk, scene: Scene): Child[] {
  const { diff, problems } = scene;
  if (problems.compare !== undefined) return [h("p", { class: "problem" }, problems.compare.message)];
  const isAsked = problems.date === undefined && problems.known === undefined;
  if (diff === null) return [h("p", { class: "quiet" }, isAsked ? "…" : `${emptyWords(scene)}.`)];
  const { a, b, swaps, moves, added, removed, repositioned, changes } = diff;
  const what = { ifuid: "IFU", specid: "spectrograph" } as const;
  const journeys = [
    ...swaps.map(
      ({ kind, seats, ids }) => `${what[kind]}s ${ids.join(" and ")} were swapped between ${seats.join(" and ")}`,
    ),
    ...moves.map(({ kind, id, from, to }) => `${what[kind]} ${id} moved from ${from} to ${to}`),
    ...added.map(({ kind, id, ifuslot }) => `${what[kind]} ${id} is new, in ${ifuslot}`),
    ...removed.map(({ kind, id, ifuslot }) => `${what[kind]} ${id} is gone from ${ifuslot}`),
    ...repositioned.map(
      ({ ifuslot, distance }) => `seat ${ifuslot} lies ${distance.toFixed(3)} arcsec from where it was`,
    ),
  ];
  const side = ({ instant, revision }: typeof a) => `${timeText(instant)}, revision ${revision}`;
  return [
    h(
      "h2",
      {},
      changes.length + repositioned.length === 0
        ? "Nothing differs"
        : counted(changes.length, "seat differs", "seats differ"),
    ),
    h(
      "p",
      { class: "quiet" },
      `From ${side(a)} to ${side(b)}. Arrows are whole for an IFU, dashed for a spectrograph alone.`,
    ),
    journeys.length === 0 ? null : h("h3", {}, "What moved"),
    h("ul", { class: "lines" }, ...journeys.map((text) => h("li", {}, text))),
    changes.length === 0 ? null : h("h3", {}, "By seat"),
    h("ul", { class: "lines" }, ...changes.map(({ ifuslot, text }) => seatLine(desk, ifuslot, withoutSeat(text)))),
  ];
}
