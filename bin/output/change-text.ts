import type { Client } from "../client/client.ts";
import { spanText } from "./span-text.ts";

type Changes = Awaited<ReturnType<Client["changes"]["query"]>>;
type SpanChange = Changes["changes"][number];

/** What differs between two focal planes: moves and swaps, then seat by seat. */
export function planeDiffText({ texts, changes }: Awaited<ReturnType<Client["diff"]["query"]>>): string {
  const lines = [...texts, ...changes.map(({ text }) => text)];
  return lines.length === 0 ? "no difference\n" : lines.map((line) => `${line}\n`).join("");
}

/** What differs, span by span: a line for the span, and below it one a seat. */
export function spanChangesText(changes: readonly SpanChange[]): string {
  const lines = changes.flatMap(({ from, until, seats, positions }) => [
    spanText(from, until),
    ...[...seats, ...positions].map(({ text }) => `  ${text}`),
  ]);
  return lines.map((line) => `${line}\n`).join("");
}

/** The nights (dates of their evenings) in one line. */
export function nightsText(nights: readonly string[]): string {
  const [first] = nights;
  const last = nights.at(-1);
  if (first === undefined) return "no night to reduce again\n";
  return first === last
    ? `1 night to reduce again: ${first}\n`
    : `${nights.length} nights to reduce again, the first ${first}, the last ${last}\n`;
}
