import { type Act, createAct } from "./act.ts";
import { refusalOf, type Status } from "./api.ts";
import type { Desk } from "./desk.ts";
import { button, type Child, h, pairs, refill } from "./elements.ts";
import { createHoldForm } from "./hold-form.ts";
import type { Say } from "./notices.ts";
import { createUsers } from "./users-panel.ts";
import { ageText, counted, timeText } from "./wording.ts";

/** What an operator looks at in the morning: the last status, what waits, what is held, who may do what. */
export function createOperationsView(desk: Desk, say: Say): HTMLElement {
  const cards = h("div", { class: "cards" });
  const show = async () => {
    try {
      refill(cards, ...cardsOf(desk, await desk.api.status.query(), act));
    } catch (error) {
      problem.textContent = refusalOf(error).message;
    }
  };
  const { act, problem } = createAct(say, show);
  let shown = "";
  desk.onScene(({ state, chronology }) => {
    const wanted = state.view === "operations" ? `${desk.newest()?.rev ?? chronology?.revision}` : "";
    if (wanted === shown) return;
    shown = wanted;
    if (wanted !== "") void show();
  });
  desk.session.onChange(() => void (shown !== "" && show()));
  setInterval(() => void (shown !== "" && show()), 60_000);
  return h(
    "section",
    { class: "page", "aria-label": "Operations" },
    h("h1", {}, "Operations"),
    problem,
    cards,
    createHoldForm(desk, act),
    createUsers(desk, say),
  );
}

function cardsOf(desk: Desk, status: Status, act: Act): Child[] {
  const { lastStatus, now, confirmedUntil, revision } = status;
  const age = (instant: string) => `${ageText(Date.parse(now) - Date.parse(instant))} ago`;
  const isOld = lastStatus !== null && Date.parse(now) - Date.parse(lastStatus.dataTime) > 26 * 3_600_000;
  return [
    card(
      "Last hardware status",
      lastStatus === null
        ? h("p", { class: "quiet" }, "No status has been taken yet.")
        : pairs([
            ["age", h("strong", { class: isOld ? "late" : "" }, `${age(lastStatus.dataTime)}${isOld ? ", late" : ""}`)],
            ["data time", timeText(lastStatus.dataTime)],
            ["received", timeText(lastStatus.receivedAt)],
            ["revision", String(lastStatus.rev)],
          ]),
    ),
    card(
      "Record",
      pairs([
        ["newest revision", String(revision)],
        [
          "confirmed until",
          confirmedUntil === null ? "not confirmed" : `${timeText(confirmedUntil)} (${age(confirmedUntil)})`,
        ],
        ["server's time", timeText(now)],
      ]),
      contradictions(status),
    ),
    card(
      `Quarantine (${status.quarantine.length})`,
      uploads(desk, status.quarantine, act, age, "No status waits for a curator."),
    ),
    card(`Holds (${status.holds.length})`, holds(desk, status.holds, act)),
    card("Refused lately", uploads(null, status.refused, act, age, "No status was refused.")),
    card(
      "Queue",
      h(
        "p",
        {},
        "A status that could not be sent waits on the machine that took it, and is sent by its next run; ",
        h("code", {}, "fplane status"),
        " shows it there.",
      ),
    ),
  ];
}

function card(title: string, ...content: Child[]): HTMLElement {
  return h("article", { class: "card" }, h("h2", {}, title), ...content);
}

function contradictions({ contradicted }: Status): Child {
  if (contradicted.length === 0) return null;
  return h(
    "div",
    {},
    h(
      "p",
      { class: "warning" },
      `The last status contradicts what is held in ${counted(contradicted.length, "seat")}:`,
    ),
    h("ul", { class: "lines" }, ...contradicted.map(({ text }) => h("li", {}, text))),
  );
}

function uploads(
  desk: Desk | null,
  list: Status["quarantine"],
  act: Act,
  age: (instant: string) => string,
  none: string,
): HTMLElement {
  if (list.length === 0) return h("p", { class: "quiet" }, none);
  return h(
    "ul",
    { class: "entries" },
    ...list.map(({ rev, actor, recordedAt, message, code }) =>
      h(
        "li",
        {},
        h("strong", {}, `${rev}: ${code ?? "refused"}`),
        h("span", { class: "quiet" }, ` ${actor}, ${age(recordedAt)}`),
        h("p", {}, message ?? ""),
        desk === null ? null : settle(desk, rev, act),
      ),
    ),
  );
}

/** Release or discard, by a curator, with a reason; others are told how it is done. */
function settle(desk: Desk, upload: number, act: Act): Child {
  if (!desk.session.mayActAs("curator")) {
    const command = h("code", {}, `fplane quarantine release ${upload}`);
    return h("p", { class: "quiet" }, "A curator who signs in here can release or discard it; so does ", command, ".");
  }
  const reason = h("input", { type: "text", "aria-label": `Reason for status ${upload}`, placeholder: "reason" });
  const { quarantine } = desk.api;
  return h(
    "div",
    { class: "actions" },
    reason,
    button(
      "Release",
      () =>
        void act(`Status ${upload} is released`, () =>
          quarantine.release.mutate({ upload, reason: reason.value, commit: true }),
        ),
    ),
    button(
      "Discard",
      () =>
        void act(`Status ${upload} is discarded`, () => quarantine.discard.mutate({ upload, reason: reason.value })),
    ),
  );
}

function holds(desk: Desk, list: Status["holds"], act: Act): HTMLElement {
  if (list.length === 0) return h("p", { class: "quiet" }, "Nothing is held.");
  return h(
    "ul",
    { class: "entries" },
    ...list.map(({ hold, text, actor, reason }) => {
      const why = h("input", { type: "text", "aria-label": `Reason to release hold ${hold}`, placeholder: "reason" });
      const release = () =>
        void act(`Hold ${hold} is released`, () =>
          desk.api.holds.release.mutate({ hold, reason: why.value, commit: true }),
        );
      const form = desk.session.mayActAs("curator")
        ? h("div", { class: "actions" }, why, button("Release", release))
        : null;
      return h("li", {}, h("strong", {}, `${hold}: ${text}`), h("p", {}, `${reason} (${actor})`), form);
    }),
  );
}
