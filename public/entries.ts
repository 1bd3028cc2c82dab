import { type Child, h } from "./elements.ts";

/** One thing in a list: what stands there, and how it comes to show how the thing stands now. */
export type Entry<T> = { readonly element: HTMLElement; readonly show: (item: T) => void };

/**
 * A list that can be shown anew while somebody uses it: who is in it still has the same element, so that nothing that
 * was typed is lost, and no click.
 *
 * @param none what stands there instead of an empty list
 * @param nameOf the same for the same thing; what has another name is another, and is made anew
 */
export function createEntries<T>(
  none: string,
  nameOf: (item: T) => string,
  make: (item: T) => Entry<T>,
): { readonly element: Child; readonly show: (items: readonly T[]) => void } {
  const list = h("ul", { class: "entries" });
  const empty = h("p", { class: "quiet" }, none);
  let shown = new Map<string, Entry<T>>();
  const show = (items: readonly T[]) => {
    const before = shown;
    const present = items.map((item) => ({ item, entry: before.get(nameOf(item)) ?? make(item) }));
    shown = new Map(present.map(({ item, entry }) => [nameOf(item), entry]));
    for (const [name, { element }] of before) if (!shown.has(name)) element.remove();
    let place = list.firstElementChild;
    for (const { item, entry } of present) {
      entry.show(item);
      if (entry.element === place) place = place.nextElementSibling;
      else list.insertBefore(entry.element, place);
    }
    list.hidden = items.length === 0;
    empty.hidden = items.length > 0;
  };
  return { element: h("div", {}, list, empty), show };
}
