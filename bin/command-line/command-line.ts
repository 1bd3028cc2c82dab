import type { ArgsDef } from "citty";

type Values = Readonly<Record<string, unknown>>;

/**
 * The command line that gives a command these arguments, as a POSIX shell reads it.
 *
 * @param words the command, with `fplane`
 * @param definition its arguments, in whose order they are written: first the positional ones
 */
export function commandLine(words: string, definition: ArgsDef, values: Values): string {
  const given = Object.entries(definition).flatMap(([name, { type }]) => {
    const value = values[name];
    return value === undefined || value === false ? [] : [{ name, type, value }];
  });
  const positionals = given.filter(({ type }) => type === "positional").map(({ value }) => quoted(String(value)));
  const flags = given.filter(({ type }) => type !== "positional").map(({ name, value }) => flag(name, value));
  return [words, ...positionals, ...flags].join(" ");
}

function flag(name: string, value: unknown): string {
  if (value === true) return `--${name}`;
  const text = String(value);
  return text.startsWith("-") && text !== "-" ? `--${name}=${quoted(text)}` : `--${name} ${quoted(text)}`;
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
