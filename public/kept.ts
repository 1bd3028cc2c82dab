/** What the browser keeps for the page. */
export type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** A browser that is to keep nothing refuses even to be asked: then it is kept until the page is left. */
export function keptBy(storage: () => Storage): Kept {
  try {
    return storage();
  } catch {
    const kept = new Map<string, string>();
    return {
      getItem: (name) => kept.get(name) ?? null,
      setItem: (name, value) => void kept.set(name, value),
      removeItem: (name) => void kept.delete(name),
    };
  }
}
