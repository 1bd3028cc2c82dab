import { isVirusSeat } from "../src/domain/seat.ts";
import { refusalOf } from "./api.ts";
import type { Row } from "./chronology.ts";
import { type Draft, draftOf, FIELDS, previewedRows, previewText, settingText } from "./correction-draft.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled, refill } from "./elements.ts";

/** A curator's correction of one seat or of several: looked at in the picture before it is recorded. */
export function createCorrection(desk: Desk, say: (text: string) => void): HTMLElement {
  const text = (attributes: Record<string, string | boolean>) =>
    h("input", { type: "text", autocomplete: "off", ...attributes });
  const inputs = FIELDS.map(([name]) => [name, text({ size: "8" })] as const);
  const from = text({ required: true, size: "22" });
  const until = text({ placeholder: "the next change", size: "22" });
  const reason = text({ required: true, class: "wide" });
  const title = h("h3");
  const result = h("div", { class: "result", "aria-live": "polite" });
  const others = h("ul", { class: "lines" });
  const element = h("section", { class: "correction", "aria-label": "Correction", hidden: true });
  const drafts = new Map<string, Draft>();
  let seat: Row | null = null;

  const values = () => new Map(inputs.map(([name, field]) => [name, field.value.trim()]));
  /** What stands in the fields becomes the draft of its seat. */
  const keep = () => {
    if (seat === null) return;
    const draft = draftOf(seat, values());
    if (draft === null) drafts.delete(seat.ifuslot);
    else drafts.set(seat.ifuslot, draft);
  };
  const listOthers = () =>
    refill(
      others,
      ...[...drafts.values()]
        .filter(({ ifuslot }) => ifuslot !== seat?.ifuslot)
        .map(({ ifuslot, set }) => {
          const forget = () => {
            drafts.delete(ifuslot);
            changed();
          };
          return h(
            "li",
            {},
            `and seat ${ifuslot}: ${settingText(set)} `,
            button("leave it", forget, { class: "link" }),
          );
        }),
    );
  /** What was looked at is no longer what would be recorded. */
  const changed = () => {
    listOthers();
    refill(result);
    if (desk.scene().previewed.size > 0) desk.preview([]);
  };
  const drop = () => {
    drafts.clear();
    reason.value = "";
    seat = null;
    changed();
  };
  const preview = async (event: Event) => {
    event.preventDefault();
    keep();
    const bounds = { from: from.value.trim(), ...(until.value.trim() === "" ? {} : { until: until.value.trim() }) };
    const corrections = [...drafts.values()].map(({ ifuslot, set }) => ({ ifuslot, set, ...bounds }));
    const request = { corrections, reason: reason.value };
    await told(async () => {
      const done = await desk.api.correct.mutate({ ...request, commit: false });
      desk.preview(previewedRows(desk.scene().rows, [...drafts.values()]));
      const record = () =>
        told(async () => {
          const { revision } = await desk.api.correct.mutate({ ...request, base: done.base, commit: true });
          drop();
          say(`Revision ${revision} records the correction`);
          await desk.refresh();
        });
      const choice = h(
        "div",
        { class: "actions" },
        button("Record it", () => void record(), { class: "primary" }),
        button("Drop it", drop),
      );
      refill(result, ...previewText(done), choice);
    });
  };
  const told = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      refill(result, h("p", { class: "problem" }, refusalOf(error).message));
    }
  };
  const form = h(
    "form",
    { onsubmit: (event: Event) => void preview(event), oninput: changed },
    h("div", { class: "fields" }, ...inputs.map(([, field], i) => labelled(FIELDS[i]?.[1] ?? "", field))),
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
  refill(element, title, form, result);

  const show = () => {
    const { rows, state, stretch, previewed } = desk.scene();
    const chosen = state.selected?.thing === "seat" && isVirusSeat(state.selected.id) ? state.selected.id : null;
    const row = rows.find(({ ifuslot }) => ifuslot === chosen) ?? null;
    element.hidden = row === null || !desk.session.mayActAs("curator");
    if (row === null) return;
    const isEdited = seat !== null && draftOf(seat, values()) !== null;
    if (row.ifuslot === seat?.ifuslot && (isEdited || previewed.size > 0 || row === seat)) return;
    keep();
    seat = row;
    title.textContent = `Correct seat ${row.ifuslot}`;
    const draft = drafts.get(row.ifuslot);
    for (const [name, field] of inputs) field.value = draft?.set[name] ?? row[name] ?? "";
    if (from.value === "" || drafts.size === 0) from.value = stretch?.datestr ?? "";
    listOthers();
    if (previewed.size === 0) refill(result);
  };
  desk.onScene(show);
  desk.session.onChange(show);
  desk.state.onChange((now, before) => {
    if (now.date !== before.date && drafts.size === 0) seat = null; // another date: other contents
  });
  return element;
}
