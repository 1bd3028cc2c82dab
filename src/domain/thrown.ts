/** Bun's errors of the network end with a hint for whoever wrote the program, which helps nobody who runs it. */
const HINT = /\. For more information, pass `verbose: true`.*$/s;

/** What a thrown value says: libraries throw errors mostly, but may throw anything. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(HINT, "") : String(thrown);
}
