import { isVirusSeat } from "../src/domain/plane/seat.ts";
import { refusalOf } from "./api.ts";
import type { Row } from "./chronology.ts";
import { type Draft, draftOf, NOTHING_OTHER, previewedRows, previewText, settingText } from "./correction-draft.ts";
import { type Bounds, createCorrectionForm } from "./correction-form.ts";
import type { Desk } from "./desk.ts";
import { actButton, button, h, refill } from "./elements.ts";
import type { Say } from "./notices.ts";

/** A curator's correction of one seat or of several: looked at in the picture before it is recorded. */
export function createCorrection(desk: Desk, say: Say): HTMLElement {
  const drafts = new Map<string, Draft>();
  let seat: Row | null = null;
  const title = h("h3");
  /** What was looked at is no longer what would be recorded. */
  const changed = () => {
    listOthers();
    outcome.clear();
    if (desk.scene().previewed.size > 0) desk.preview([]);
  };
  const drop = () => {
    drafts.clear();
    form.clear();
    seat = null;
    changed();
    show();
  };
  const outcome = createOutcome(desk, say, drop);
  const preview = () => {
    keep();
    outcome.preview([...drafts.values()], form.bounds(), form.reason());
  };
  const form = createCorrectionForm({ submit: preview, input: changed });
  /** What stands in the fields becomes the draft of its seat. */
  const keep = () => {
    if (seat === null) return;
    const draft = draftOf(seat, form.values());
    if (draft === null) drafts.delete(seat.ifuslot);
    else drafts.set(seat.ifuslot, draft);
  };
  const listOthers = () => {
    const others = [...drafts.values()].filter(({ ifuslot }) => ifuslot !== seat?.ifuslot);
    form.listOthers(others.map((draft) => otherLine(draft, () => forget(draft))));
  };
  const forget = ({ ifuslot }: Draft) => {
    drafts.delete(ifuslot);
    changed();
  };
  const isEdited = () => seat !== null && draftOf(seat, form.values()) !== null;
  const attributes = { class: "correction", "aria-label": "Correction", hidden: true };
  const element = h("section", attributes, title, form.element, outcome.element);

  const show = () => {
    const { rows, state, stretch, previewed } = desk.scene();
    const chosen = state.selected?.thing === "seat" && isVirusSeat(state.selected.id) ? state.selected.id : null;
    const row = rows.find(({ ifuslot }) => ifuslot === chosen) ?? null;
    element.hidden = row === null || !desk.session.mayActAs("curator");
    if (row === null) return;
    if (row.ifuslot === seat?.ifuslot && (isEdited() || previewed.size > 0 || row === seat)) return;
    keep();
    seat = row;
    title.textContent = `Correct seat ${row.ifuslot}`;
    form.fill(row, drafts.get(row.ifuslot));
    if (form.bounds().from === "" || drafts.size === 0) form.offerFrom(stretch?.datestr ?? "");
    listOthers();
    if (previewed.size === 0) outcome.clear();
  };
  desk.onScene(show);
  desk.session.onChange(show);
  desk.state.onChange((now, before) => {
    if (now.date !== before.date && drafts.size === 0 && !isEdited()) seat = null; // another date: other contents
  });
  return element;
}

function otherLine({ ifuslot, set }: Draft, forget: () => void): HTMLElement {
  return h("li", {}, `and seat ${ifuslot}: ${settingText(set)} `, button("leave it", forget, { class: "link" }));
}

type Outcome = {
  readonly element: HTMLElement;
  readonly clear: () => void;
  /** Shows what the drafts would do, in words and in the picture, and offers to record it if it is anything. */
  readonly preview: (drafts: readonly Draft[], bounds: Bounds, reason: string) => void;
};

/** @param drop forgets the drafts */
function createOutcome(desk: Desk, say: Say, drop: () => void): Outcome {
  const element = h("div", { "aria-live": "polite" });
  /** What the fields say now: what is answered to what they said before is not shown. */
  let latest = 0;
  const clear = () => {
    latest += 1;
    refill(element);
  };
  const refused = (error: unknown) => refill(element, h("p", { class: "problem" }, refusalOf(error).message));
  const preview = async (drafts: readonly Draft[], bounds: Bounds, reason: string) => {
    if (drafts.length === 0) return refill(element, h("p", { class: "warning" }, NOTHING_OTHER));
    latest += 1;
    const mine = latest;
    const corrections = drafts.map(({ ifuslot, set }) => ({ ifuslot, set, ...bounds }));
    const asked = desk.api.correct.mutate({ corrections, reason, commit: false });
    const done = await asked.catch((error: unknown) => {
      if (mine === latest) refused(error);
      return null;
    });
    if (done === null || mine !== latest) return;
    const changesSomething = done.changes.length > 0;
    if (changesSomething) desk.preview(previewedRows(desk.scene().rows, drafts));
    const record = async () => {
      const { revision } = await desk.api.correct.mutate({ corrections, reason, base: done.base, commit: true });
      if (mine === latest) drop(); // else something else is being written already
      say({ text: `Revision ${revision} records the correction`, revision });
      await desk.refresh();
    };
    const choices = [
      changesSomething ? actButton("Record it", () => record().catch(refused), { class: "primary" }) : null,
      button("Drop it", drop),
    ];
    refill(element, ...previewText(done), h("div", { class: "actions" }, ...choices));
  };
  return {
    element,
    clear,
    preview: (...request) => void preview(...request),
  };
}
