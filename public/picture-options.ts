import type { Desk } from "./desk.ts";
import { h, labelled } from "./elements.ts";
import { readAngle } from "./page-state.ts";

const FACTORS = [0, 25, 50, 100, 200];

/** What the picture shows beside the seats, and what its marks mean. */
export function createPictureOptions(desk: Desk): HTMLElement {
  const positions = h(
    "select",
    { onchange: () => desk.state.go({ positions: positions.value === "nominal" ? "nominal" : "measured" }) },
    h("option", { value: "measured" }, "measured"),
    h("option", { value: "nominal" }, "nominal"),
  );
  const vectors = h(
    "select",
    { onchange: () => desk.state.go({ vectors: Number(vectors.value) }) },
    ...FACTORS.map((factor) => h("option", { value: factor }, factor === 0 ? "not drawn" : `× ${factor}`)),
  );
  const pa = h("input", {
    ...{ type: "number", min: -360, max: 360, step: "any", placeholder: "none", class: "short" },
    onchange: () => desk.state.go({ pa: readAngle(pa.value) }),
  });
  desk.onScene(({ state }) => {
    positions.value = state.positions;
    vectors.value = String(state.vectors);
    if (document.activeElement !== pa) pa.value = state.pa === null ? "" : String(state.pa);
  });
  return h(
    "div",
    { class: "options" },
    labelled("Positions", positions),
    labelled("Measured − nominal", vectors),
    labelled("North and east at PA, degrees", pa),
  );
}
