/** What an operator is told of, as programs read it. */
export type NoticeEvent =
  | "changed"
  | "new-spectrograph"
  | "new-controller"
  | "new-ifu"
  | "hold-contradicted"
  | "conflict"
  | "refused"
  | "quarantined"
  | "silence"
  | "recovery"
  | "test";

/** A message to the operators: for people (subject and text) and for programs (json). */
export type Notice = {
  /** The same for the same event of the same project: a repetition is recognised by it. */
  readonly id: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>> & { readonly events: readonly NoticeEvent[] };
};

const LONGEST_SUBJECT = 150;
const LONGEST_LINE = 2000;

/** Puts a notice together. @param what names the event within the project */
export function notice(
  project: string,
  what: string,
  matter: string,
  paragraphs: readonly string[],
  json: Notice["json"],
): Notice {
  const id = `${project.toLowerCase()}-${what}`;
  const subject = oneLine(`[${project}] ${matter}`).slice(0, LONGEST_SUBJECT);
  const text = `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
  return { id, subject, text, json: { id, project, ...json, subject, text } };
}

/** `1 seat`, `2 seats`. */
export function counted(count: number, word: string): string {
  return `${count} ${plural(count, word)}`;
}

/** `seat` of one, else `seats`. */
export function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}

/** What a client sent may hold line breaks, which would forge lines of a mail. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length <= LONGEST_LINE ? line : `${line.slice(0, LONGEST_LINE)} ...`;
}
