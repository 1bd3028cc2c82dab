import { button, h } from "./elements.ts";

/** Messages that come and go in a corner, and are read out. */
export function createNotices(): {
  readonly element: HTMLElement;
  readonly say: (text: string, action?: { readonly name: string; readonly run: () => void }) => void;
} {
  const element = h("div", { class: "notices", role: "status", "aria-live": "polite" });
  return {
    element,
    say: (text, action) => {
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
      element.append(notice);
      setTimeout(end, 12_000);
    },
  };
}
