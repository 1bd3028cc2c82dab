import type { Status } from "./api.ts";
import { type Child, h, pairs, refill } from "./elements.ts";
import { ageText, counted, timeText } from "./wording.ts";

/** A part of how things stand: it stays where it is, and shows what the server said last. */
export type Card = { readonly element: HTMLElement; readonly show: (status: Status) => void };

export function createCard(title: Child, ...content: Child[]): HTMLElement {
  return h("article", { class: "card" }, h("h2", {}, title), ...content);
}

/** How long ago something was, by the server's clock. */
export function agoText(instant: string, { now }: Status): string {
  return `${ageText(Date.parse(now) - Date.parse(instant))} ago`;
}

const LATE_AFTER = 26 * 3_600_000;

export function createLastStatusCard(): Card {
  const content = h("div");
  const show = (status: Status) => {
    const { lastStatus, now } = status;
    if (lastStatus === null) return refill(content, h("p", { class: "quiet" }, "No status has been taken yet."));
    const isOld = Date.parse(now) - Date.parse(lastStatus.dataTime) > LATE_AFTER;
    const age = `${agoText(lastStatus.dataTime, status)}${isOld ? ", late" : ""}`;
    refill(
      content,
      pairs([
        ["age", h("strong", { class: isOld ? "late" : "" }, age)],
        ["data time", timeText(lastStatus.dataTime)],
        ["received", timeText(lastStatus.receivedAt)],
        ["revision", String(lastStatus.rev)],
      ]),
    );
  };
  return { element: createCard("Last hardware status", content), show };
}

export function createRecordCard(): Card {
  const content = h("div");
  const show = (status: Status) => {
    const { now, confirmedUntil, revision } = status;
    const confirmed =
      confirmedUntil === null ? "not confirmed" : `${timeText(confirmedUntil)} (${agoText(confirmedUntil, status)})`;
    refill(
      content,
      pairs([
        ["newest revision", String(revision)],
        ["confirmed until", confirmed],
        ["server's time", timeText(now)],
      ]),
      contradictions(status),
    );
  };
  return { element: createCard("Record", content), show };
}

function contradictions({ contradicted }: Status): Child {
  if (contradicted.length === 0) return null;
  const text = `The last status contradicts what is held in ${counted(contradicted.length, "seat")}:`;
  const lines = contradicted.map((each) => h("li", {}, each.text));
  return h("div", {}, h("p", { class: "warning" }, text), h("ul", { class: "lines" }, ...lines));
}

export function createQueueCard(): Card {
  const words = "A status that could not be sent waits on the machine that took it, and is sent by its next run; ";
  const text = h("p", {}, words, h("code", {}, "fplane status"), " shows it there.");
  return { element: createCard("Queue", text), show: () => {} };
}
