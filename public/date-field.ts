import { h, setAttribute } from "./elements.ts";
import type { Problems } from "./scene.ts";

/** The id of the list of tags, which are offered where a revision can be named. */
export const TAGS = "tags";

/** A field for a date or a revision. What is typed into it stands until another is shown: being shown the same again is not. */
export type DateField = {
  readonly element: HTMLInputElement;
  readonly typed: () => string;
  readonly show: (value: string) => void;
  /** Gives up what is typed. */
  readonly empty: () => void;
};

/** @param list the id of what is offered */
export function createDateField(placeholder: string, list?: string): DateField {
  const element = h("input", { type: "text", placeholder, autocomplete: "off", spellcheck: "false", size: 22, list });
  let shown = "";
  return {
    element,
    typed: () => element.value.trim(),
    show: (value) => {
      if (value !== shown) element.value = value;
      shown = value;
    },
    empty: () => {
      element.value = "";
    },
  };
}

/** The place below a field where stands what is wrong with it. */
export function createComplaint(
  name: keyof Problems,
  { element }: DateField,
): { readonly element: HTMLElement; readonly show: (problems: Problems) => void } {
  const place = h("p", { id: `${name}-problem`, class: "problem", role: "alert" });
  element.setAttribute("aria-describedby", place.id);
  return {
    element: place,
    show: (problems) => {
      const message = problems[name]?.message ?? "";
      if (place.textContent !== message) place.textContent = message;
      setAttribute(element, "aria-invalid", message === "" ? null : "true");
    },
  };
}
