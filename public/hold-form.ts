import type { Act } from "./act.ts";
import { createActForm } from "./act-form.ts";
import type { Desk } from "./desk.ts";
import { h } from "./elements.ts";

/** Keeps the nightly status from changing seats: for curators. */
export function createHoldForm(desk: Desk, act: Act): HTMLElement {
  const seats = h("input", { type: "text", placeholder: "every VIRUS seat", autocomplete: "off" });
  const from = h("input", { type: "text", required: true, placeholder: "20190328", autocomplete: "off" });
  const until = h("input", { type: "text", placeholder: "open", autocomplete: "off" });
  const reason = h("input", { type: "text", required: true, autocomplete: "off", class: "wide" });
  const fields = [
    ["Seats", seats],
    ["From", from],
    ["Until", until],
    ["Reason", reason],
  ] as const;
  const form = createActForm({ title: "Hold seats", verb: "Hold" }, fields, async () => {
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
    void desk.refresh();
    return isHeld;
  });
  const show = () => {
    form.hidden = !desk.session.mayActAs("curator");
  };
  desk.session.onChange(show);
  show();
  return form;
}
