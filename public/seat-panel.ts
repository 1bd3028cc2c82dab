import { isSeat } from "../src/domain/seat.ts";
import type { Row } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, type Child, h, refill } from "./elements.ts";
import { createHistory } from "./history-panel.ts";
import type { Selection } from "./page-state.ts";
import { selectedSeats } from "./plane-picture.ts";
import { offsetOf } from "./plane-seat.ts";
import { emptyWords, type Scene } from "./scene.ts";
import { auxiliaryName, isUnmeasured, kindOf, seatWords } from "./seat-kind.ts";
import { offsetText, THING_NAMES } from "./wording.ts";

/** What is chosen: where it is at the date that is shown, and everywhere that it has been. */
export function createSeatPanel(desk: Desk, correction: HTMLElement): HTMLElement {
  const facts = h("div", { class: "facts" });
  const history = createHistory(desk);
  desk.onScene((scene) => {
    const { selected } = scene.state;
    refill(facts, ...(selected === null ? summary(scene) : factsOf(desk, scene, selected)));
  });
  return h("div", {}, facts, correction, history);
}

function summary(scene: Scene): Child[] {
  const { rows, held, changed, stretch } = scene;
  const count = (test: (row: Row) => boolean) => rows.filter(test).length;
  if (rows.length === 0) return [h("h2", {}, emptyWords(scene))];
  return [
    h("h2", {}, "The focal plane"),
    pairs([
      ["active", count((row) => kindOf(row) === "active")],
      ["IFU without spectrograph", count((row) => kindOf(row) === "idle")],
      ["empty", count((row) => kindOf(row) === "empty")],
      ["measured", count((row) => kindOf(row) === "active" && !isUnmeasured(row))],
      ["held", held.size],
      [stretch === null || stretch.index > 0 ? "changed" : "changed (first record)", changed.size],
    ]),
    h("p", { class: "quiet" }, "Choose a seat in the picture, or search for an IFU, a spectrograph or a controller."),
  ];
}

function factsOf(desk: Desk, scene: Scene, selected: Selection): Child[] {
  const { thing, id } = selected;
  const there = [...selectedSeats(scene.rows, selected)];
  const title =
    thing === "seat" && isSeat(id) && auxiliaryName(id) !== "VIRUS"
      ? `${auxiliaryName(id)}, seat ${id}`
      : `${THING_NAMES[thing]} ${id}`;
  const head = h(
    "div",
    { class: "head" },
    h("h2", {}, title),
    button("×", () => desk.state.go({ selected: null }), { class: "close", "aria-label": "Choose nothing" }),
  );
  const rows = scene.rows.filter((row) => there.includes(row.ifuslot));
  if (rows.length === 0) {
    const where = scene.rows.length === 0 ? emptyWords(scene) : "it is in no seat at this date";
    return [head, h("p", { class: "quiet" }, where)];
  }
  return [head, ...rows.flatMap((row) => [seatFacts(desk, scene, row)])];
}

function seatFacts(desk: Desk, { changed, held, diff }: Scene, row: Row): HTMLElement {
  const link = (thing: Selection["thing"], id: string | null): Child =>
    id === null ? "—" : button(id, () => desk.state.go({ selected: { thing, id } }), { class: "link id" });
  const hold = held.get(row.ifuslot);
  const offset = offsetOf(row);
  const distance = Math.hypot(offset.x, offset.y).toFixed(3);
  const before = diff?.changes.find(({ ifuslot }) => ifuslot === row.ifuslot)?.text.slice(5);
  const words = seatWords(row, { changed: changed.has(row.ifuslot), held: hold !== undefined });
  return pairs([
    ["seat", link("seat", row.ifuslot)],
    ["IFU", link("ifu", row.ifuid)],
    ["spectrograph", link("spec", row.specid)],
    ["bay (SPECSLOT)", row.specslot ?? "—"],
    ["controller", link("cont", row.contid)],
    ["X_FP, Y_FP", h("span", { class: "number" }, `${row.x.toFixed(3)}, ${row.y.toFixed(3)} arcsec`)],
    row.measured && kindOf(row) !== "auxiliary"
      ? [
          "measured − nominal",
          h("span", { class: "number" }, `${offsetText(offset.x)}, ${offsetText(offset.y)} (${distance})`),
        ]
      : null,
    ["state", words.join(", ")],
    hold === undefined ? null : ["held", `${hold.reason} (${hold.actor}, revision ${hold.hold})`],
    before === undefined ? null : ["since the other date", before],
  ]);
}

/** Names and values, as a description list. */
export function pairs(list: readonly (readonly [string, Child] | null)[]): HTMLElement {
  return h(
    "dl",
    { class: "pairs" },
    ...list.flatMap((pair) => (pair === null ? [] : [h("div", {}, h("dt", {}, pair[0]), h("dd", {}, pair[1]))])),
  );
}
