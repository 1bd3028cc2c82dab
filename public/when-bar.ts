import { nightAt } from "./chronology.ts";
import { createCompareForm } from "./compare-form.ts";
import { createComplaint, createDateField, TAGS } from "./date-field.ts";
import type { Desk } from "./desk.ts";
import { button, byId, h, labelled, refill } from "./elements.ts";
import { createKnownAxis } from "./known-axis.ts";
import type { Scene } from "./scene.ts";
import { nightText, timeText } from "./wording.ts";

/** Which date, as known when, compared with what; and what was understood. */
export function createWhenBar(desk: Desk): HTMLElement {
  const meaning = h("output", { class: "meaning" });
  const more = h(
    "details",
    { class: "more" },
    h("summary", {}, "As known on, compare"),
    createKnownForm(desk),
    createCompareForm(desk),
  );
  openOnWide(more);
  desk.onScene((scene) => {
    if (scene.state.compare !== null || scene.state.known !== "") more.open = true;
    refill(meaning, ...meaningOf(scene));
  });
  return h(
    "section",
    { class: "when", "aria-label": "Which date, known when" },
    createDateForm(desk),
    more,
    meaning,
    h("datalist", { id: TAGS }),
  );
}

function createDateForm(desk: Desk): HTMLElement {
  const date = createDateField("latest");
  const complaint = createComplaint("date", date);
  const reading = h(
    "select",
    { "aria-label": "How a bare date is read", onchange: () => desk.state.go({ ut: reading.value === "ut" }) },
    h("option", { value: "local" }, "local night"),
    h("option", { value: "ut" }, "UT date"),
  );
  const show = (event: Event) => {
    event.preventDefault();
    desk.state.go({ date: date.typed() });
  };
  const now = () => {
    date.empty();
    desk.state.go({ date: "" });
  };
  desk.onScene(({ state, problems }) => {
    date.show(state.date);
    reading.value = state.ut ? "ut" : "local";
    complaint.show(problems);
  });
  return h(
    "form",
    { class: "group date", onsubmit: show },
    h("span", { class: "joined" }, labelled("Date", date.element), reading),
    h("button", { type: "submit", class: "primary" }, "Show"),
    button("Now", now),
    complaint.element,
  );
}

function createKnownForm(desk: Desk): HTMLElement {
  const known = createDateField("newest", TAGS);
  const complaint = createComplaint("known", known);
  const show = (event: Event) => {
    event.preventDefault();
    desk.state.go({ known: known.typed() });
  };
  desk.onScene(({ state, problems }) => {
    known.show(state.known);
    complaint.show(problems);
  });
  return h(
    "form",
    { class: "group known", onsubmit: show },
    labelled("As known on", known.element),
    createKnownAxis(desk),
    complaint.element,
  );
}

/** There is room for all of it, except on a phone. */
function openOnWide(more: HTMLDetailsElement): void {
  const wide = matchMedia("(min-width: 641px)");
  const adapt = () => {
    more.open = wide.matches;
  };
  wide.addEventListener("change", adapt);
  adapt();
}

/** The tags are offered where a revision can be named. */
export function offerTags(desk: Desk): void {
  const list = byId(TAGS);
  let shown = 0;
  const offer = async () => {
    const tags = await desk.api.tags.list.query().catch(() => null); // what was offered stays: it is a help, no more
    if (tags !== null) refill(list, ...tags.map(({ name, asOf }) => h("option", { value: name }, `revision ${asOf}`)));
  };
  desk.onScene(({ round }) => {
    if (round !== shown) void offer();
    shown = round;
  });
}

/** The instant that was understood, its night, and from when until when the answer is the same. */
function meaningOf({ answer, time, chronology, stretch }: Scene): (string | Node)[] {
  if (answer === null || chronology === null || time === null) {
    return stretch === null ? [] : [`${nightText(stretch.datestr.slice(0, 8))}…`];
  }
  const fact = (name: string, value: string) =>
    h("span", { class: "fact" }, h("span", { class: "label" }, name), value);
  const until = answer.validUntil === null ? "further notice" : timeText(answer.validUntil);
  return [
    fact("instant", timeText(answer.instant)),
    fact("night of", nightText(nightAt(time, chronology.timeZone))),
    fact("valid", `${timeText(answer.validFrom)} to ${until}`),
    fact("confirmed until", answer.confirmedUntil === null ? "never confirmed" : timeText(answer.confirmedUntil)),
    fact("revision", String(answer.revision)),
  ];
}
