import { type History, refusalOf } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, headings, refill, svg } from "./elements.ts";
import { FIELD_OF, type Selection, THING_WORDS } from "./selection.ts";
import { thingLink } from "./thing-link.ts";
import { counted, shortTime } from "./wording.ts";

type Entry = History["entries"][number];

/** Where the chosen thing has been, or what has been in the chosen seat: each line leads to its date. */
export function createHistory(desk: Desk): HTMLElement {
  const element = h("div", { class: "history" });
  let asked = "";
  const load = async (selected: Selection, known: string) => {
    const input = { kind: FIELD_OF[selected.thing], id: selected.id, ...(known === "" ? {} : { asOf: known }) };
    try {
      const { entries } = await desk.api.history.query(input);
      return [
        h("h3", {}, `History of ${THING_WORDS[selected.thing]} ${selected.id}`),
        strip(desk, entries),
        h("div", { class: "scroll" }, list(desk, selected, entries)),
      ];
    } catch (error) {
      return [h("p", { class: "quiet" }, refusalOf(error).message)];
    }
  };
  desk.session.onChange(() => {
    asked = "";
    refill(element); // it may not be for whoever comes next
  });
  desk.onScene(({ state, chronology, round }) => {
    const { selected, known } = state;
    const question = selected === null ? "" : `${selected.thing} ${selected.id} ${known} ${round}`;
    if (question === asked || chronology === null) return;
    asked = question;
    if (selected === null) return refill(element);
    void load(selected, known).then((content) => {
      if (question === asked) refill(element, ...content);
    });
  });
  return element;
}

/** The same line of time as above, in small: what is dark is when it was somewhere. */
function strip(desk: Desk, entries: readonly Entry[]): SVGSVGElement {
  const first = desk.scene().chronology?.stretches[0]?.from ?? Date.now();
  const span = Math.max(Date.now() - first, 1);
  const x = (time: number) => (Math.max(0, time - first) / span) * 1000;
  return svg(
    "svg",
    { class: "strip", viewBox: "0 0 1000 16", preserveAspectRatio: "none", "aria-hidden": "true" },
    ...entries.map(({ from, until, specid }) => {
      const [left, right] = [x(Date.parse(from)), x(until === null ? Date.now() : Date.parse(until))];
      return svg("rect", {
        class: specid === null ? "without" : "",
        x: left,
        width: Math.max(2, right - left - 1),
        height: 16,
      });
    }),
  );
}

const COLUMNS = [
  ["seat", "Seat"],
  ["ifu", "IFU"],
  ["spec", "Spec."],
] as const;

function list(desk: Desk, { thing }: Selection, entries: readonly Entry[]): HTMLElement {
  const columns = COLUMNS.filter(([column]) => column !== thing);
  return h(
    "table",
    { class: "rows" },
    h(
      "caption",
      { class: "quiet" },
      `${counted(entries.length, "stretch", "stretches")}, the newest first; times are UTC`,
    ),
    headings(["From", "Until", ...columns.map(([, name]) => name), "Recorded by"]),
    h(
      "tbody",
      {},
      ...entries.toReversed().map((entry) => {
        const { rev, kind, actor, reason } = entry.revision;
        const go = () => desk.state.go({ date: entry.from.replace(/\.\d+Z$/, "Z"), ut: false });
        return h(
          "tr",
          {},
          h("td", {}, button(shortTime(entry.from), go, { class: "link number", title: "Show this date" })),
          h("td", { class: "number" }, entry.until === null ? "open" : shortTime(entry.until)),
          ...columns.map(([column]) => h("td", {}, thingLink(desk, column, entry[FIELD_OF[column]]))),
          h("td", { title: reason }, `${rev}: ${kind}, ${actor}`),
        );
      }),
    ),
  );
}
