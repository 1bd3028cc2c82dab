import { button } from "./elements.ts";
import { keptBy } from "./kept.ts";

const KEY = "fplane.theme";
const KEPT = keptBy(() => localStorage);

/** What was chosen the last time: before anything is drawn, or the page would flash. */
export function applyKeptTheme(): void {
  const kept = KEPT.getItem(KEY);
  if (kept !== null) document.documentElement.dataset["theme"] = kept;
}

/** Light or dark: as the system says, until somebody chooses. */
export function createThemeSwitch(): HTMLElement {
  const root = document.documentElement;
  const isDark = () =>
    (root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const toggle: HTMLButtonElement = button("◐", () => {
    const next = isDark() ? "light" : "dark";
    root.dataset["theme"] = next;
    KEPT.setItem(KEY, next);
    toggle.setAttribute("aria-pressed", String(next === "dark"));
  });
  toggle.className = "theme";
  toggle.setAttribute("aria-label", "Dark");
  toggle.title = "Light or dark";
  toggle.setAttribute("aria-pressed", String(isDark()));
  return toggle;
}
