import type { Act } from "./act.ts";
import type { Desk } from "./desk.ts";
import { h, labelled } from "./elements.ts";
import { once } from "./once.ts";

/** Keeps the nightly status from changing seats: for curators. */
export function createHoldForm(desk: Desk, act: Act): HTMLElement {
  const seats = h("input", { type: "text", placeholder: "every VIRUS seat", autocomplete: "off" });
  const from = h("input", { type: "text", required: true, placeholder: "20190328", autocomplete: "off" });
  const until = h("input", { type: "text", placeholder: "open", autocomplete: "off" });
  const reason = h("input", { type: "text", required: true, autocomplete: "off", class: "wide" });
  const add = once(async () => {
    const ifuslots = seats.value.split(/[\s,]+/).filter((seat) => seat !== "");
    const end = until.value.trim();
    const isHeld = await act("The hold is recorded", () =>
      desk.api.holds.add.mutate({
        ifuslots,
        from: from.value.trim(),
        ...(end === "" ? {} : { until: end }),
        reason: reason.value,
        commit: true,
      }),
    );
    if (isHeld) form.reset(); // or who presses once more would hold them twice
    void desk.refresh();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    add();
  };
  const form: HTMLFormElement = h(
    "form",
    { class: "card form", onsubmit: submit },
    h("h2", {}, "Hold seats"),
    h(
      "div",
      { class: "fields" },
      labelled("Seats", seats),
      labelled("From", from),
      labelled("Until", until),
      labelled("Reason", reason),
    ),
    h("div", { class: "actions" }, h("button", { type: "submit" }, "Hold")),
  );
  const show = () => {
    form.hidden = !desk.session.mayActAs("curator");
  };
  desk.session.onChange(show);
  show();
  return form;
}
