import { isSeat } from "../src/domain/plane/seat.ts";
import type { Row } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, type Child, h, pairs, refill } from "./elements.ts";
import { createHistory } from "./history-panel.ts";
import { emptyWords, type Scene } from "./scene.ts";
import { auxiliaryName, isUnmeasured, kindOf, offsetOf, seatWords } from "./seat-kind.ts";
import { rowsWith, type Selection, THING_NAMES } from "./selection.ts";
import { thingLink } from "./thing-link.ts";
import { offsetText, withoutSeat } from "./wording.ts";

/** What is chosen: where it is at the date that is shown, and everywhere that it has been. */
export function createSeatPanel(desk: Desk, correction: HTMLElement): HTMLElement {
  const facts = h("div");
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
  const rows = rowsWith(scene.rows, selected);
  if (rows.length === 0) {
    const where = scene.rows.length === 0 ? emptyWords(scene) : "it is in no seat at this date";
    return [head, h("p", { class: "quiet" }, where)];
  }
  return [head, ...rows.map((row) => seatFacts(desk, scene, row))];
}

function seatFacts(desk: Desk, { changed, held, diff }: Scene, row: Row): HTMLElement {
  const hold = held.get(row.ifuslot);
  const offset = offsetOf(row);
  const distance = Math.hypot(offset.x, offset.y).toFixed(3);
  const before = diff?.changes.find(({ ifuslot }) => ifuslot === row.ifuslot)?.text;
  const words = seatWords(row, { changed: changed.has(row.ifuslot), held: hold !== undefined });
  return pairs([
    ["seat", thingLink(desk, "seat", row.ifuslot)],
    ["IFU", thingLink(desk, "ifu", row.ifuid)],
    ["spectrograph", thingLink(desk, "spec", row.specid)],
    ["bay (SPECSLOT)", row.specslot ?? "—"],
    ["controller", thingLink(desk, "cont", row.contid)],
    ["X_FP, Y_FP", h("span", { class: "number" }, `${row.x.toFixed(3)}, ${row.y.toFixed(3)} arcsec`)],
    row.measured && kindOf(row) !== "auxiliary"
      ? [
          "measured − nominal",
          h("span", { class: "number" }, `${offsetText(offset.x)}, ${offsetText(offset.y)} (${distance})`),
        ]
      : null,
    ["state", words.join(", ")],
    hold === undefined ? null : ["held", `${hold.reason} (${hold.actor}, revision ${hold.hold})`],
    before === undefined ? null : ["since the other date", withoutSeat(before)],
  ]);
}
