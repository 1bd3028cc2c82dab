import type { Desk } from "./desk.ts";
import { button, type Child } from "./elements.ts";
import type { Panel } from "./page-state.ts";
import type { Thing } from "./selection.ts";

/** An id that leads to what it names; a dash where there is none. @param panel what then shows it, else what is open stays */
export function thingLink(desk: Desk, thing: Thing, id: string | null, panel?: Panel): Child {
  if (id === null) return "—";
  const choose = () => desk.state.go({ selected: { thing, id }, ...(panel === undefined ? {} : { panel }) });
  return button(id, choose, { class: "link id" });
}
