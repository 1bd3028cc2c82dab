import { h, labelled } from "./elements.ts";
import { once } from "./once.ts";

/**
 * A form for what the server is asked to do, which is done once however often it is sent meanwhile. When it is done the
 * fields are empty again: who presses once more would do it twice.
 *
 * @param run whether it was done
 */
export function createActForm(
  { title, verb }: { readonly title: string /** On the button. */; readonly verb: string },
  fields: readonly (readonly [label: string, field: HTMLElement])[],
  run: () => Promise<boolean>,
): HTMLFormElement {
  const act = once(async () => {
    if (await run()) form.reset();
  });
  const submit = (event: Event) => {
    event.preventDefault();
    act();
  };
  const form: HTMLFormElement = h(
    "form",
    { class: "card form", onsubmit: submit },
    h("h2", {}, title),
    h("div", { class: "fields" }, ...fields.map(([label, field]) => labelled(label, field))),
    h("div", { class: "actions" }, h("button", { type: "submit" }, verb)),
  );
  return form;
}
