import { connect, refusalOf } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled, refill } from "./elements.ts";

/** Signing in with a key, which stays in this tab only. */
export function createSignIn(desk: Desk): { readonly element: HTMLElement; readonly ask: (why: string) => void } {
  const { session } = desk;
  const why = h("p", { class: "quiet" });
  const problem = h("p", { class: "problem", role: "alert" });
  const field = h("input", { type: "password", autocomplete: "off", required: true, size: 34 });
  const signIn = async (event: Event) => {
    event.preventDefault();
    const key = field.value.trim();
    try {
      session.signIn(key, await connect(() => key).users.me.query());
      field.value = "";
      problem.textContent = "";
      dialog.close();
    } catch (error) {
      problem.textContent = refusalOf(error).message;
    }
  };
  const dialog = h(
    "dialog",
    { "aria-label": "Sign in" },
    h(
      "form",
      { onsubmit: (event: Event) => void signIn(event) },
      h("h2", {}, "Sign in"),
      why,
      labelled("Key", field),
      problem,
      h(
        "div",
        { class: "actions" },
        h("button", { type: "submit", class: "primary" }, "Sign in"),
        button("Cancel", () => dialog.close()),
      ),
    ),
  );
  const ask = (reason: string) => {
    why.textContent = reason;
    if (!dialog.open) dialog.showModal();
    field.focus();
  };
  const place = h("div", { class: "who" });
  const show = () => {
    const user = session.user();
    refill(
      place,
      ...(user === null
        ? [button("Sign in", () => ask("To preview and record corrections, or to manage users."))]
        : [h("span", { class: "quiet" }, `${user.username}, ${user.role}`), button("Sign out", session.signOut)]),
    );
  };
  session.onChange(show);
  show();
  return { element: h("div", {}, place, dialog), ask };
}
