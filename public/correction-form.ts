import type { Row } from "./chronology.ts";
import { type Draft, FIELDS, type Field } from "./correction-draft.ts";
import { type Child, h, labelled, refill } from "./elements.ts";

/** From when until when, as the server takes it: without an end up to the next recorded change. */
export type Bounds = { readonly from: string; readonly until?: string };

export type CorrectionForm = {
  readonly element: HTMLFormElement;
  /** What stands in the fields of the seat. */
  readonly values: () => ReadonlyMap<Field, string>;
  readonly bounds: () => Bounds;
  readonly reason: () => string;
  /** Fills in what is recorded of a seat, and what of it is to become other. */
  readonly fill: (row: Row, draft: Draft | undefined) => void;
  /** Begins there, unless somebody has said where. */
  readonly offerFrom: (datestr: string) => void;
  /** Forgets from when until when, and why. */
  readonly clear: () => void;
  /** What else would be recorded together with this seat. */
  readonly listOthers: (lines: readonly Child[]) => void;
};

export function createCorrectionForm(on: { readonly submit: () => void; readonly input: () => void }): CorrectionForm {
  const text = (attributes: Record<string, string | boolean>) =>
    h("input", { type: "text", autocomplete: "off", ...attributes });
  const inputs = FIELDS.map(([name, label]) => ({ name, label, field: text({ size: "8" }) }));
  const from = text({ required: true, size: "22" });
  const until = text({ placeholder: "the next change", size: "22" });
  const reason = text({ required: true, class: "wide" });
  let offered = "";
  const others = h("ul", { class: "lines" });
  const submit = (event: Event) => {
    event.preventDefault();
    on.submit();
  };
  const element = h(
    "form",
    { onsubmit: submit, oninput: on.input },
    h("div", { class: "fields" }, ...inputs.map(({ label, field }) => labelled(label, field))),
    h("div", { class: "fields" }, labelled("From", from), labelled("Until", until)),
    labelled("Reason", reason),
    others,
    h(
      "p",
      { class: "quiet" },
      "To swap units, fill in this seat, then choose the other one: both are recorded together.",
    ),
    h("div", { class: "actions" }, h("button", { type: "submit", class: "primary" }, "Preview")),
  );
  return {
    element,
    values: () => new Map(inputs.map(({ name, field }) => [name, field.value.trim()])),
    bounds: () => {
      const end = until.value.trim();
      return { from: from.value.trim(), ...(end === "" ? {} : { until: end }) };
    },
    reason: () => reason.value,
    fill: (row, draft) => {
      for (const { name, field } of inputs) field.value = draft?.set[name] ?? row[name] ?? "";
    },
    offerFrom: (datestr) => {
      if (from.value !== "" && from.value !== offered) return;
      from.value = datestr;
      offered = datestr;
    },
    clear: () => {
      for (const field of [from, until, reason]) field.value = "";
    },
    listOthers: (lines) => refill(others, ...lines),
  };
}
