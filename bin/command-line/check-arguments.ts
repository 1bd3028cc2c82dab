import { parseArgs } from "node:util";
import type { ArgDef, ArgsDef } from "citty";
import { FplaneError } from "../../src/domain/errors.ts";
import { didYouMean } from "../../src/domain/nearest.ts";
import { messageOf } from "../../src/domain/thrown.ts";

/**
 * citty takes whatever it is given; here an unknown flag, a missing or empty value, a value given twice and an argument too
 * many are errors. Of two values it would take the last, and an empty one is mostly a variable that is not set: either way
 * something else would be done than what was meant.
 *
 * @param example of the command's use, without `fplane`
 * @throws FplaneError `bad-parameter`
 */
export function checkArguments(rawArgs: readonly string[], args: ArgsDef, path: string, example?: string): void {
  const named = Object.entries(args).filter(([, definition]) => definition.type !== "positional");
  const positionals = Object.entries(args).filter(([, definition]) => definition.type === "positional");
  const { values, given } = parsed(rawArgs, named, path);
  for (const [name, definition] of named) checkValues(name, definition, values[name]);
  for (const [i, text] of given.entries()) checkArgument(positionals[Math.min(i, positionals.length - 1)]?.[0], text);
  const many = positionals.some(([name]) => name.endsWith("s"));
  if (!many && given.length > positionals.length) {
    const shown = positionals.length === 0 && example !== undefined ? `, for example \`fplane ${example}\`` : "";
    throw new FplaneError(
      "bad-parameter",
      `${JSON.stringify(given[positionals.length])} is one argument too many; see \`${path} --help\`${shown}`,
    );
  }
}

type Named = readonly (readonly [string, ArgDef])[];
type Parsed = { readonly values: Readonly<Record<string, unknown>>; readonly given: readonly string[] };

/** Every value of each flag, and what else there is. @throws FplaneError `bad-parameter` */
function parsed(rawArgs: readonly string[], named: Named, path: string): Parsed {
  const options = Object.fromEntries(
    named.map(([name, definition]) => {
      const alias = "alias" in definition && typeof definition.alias === "string" ? { short: definition.alias } : {};
      return [name, { type: definition.type === "boolean" ? "boolean" : "string", multiple: true, ...alias } as const];
    }),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...rawArgs], options, allowPositionals: true, strict: true });
    return { values, given: positionals };
  } catch (error) {
    const [message = ""] = messageOf(error).split(". To specify");
    throw new FplaneError("bad-parameter", misread(message, named, path));
  }
}

/** @param message of Node's reader of arguments */
function misread(message: string, named: Named, path: string): string {
  const [, valued] = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message) ?? [];
  if (valued !== undefined)
    return `${valued} takes a value: one that begins with a dash is written ${valued}=-...; see \`${path} --help\``;
  const [, flag = ""] = /^Unknown option '(-[^']*)'/.exec(message) ?? [];
  if (flag === "--commit") return `\`${path}\` has no preview and takes no --commit: leave it away`;
  const flags = [...named.map(([name]) => name), "help"];
  const meant = flag.startsWith("--") ? didYouMean(flag.slice(2), flags, "--") : "";
  return `${message}; \`${path} --help\` shows what there is${meant}`;
}

/** @throws FplaneError `bad-parameter` */
function checkValues(name: string, definition: ArgDef, values: unknown): void {
  if (definition.type === "boolean" || !Array.isArray(values)) return;
  const hint = "valueHint" in definition && definition.valueHint ? definition.valueHint : "one value";
  if (values.length > 1) throw new FplaneError("bad-parameter", `--${name} is given twice: it takes ${hint}, once`);
  if (values[0] === "")
    throw new FplaneError("bad-parameter", `--${name} is empty: it takes ${hint}; or leave it away`);
}

/** Empty, these mean something: now, and that somebody has one name only. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(["datestr", "a", "b", "first", "last"]);

/** @throws FplaneError `bad-parameter` */
function checkArgument(name: string | undefined, text: string): void {
  if (text === "" && name !== undefined && !MAY_BE_EMPTY.has(name))
    throw new FplaneError("bad-parameter", `${name.toUpperCase()} is empty: is a variable not set?`);
}
