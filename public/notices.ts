import { button, h } from "./elements.ts";

export type Notice = {
  readonly text: string;
  /** The revision that it tells of: a second notice of the same one would tell nothing new. */
  readonly revision?: number | null;
  /** What there is to do about it. */
  readonly action?: { readonly name: string; readonly run: () => void };
};

export type Say = (notice: Notice) => void;

/** Milliseconds that a notice stays, unless it is dismissed. */
const STAYS = 12_000;

/** More of them at once would only hide the page: the oldest make room. */
const MOST = 4;

/** Notices that come and go in a corner, and are read out. */
export function createNotices(): { readonly element: HTMLElement; readonly say: Say } {
  const element = h("div", { class: "notices", role: "status", "aria-live": "polite" });
  const told = new Set<number>();
  const say: Say = ({ text, revision = null, action }) => {
    if (revision !== null && told.has(revision)) return;
    if (revision !== null) told.add(revision);
    const notice = h("div", { class: "notice" }, h("span", {}, text));
    const end = () => notice.remove();
    if (action !== undefined) {
      notice.append(
        button(action.name, () => {
          end();
          action.run();
        }),
      );
    }
    notice.append(button("×", end, { class: "close", "aria-label": "Dismiss" }));
    while (element.childElementCount >= MOST) element.firstElementChild?.remove();
    element.append(notice);
    setTimeout(end, STAYS);
  };
  return { element, say };
}
