import type { Tag } from "./api.ts";
import { nightAt } from "./chronology.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled, refill } from "./elements.ts";
import { createKnownAxis } from "./known-axis.ts";
import type { Problems, Scene } from "./scene.ts";
import { nightText, timeText } from "./wording.ts";

/** Which date, as known when, compared with what. */
export function createWhenBar(desk: Desk): HTMLElement {
  const date = textField("latest", "off");
  const compare = textField("a date", "off");
  const compareKnown = textField("newest", "off", "tags");
  const known = textField("newest", "off", "tags");
  const reading = h(
    "select",
    { "aria-label": "How a bare date is read", onchange: () => desk.state.go({ ut: reading.value === "ut" }) },
    h("option", { value: "local" }, "local night"),
    h("option", { value: "ut" }, "UT date"),
  );
  const meaning = h("output", { class: "meaning" });
  const tags = h("datalist", { id: "tags" });
  const wrong = { date: complaint("date"), known: complaint("known"), compare: complaint("compare") };
  const commit = (change: () => Parameters<typeof desk.state.go>[0]) => (event: Event) => {
    event.preventDefault();
    desk.state.go(change());
  };
  const compareForm = h(
    "form",
    {
      class: "group compare",
      onsubmit: commit(() => ({
        compare: compare.value.trim(),
        compareKnown: compareKnown.value.trim(),
        panel: "changes",
      })),
    },
    labelled("Compare with", compare),
    labelled("as known on", compareKnown),
    h("button", { type: "submit" }, "Compare"),
    button("Stop", () => desk.state.go({ compare: null, compareKnown: "" }), { class: "stop" }),
    wrong.compare,
  );
  const axis = createKnownAxis(desk);
  const knownForm = h(
    "form",
    { class: "group known", onsubmit: commit(() => ({ known: known.value.trim() })) },
    labelled("As known on", known),
    axis,
    wrong.known,
  );
  const more = h("details", { class: "more" }, h("summary", {}, "As known on, compare"), knownForm, compareForm);
  openOnWide(more);
  const element = h(
    "section",
    { class: "when", "aria-label": "Which date, known when" },
    h(
      "form",
      { class: "group date", onsubmit: commit(() => ({ date: date.value.trim() })) },
      h("span", { class: "joined" }, labelled("Date", date), reading),
      h("button", { type: "submit", class: "primary" }, "Show"),
      button("Now", () => desk.state.go({ date: "" })),
      wrong.date,
    ),
    more,
    meaning,
    tags,
  );
  date.setAttribute("aria-describedby", "date-problem");
  known.setAttribute("aria-describedby", "known-problem");
  compare.setAttribute("aria-describedby", "compare-problem");
  desk.onScene((scene) => {
    const { state } = scene;
    for (const [field, value] of [
      [date, state.date],
      [known, state.known],
      [compare, state.compare ?? ""],
      [compareKnown, state.compareKnown],
    ] as const) {
      if (document.activeElement !== field || !field.dataset["typed"]) field.value = value;
    }
    reading.value = state.ut ? "ut" : "local";
    compareForm.classList.toggle("on", state.compare !== null);
    if (state.compare !== null || state.known !== "") more.open = true;
    complain(wrong, scene.problems, { date, known, compare });
    refill(meaning, ...meaningOf(scene));
  });
  return element;
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
export function offerTags(tags: readonly Tag[]): void {
  const list = document.getElementById("tags");
  if (list !== null) refill(list, ...tags.map(({ name, asOf }) => h("option", { value: name }, `revision ${asOf}`)));
}

function textField(placeholder: string, autocomplete: "off", list?: string): HTMLInputElement {
  const field = h("input", { type: "text", placeholder, autocomplete, spellcheck: "false", size: 22, list });
  field.addEventListener("input", () => {
    field.dataset["typed"] = "yes";
  });
  for (const event of ["change", "blur"]) field.addEventListener(event, () => delete field.dataset["typed"]);
  return field;
}

type Field = keyof Problems;

function complaint(name: Field): HTMLElement {
  return h("p", { id: `${name}-problem`, class: "problem", role: "alert" });
}

function complain(
  places: Readonly<Record<Field, HTMLElement>>,
  problems: Problems,
  fields: Readonly<Record<Field, HTMLElement>>,
): void {
  for (const name of ["date", "known", "compare"] as const) {
    const message = problems[name]?.message ?? "";
    if (places[name].textContent !== message) places[name].textContent = message;
    fields[name].toggleAttribute("aria-invalid", message !== "");
  }
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
