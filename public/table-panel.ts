import { instrumentOf } from "../src/domain/plane/seat.ts";
import type { Row } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, h, refill } from "./elements.ts";
import type { Scene } from "./scene.ts";
import { nominalOf, seatWords } from "./seat-kind.ts";
import { seatsWith, type Thing } from "./selection.ts";
import { thingLink } from "./thing-link.ts";

type Column = {
  readonly name: string;
  readonly text: (row: Row, scene: Scene) => string;
  readonly thing?: Thing;
  readonly numeric?: boolean;
};

const at = (row: Row, { state }: Scene) => (state.positions === "measured" ? row : nominalOf(row));

const COLUMNS: readonly Column[] = [
  { name: "IFUSLOT", text: (row) => row.ifuslot, thing: "seat" },
  { name: "X_FP", text: (row, scene) => at(row, scene).x.toFixed(3), numeric: true },
  { name: "Y_FP", text: (row, scene) => at(row, scene).y.toFixed(3), numeric: true },
  { name: "SPECID", text: (row) => row.specid ?? "", thing: "spec" },
  { name: "SPECSLOT", text: (row) => row.specslot ?? "" },
  { name: "IFUID", text: (row) => row.ifuid ?? "", thing: "ifu" },
  { name: "CONTID", text: (row) => row.contid ?? "", thing: "cont" },
  { name: "Instrument", text: (row) => instrumentOf(row.ifuslot) },
  {
    name: "State",
    text: (row, { changed, held }) =>
      seatWords(row, { changed: changed.has(row.ifuslot), held: held.has(row.ifuslot) }).join(", "),
  },
];

/** The picture as a table: the same rows, sorted by any column. */
export function createTablePanel(desk: Desk): HTMLElement {
  let sorted: { readonly column: Column; readonly down: boolean } | null = null;
  const head = h("tr", {});
  const body = h("tbody", {});
  const fill = () => {
    const scene = desk.scene();
    if (scene.state.panel !== "table") return;
    refill(head, ...COLUMNS.map((column) => heading(column)));
    const chosen = seatsWith(scene.rows, scene.state.selected);
    refill(body, ...order(scene).map((row) => line(desk, scene, row, chosen.has(row.ifuslot))));
  };
  const heading = (column: Column) => {
    const direction = sorted?.column !== column ? "none" : sorted.down ? "descending" : "ascending";
    const sort = () => {
      sorted = { column, down: sorted?.column === column && !sorted.down };
      fill();
      [...head.querySelectorAll("button")][COLUMNS.indexOf(column)]?.focus();
    };
    return h("th", { scope: "col", "aria-sort": direction }, button(column.name, sort, { class: "sort" }));
  };
  const order = (scene: Scene): readonly Row[] => {
    if (sorted === null) return scene.rows;
    const { column, down } = sorted;
    const value = (row: Row) => column.text(row, scene);
    const compare = (a: Row, b: Row) =>
      column.numeric ? Number(value(a)) - Number(value(b)) : value(a).localeCompare(value(b));
    return scene.rows.toSorted((a, b) => (down ? compare(b, a) : compare(a, b)));
  };
  desk.onScene(fill);
  const caption = h("caption", { class: "quiet" }, "Every seat, as in the picture; positions in arcsec");
  return h("div", { class: "scroll" }, h("table", { class: "rows whole" }, caption, h("thead", {}, head), body));
}

function line(desk: Desk, scene: Scene, row: Row, isChosen: boolean): HTMLElement {
  const cells = COLUMNS.map((column) => {
    const text = column.text(row, scene);
    const { thing } = column;
    if (thing === undefined || text === "") return h("td", { class: column.numeric ? "number" : "" }, text);
    return h("td", {}, thingLink(desk, thing, text));
  });
  const classes = [scene.changed.has(row.ifuslot) ? "changed" : "", isChosen ? "chosen" : ""].filter(Boolean).join(" ");
  return h("tr", { class: classes }, ...cells);
}
