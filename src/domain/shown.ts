const LONGEST_SHOWN = 60;

/**
 * The value for a message: JSON on one line of printable ASCII, cut where it is long. Of an object only that it is one: it
 * can be nested so deeply that writing it as JSON exhausts the stack, and its `toString` can be anything.
 */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  const cut = typeof value === "string" ? value.slice(0, LONGEST_SHOWN) : String(value).slice(0, LONGEST_SHOWN);
  const text = typeof value === "string" ? JSON.stringify(cut) : cut;
  const rest = typeof value === "string" && value.length > LONGEST_SHOWN ? "..." : "";
  return printable(text) + rest;
}

/** Escapes everything that could move a terminal's cursor or hide in a log. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
