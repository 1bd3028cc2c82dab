import { button, h } from "./elements.ts";
import { type PageState, type StateStore, VIEWS, type View } from "./page-state.ts";

const NAMES: Readonly<Record<View, string>> = { plane: "Focal plane", record: "Record", operations: "Operations" };

/** Leads from view to view, and shows the one that the address names. */
export function createNavigation(state: StateStore, views: Readonly<Record<View, HTMLElement>>): HTMLElement {
  const links = VIEWS.map((view) => button(NAMES[view], () => state.go({ view })));
  const show = ({ view, date }: PageState) => {
    for (const [i, each] of VIEWS.entries()) {
      views[each].hidden = view !== each;
      if (view === each) links[i]?.setAttribute("aria-current", "page");
      else links[i]?.removeAttribute("aria-current");
    }
    document.title = view === "plane" ? `fplane ${date}`.trim() : `fplane: ${NAMES[view]}`;
  };
  state.onChange(show);
  show(state.get());
  return h("nav", { "aria-label": "Views" }, ...links, h("a", { href: "/docs" }, "Documentation"));
}
