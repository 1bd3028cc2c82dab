import { connect, refusalOf } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, h, labelled, refill } from "./elements.ts";

/** Signing in with a key, which stays in this tab only. */
export function createSignIn(desk: Desk): { readonly element: HTMLElement; readonly ask: (why: string) => void } {
  const { session } = desk;
  const why = h("p", { class: "quiet" });
  const problem = h("p", { class: "problem", role: "alert" });
  const field = h("input", { type: "password", autocomplete: "off", required: true, size: 34 });
  /** Which key is tried; who gives up, or tries another, waits for no answer any more. */
  let trial = 0;
  const signIn = async (event: Event) => {
    event.preventDefault();
    const key = field.value.trim();
    trial += 1;
    const mine = trial;
    try {
      const user = await connect(() => key).users.me.query();
      if (mine !== trial) return;
      session.signIn(key, user);
      dialog.close();
    } catch (error) {
      if (mine === trial) problem.textContent = refusalOf(error).message;
    }
  };
  const end = () => {
    trial += 1;
    field.value = "";
    problem.textContent = "";
  };
  const dialog = h(
    "dialog",
    { "aria-label": "Sign in", onclose: end },
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
  confirmed(desk, ask);
  return { element: h("div", {}, place, dialog), ask };
}

/** Whoever has signed in may meanwhile be allowed more, or less, or nothing: the server says. @param ask asks for another key */
function confirmed({ api, session, onScene }: Desk, ask: (why: string) => void): void {
  let shown = 0;
  let refusedKey: string | null = null;
  const confirm = async (key: string) => {
    try {
      const user = await api.users.me.query();
      const known = session.user();
      if (session.key() !== key) return;
      if (user.username !== known?.username || user.role !== known.role) session.signIn(key, user);
    } catch (error) {
      const { code, message } = refusalOf(error);
      const isRefused = code === "unknown-key" || code === "user-disabled";
      if (!isRefused || session.key() !== key || refusedKey === key) return;
      refusedKey = key; // who goes on without is not asked at each revision
      ask(message);
    }
  };
  onScene(({ round }) => {
    const key = session.key();
    if (round !== shown && key !== null) void confirm(key);
    shown = round;
  });
}
