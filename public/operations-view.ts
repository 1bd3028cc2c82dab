import { createAct } from "./act.ts";
import { refusalOf } from "./api.ts";
import type { Desk } from "./desk.ts";
import { h } from "./elements.ts";
import { createHoldForm } from "./hold-form.ts";
import type { Say } from "./notices.ts";
import { createLastStatusCard, createQueueCard, createRecordCard } from "./status-cards.ts";
import { createUsers } from "./users-panel.ts";
import { createHoldsCard, createQuarantineCard, createRefusedCard } from "./waiting-cards.ts";

/** What an operator looks at in the morning: the last status, what waits, what is held, who may do what. */
export function createOperationsView(desk: Desk, say: Say): HTMLElement {
  const silence = h("p", { class: "problem", role: "alert" });
  let question = 0;
  const show = async () => {
    question += 1;
    const mine = question;
    try {
      const status = await desk.api.status.query();
      if (mine !== question) return; // what was asked later knows more, though it was answered before
      for (const card of cards) card.show(status);
      element.hidden = false;
      silence.textContent = "";
    } catch (error) {
      if (mine === question) silence.textContent = refusalOf(error).message;
    }
  };
  const { act, problem } = createAct(say, show);
  const cards = [
    createLastStatusCard(),
    createRecordCard(),
    createQuarantineCard(desk, act),
    createHoldsCard(desk, act),
    createRefusedCard(),
    createQueueCard(),
  ];
  const element = h("div", { class: "cards", hidden: true }, ...cards.map((card) => card.element));
  let shown = "";
  desk.onScene(({ state, round }) => {
    const wanted = state.view === "operations" ? `${round}` : "";
    if (wanted === shown) return;
    shown = wanted;
    if (wanted !== "") void show();
  });
  desk.session.onChange(() => {
    element.hidden ||= desk.session.key() === null; // it may not be for everybody
    if (shown !== "") void show();
  });
  setInterval(() => void (shown !== "" && show()), 60_000);
  return h(
    "section",
    { class: "page", "aria-label": "Operations" },
    h("h1", {}, "Operations"),
    silence,
    problem,
    element,
    createHoldForm(desk, act),
    createUsers(desk, say),
  );
}
