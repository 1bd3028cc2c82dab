import type { Curation } from "./api.ts";
import type { Row } from "./chronology.ts";
import { type Child, h } from "./elements.ts";
import { counted, shortTime, withArrows } from "./wording.ts";

export const FIELDS = [
  ["ifuid", "IFU"],
  ["specid", "Spectrograph"],
  ["specslot", "Bay"],
  ["contid", "Controller"],
] as const;

export type Field = (typeof FIELDS)[number][0];

/** What a seat is to hold: the fields that are other than recorded, `000` for none. */
export type Draft = { readonly ifuslot: string; readonly set: Readonly<Partial<Record<Field, string>>> };

export const NOTHING_OTHER = "Nothing is other than what is recorded: change one of the fields first.";

/** @returns null when nothing is other */
export function draftOf(row: Row, values: ReadonlyMap<Field, string>): Draft | null {
  const set = Object.fromEntries(
    [...values].flatMap(([name, value]) =>
      value === (row[name] ?? "") ? [] : [[name, value === "" ? emptied(name) : value]],
    ),
  );
  return Object.keys(set).length === 0 ? null : { ifuslot: row.ifuslot, set };
}

function emptied(name: Field): string {
  return name === "contid" ? "" : "000";
}

export function settingText(set: Draft["set"]): string {
  return FIELDS.flatMap(([name, label]) => (set[name] === undefined ? [] : [`${label} ${set[name]}`])).join(", ");
}

/** The rows as the drafts would leave them. */
export function previewedRows(rows: readonly Row[], drafts: readonly Draft[]): Row[] {
  return drafts.flatMap(({ ifuslot, set }) => {
    const row = rows.find((each) => each.ifuslot === ifuslot);
    if (row === undefined) return [];
    const values = Object.entries(set).map(([name, value]) => [name, name === "contid" ? value || null : idOf(value)]);
    return [{ ...row, ...Object.fromEntries(values) } as Row];
  });
}

function idOf(value: string): string | null {
  return /^0+$/.test(value) ? null : value.padStart(3, "0");
}

/** What a correction would do, as the server worked it out. */
export function previewText({ changes, nights, warnings, base }: Curation): Child[] {
  const lines = changes.flatMap(({ from, until, seats }) => {
    const span = `${shortTime(from)} to ${until === null ? "further notice" : shortTime(until)}`;
    return seats.map(({ text }) => `${span}: ${withArrows(text)}`);
  });
  const few = nights.length <= 3 ? nights.join(", ") : `${nights[0]} to ${nights.at(-1)}`;
  const which = nights.length === 0 ? "" : `: ${few}`;
  return [
    h("h3", {}, lines.length === 0 ? "It would change nothing" : "It would change"),
    h("ul", { class: "lines" }, ...lines.map((line) => h("li", {}, line))),
    lines.length === 0
      ? h("p", {}, "This is what is recorded already, so there is nothing to record.")
      : h("p", {}, `${counted(nights.length, "night")} to be reduced again${which}. Base revision ${base}.`),
    ...warnings.map((warning) => h("p", { class: "warning" }, warning)),
  ];
}
