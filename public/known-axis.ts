import type { Revision } from "./api.ts";
import type { Desk } from "./desk.ts";
import { h } from "./elements.ts";
import { shortTime } from "./wording.ts";

/** The second axis of time: moved along the revisions, the picture shows what was known then. Its end is all that is known. */
export function createKnownAxis(desk: Desk): HTMLElement {
  const told = new Map<number, Revision>();
  const slider = h("input", {
    class: "revisions",
    type: "range",
    min: 1,
    max: 1,
    step: 1,
    value: 1,
    "aria-label": "Revision",
  });
  const text = h("output");
  let timer: ReturnType<typeof setTimeout> | undefined;
  let most = 1;

  const name = (rev: number) => {
    text.textContent = rev >= most ? `newest, ${rev}` : `revision ${rev}`;
  };
  const describe = async (rev: number) => {
    name(rev);
    if (!told.has(rev)) {
      const [revision] = await desk.api.revisions.list.query({ before: rev + 1, limit: 1 }).catch(() => []);
      if (revision !== undefined) told.set(rev, revision);
    }
    const revision = told.get(rev);
    if (revision === undefined || Number(slider.value) !== rev) return;
    const { kind, actor, recordedAt } = revision;
    text.textContent = `${rev >= most ? "newest, " : ""}${rev}: ${kind} by ${actor}, ${shortTime(recordedAt)}`;
    slider.setAttribute("aria-valuetext", `revision ${text.textContent}`);
  };
  slider.addEventListener("input", () => {
    const rev = Number(slider.value);
    clearTimeout(timer);
    name(rev);
    timer = setTimeout(() => desk.state.go({ known: rev >= most ? "" : String(rev) }, true), 120);
  });
  desk.onScene(({ chronology, answer, state }) => {
    const rev = answer?.revision ?? chronology?.revision;
    if (rev === undefined) return;
    most = Math.max(most, rev, desk.newest()?.rev ?? 0);
    slider.max = String(most);
    if (document.activeElement === slider && state.known !== "" && Number(slider.value) !== rev) return;
    slider.value = String(rev);
    void describe(rev);
  });
  return h("div", { class: "axis" }, slider, text);
}
