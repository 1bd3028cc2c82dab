import { createComplaint, createDateField, TAGS } from "./date-field.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled } from "./elements.ts";

/** Which date the one that is shown is compared with, as known when. */
export function createCompareForm(desk: Desk): HTMLElement {
  const date = createDateField("a date");
  const known = createDateField("newest", TAGS);
  const complaint = createComplaint("compare", date);
  const compare = (event: Event) => {
    event.preventDefault();
    desk.state.go({ compare: date.typed(), compareKnown: known.typed(), panel: "changes" });
  };
  const stop = () => {
    date.empty();
    known.empty();
    desk.state.go({ compare: null, compareKnown: "" });
  };
  const form = h(
    "form",
    { class: "group compare", onsubmit: compare },
    labelled("Compare with", date.element),
    labelled("as known on", known.element),
    h("button", { type: "submit" }, "Compare"),
    button("Stop", stop, { class: "stop" }),
    complaint.element,
  );
  desk.onScene(({ state, problems }) => {
    date.show(state.compare ?? "");
    known.show(state.compareKnown);
    form.classList.toggle("on", state.compare !== null);
    complaint.show(problems);
  });
  return form;
}
