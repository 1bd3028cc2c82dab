import { FplaneError } from "./errors.ts";
import { shown } from "./shown.ts";

const BLANK = /[ \t\r\n]*/y;
/** A piece of a text in quotes: everything from the blank on but the quote and the backslash; or an escape. */
const PIECE = /[ !#-[\]-\uffff]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const PLAIN = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** What may come next, as a reader of the message knows it. */
type Wanted =
  | "a value"
  | "a value or ]"
  | "a name in double quotes"
  | "a name in double quotes or }"
  | "a colon"
  | "end";

/**
 * Reads JSON; a refusal says where the text stops being JSON, which `JSON.parse` does not.
 *
 * @param what where the text came from, for the message: a file's name
 * @throws FplaneError `bad-json` with line and column, both from 1, also in `details`
 */
export function parseJson(text: string, what: string): unknown {
  if (text.trim() === "") throw new FplaneError("bad-json", `${what} is empty; JSON is wanted`);
  try {
    return JSON.parse(text);
  } catch {
    const { offset, wanted } = firstFault(text);
    const before = text.slice(0, offset).split("\n");
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    throw new FplaneError("bad-json", `${what} is not JSON: line ${line}, column ${column}: ${wanted}`, {
      line,
      column,
    });
  }
}

/** Walks over the text as a parser would, without recursion: it may be nested as deeply as it likes. */
function firstFault(text: string): { readonly offset: number; readonly wanted: string } {
  const open: ("[" | "{")[] = [];
  let wanted: Wanted = "a value";
  let at = skip(BLANK, text, 0);
  while (at < text.length) {
    const character = text[at] ?? "";
    const inside = open.at(-1);
    if (wanted === "end") {
      if (character === "," && inside !== undefined) wanted = inside === "[" ? "a value" : "a name in double quotes";
      else if (closes(character, inside)) open.pop();
      else break;
    } else if (wanted === "a colon") {
      if (character !== ":") break;
      wanted = "a value";
    } else if (wanted.startsWith("a name")) {
      if (character === "}" && wanted.endsWith("}")) {
        open.pop();
        wanted = "end";
      } else {
        const end = skipText(text, at);
        if (end === at) break;
        at = skip(BLANK, text, end);
        wanted = "a colon";
        continue;
      }
    } else if (character === "[" || character === "{") {
      open.push(character);
      wanted = character === "[" ? "a value or ]" : "a name in double quotes or }";
    } else if (character === "]" && wanted === "a value or ]") {
      open.pop();
      wanted = "end";
    } else {
      const end = character === '"' ? skipText(text, at) : skip(PLAIN, text, at);
      if (end === at) break;
      at = skip(BLANK, text, end);
      wanted = "end";
      continue;
    }
    at = skip(BLANK, text, at + 1);
  }
  return { offset: at, wanted: fault(text, at, wanted, open.at(-1)) };
}

function closes(character: string, inside: "[" | "{" | undefined): boolean {
  return (character === "]" && inside === "[") || (character === "}" && inside === "{");
}

function fault(text: string, at: number, wanted: Wanted, inside: "[" | "{" | undefined): string {
  const after = inside === undefined ? "the end of the text" : `a comma or ${inside === "[" ? "]" : "}"}`;
  const expected = `${wanted === "end" ? after : wanted} is wanted here`;
  if (at >= text.length) return `the text ends; ${expected}`;
  if (text[at] === '"' && wanted !== "end" && wanted !== "a colon") {
    return "this text in quotes does not end, or holds a line break or an escape that JSON does not have";
  }
  const found = shown(text.slice(at, at + 20).split("\n")[0]);
  const python = /^('|None\b|True\b|False\b|nan\b|u')/.test(text.slice(at)) ? "; this looks like Python, not JSON" : "";
  return `${expected}, not ${found}${python}`;
}

/** To behind a text in quotes; not from where it stands when that is none. One pattern for all of a long text gives up. */
function skipText(text: string, at: number): number {
  if (text[at] !== '"') return at;
  let end = at + 1;
  for (let next = skip(PIECE, text, end); next > end; next = skip(PIECE, text, end)) end = next;
  return text[end] === '"' ? end + 1 : at;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
