import type { Desk } from "./desk.ts";
import { button, h } from "./elements.ts";
import { PANELS, type PageState, type Panel } from "./page-state.ts";

const NAMES: Readonly<Record<Panel, string>> = { seat: "Seat", changes: "Changes", table: "Table", files: "Files" };

/** The panels beside the picture, one at a time. */
export function createPanels(desk: Desk, contents: Readonly<Record<Panel, HTMLElement>>): HTMLElement {
  const tabs = PANELS.map((name) =>
    button(NAMES[name], () => desk.state.go({ panel: name }), {
      ...{ id: `tab-${name}`, role: "tab", "aria-controls": `panel-${name}`, class: "tab" },
      onkeydown: (event: KeyboardEvent) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const next = PANELS[(PANELS.indexOf(name) + step + PANELS.length) % PANELS.length] ?? name;
        desk.state.go({ panel: next });
        document.getElementById(`tab-${next}`)?.focus();
      },
    }),
  );
  const panels = PANELS.map((name) =>
    h(
      "div",
      { id: `panel-${name}`, class: "panel", role: "tabpanel", tabindex: 0, "aria-labelledby": `tab-${name}` },
      contents[name],
    ),
  );
  const show = ({ panel }: PageState) => {
    for (const [i, name] of PANELS.entries()) {
      const shown = panel === name;
      tabs[i]?.setAttribute("aria-selected", String(shown));
      tabs[i]?.setAttribute("tabindex", shown ? "0" : "-1");
      panels[i]?.toggleAttribute("hidden", !shown);
    }
  };
  desk.state.onChange(show);
  show(desk.state.get());
  return h(
    "section",
    { class: "side", "aria-label": "Details" },
    h("div", { class: "tabs", role: "tablist", "aria-label": "Details" }, ...tabs),
    ...panels,
  );
}
