/** Makes elements of the page: no text is ever read as markup, and no style stands in an attribute. */

import { once } from "./once.ts";

type Handler = (event: never) => void;
type Value = string | number | boolean | null | undefined | Handler;
type Attributes = Readonly<Record<string, Value>>;
export type Child = Node | string | number | null | undefined | false;

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element. Attributes that begin with `on` are listeners; `true` is an attribute without value, null is none. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value as EventListener);
    else {
      const text = attributeText(value);
      if (text !== null) element.setAttribute(name, text);
    }
  }
  element.append(...present(children));
  return element;
}

export function setAttribute(element: Element, name: string, value: Exclude<Value, Handler>): void {
  const text = attributeText(value);
  if (text === element.getAttribute(name)) return; // what is written, even if equal, is laid out again
  if (text === null) element.removeAttribute(name);
  else element.setAttribute(name, text);
}

function attributeText(value: Exclude<Value, Handler>): string | null {
  if (value === null || value === undefined || value === false) return null;
  return value === true ? "" : String(value);
}

/** Puts other children in the place of those that there are. What the keyboard is at keeps it, if there is the same again. */
export function refill(element: Element, ...children: Child[]): void {
  const focused = focusable(element).find((each) => each === document.activeElement);
  const called = (name: string) => focusable(element).filter((each) => nameOf(each) === name);
  const place = focused === undefined ? -1 : called(nameOf(focused)).indexOf(focused);
  element.replaceChildren(...present(children));
  if (focused !== undefined) called(nameOf(focused))[place]?.focus({ preventScroll: true });
}

function focusable(element: Element): HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>("button, a, input, select")];
}

function nameOf(element: Element): string {
  return `${element.tagName} ${element.ariaLabel ?? ""} ${element.textContent}`;
}

function present(children: readonly Child[]): (Node | string)[] {
  return children.flatMap((child) =>
    child === null || child === undefined || child === false ? [] : [typeof child === "number" ? String(child) : child],
  );
}

/** A button that is no submit button. */
export function button(text: Child, onclick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  return h("button", { type: "button", onclick, ...attributes }, text);
}

/** A button for what the server has to be asked to do, which is done once however often it is pressed meanwhile. */
export function actButton(text: Child, run: () => Promise<unknown>, attributes: Attributes = {}): HTMLButtonElement {
  const act = once(run, (isBusy) => setAttribute(made, "aria-disabled", isBusy ? "true" : null));
  const made: HTMLButtonElement = button(text, act, attributes);
  return made;
}

/** A field with its label above it, and room for what is wrong with it below. */
export function labelled(text: string, field: HTMLElement, ...more: Child[]): HTMLElement {
  return h("label", { class: "field" }, h("span", { class: "label" }, text), field, ...more);
}

/** Names and values, as a description list. */
export function pairs(list: readonly (readonly [string, Child] | null)[]): HTMLElement {
  return h(
    "dl",
    { class: "pairs" },
    ...list.flatMap((pair) => (pair === null ? [] : [h("div", {}, h("dt", {}, pair[0]), h("dd", {}, pair[1]))])),
  );
}

/** The head of a table. */
export function headings(names: readonly string[]): HTMLElement {
  return h("thead", {}, h("tr", {}, ...names.map((name) => h("th", { scope: "col" }, name))));
}

export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the document has no ${id}`);
  return element;
}
