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
  let latest = 0;
  let wasLost = false;
  const subscribe = () => {
    clearTimeout(timer);
    latest += 1;
    const mine = latest;
    subscription?.unsubscribe(); // it says that it is complete then
    const unlessOvertaken = (act: () => void) => {
      if (mine === latest) act();
    };
    const connected = (state: string, isLost: boolean) => {
      show(state === "pending");
      if (state === "pending" && wasLost) void desk.refresh(); // what was refused meanwhile is asked again
      wasLost = state !== "pending" && (wasLost || isLost);
    };
    subscription = desk.api.onRevision.subscribe(undefined, {
      onConnectionStateChange: ({ state, error }) => unlessOvertaken(() => connected(state, error !== null)),
      onData: (revision) => unlessOvertaken(() => hear(desk, revision, say)),
      onError: (error) =>
        unlessOvertaken(() => {
          wasLost = true;
          later(refusalOf(error).code === "too-many-requests" ? AGAIN.refused : AGAIN.ended * 4);
        }),
      onComplete: () => unlessOvertaken(() => later(AGAIN.ended)),
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
