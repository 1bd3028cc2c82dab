import { type Revision, refusalOf } from "./api.ts";
import type { Desk } from "./desk.ts";
import { h } from "./elements.ts";
import type { Say } from "./notices.ts";

/** Milliseconds after which a subscription that the server ended, or refused, is asked for again. */
const AGAIN = { ended: 1500, refused: 60_000 };

/** Hears of each new revision, and says whether it does. What is shown as all that is known becomes that. */
export function createLive(desk: Desk, say: Say): HTMLElement {
  const light = h("span", { class: "live", "data-live": "no", role: "status" }, "not live");
  const show = (live: boolean) => {
    light.dataset["live"] = live ? "yes" : "no";
    light.textContent = live ? "live" : "not live";
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = (wait: number) => {
    show(false);
    clearTimeout(timer);
    timer = setTimeout(subscribe, wait);
  };
  let subscription: { unsubscribe: () => void } | null = null;
  const subscribe = () => {
    subscription?.unsubscribe();
    subscription = desk.api.onRevision.subscribe(undefined, {
      onConnectionStateChange: ({ state }) => show(state === "pending"),
      onData: (revision) => hear(desk, revision, say),
      onError: (error) => later(refusalOf(error).code === "too-many-requests" ? AGAIN.refused : AGAIN.ended * 4),
      onComplete: () => later(AGAIN.ended),
    });
  };
  desk.session.onChange(subscribe);
  desk.onScene(() => {
    if (subscription === null) subscribe(); // not before what is shown: it would only be in its way
  });
  return light;
}

function hear(desk: Desk, revision: Revision, say: Say): void {
  const before = desk.newest() ?? null;
  desk.heard(revision);
  const shown = desk.scene().answer?.revision ?? desk.scene().chronology?.revision;
  const looksBack = desk.state.get().known !== "";
  const isFirst = before === null;
  const isNews = isFirst ? !looksBack && shown !== undefined && revision.rev > shown : revision.hash !== before.hash;
  if (!isNews) return;
  const { rev, kind, actor, reason } = revision;
  const text = `Revision ${rev}: ${kind} by ${actor}${reason === "" ? "" : ` (${reason})`}`;
  const showNewest = { name: "Show the newest", run: () => desk.state.go({ known: "" }) };
  say({ text, revision: rev, ...(looksBack ? { action: showNewest } : {}) });
  void desk.refresh();
}
