import { button } from "./elements.ts";

const KEY = "fplane.theme";

/** Light or dark: as the system says, until somebody chooses. */
export function createThemeSwitch(): HTMLElement {
  const root = document.documentElement;
  const kept = localStorage.getItem(KEY);
  if (kept !== null) root.dataset["theme"] = kept;
  const isDark = () =>
    (root.dataset["theme"] ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const toggle: HTMLButtonElement = button("◐", () => {
    const next = isDark() ? "light" : "dark";
    root.dataset["theme"] = next;
    localStorage.setItem(KEY, next);
    toggle.setAttribute("aria-pressed", String(next === "dark"));
  });
  toggle.className = "theme";
  toggle.setAttribute("aria-label", "Dark");
  toggle.title = "Light or dark";
  toggle.setAttribute("aria-pressed", String(isDark()));
  return toggle;
}
