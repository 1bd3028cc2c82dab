import type { ArgDef, ArgsDef, CommandMeta } from "citty";
import type { Group, Leaf } from "../command-line/command.ts";

/** What a flag or an argument takes, for completion and for the manual. */
export type Value = {
  /** As the help names it: `FILE`. */
  readonly hint: string;
  readonly kind: "file" | "directory" | "seat" | "words" | "text";
  /** All of them for an enum, those that are known for anything else. */
  readonly words: readonly string[];
};

export type Flag = {
  readonly name: string;
  readonly alias: string | null;
  readonly description: string;
  readonly required: boolean;
  readonly default: string | null;
  /** Null for a switch. */
  readonly value: Value | null;
};

export type Positional = {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly repeated: boolean;
  readonly value: Value;
};

/** A command as its definition says it; a group has commands and no arguments. */
export type DescribedCommand = {
  /** `fplane user add` */
  readonly path: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly flags: readonly Flag[];
  readonly positionals: readonly Positional[];
};

/** The whole tree, a group before what is in it. It loads every command: for what is generated once, not at each start. */
export async function describeCommands(path: string, node: Group | Leaf): Promise<DescribedCommand[]> {
  const args = Object.entries((node.args ?? {}) as ArgsDef);
  const children =
    "groups" in node
      ? await Promise.all(Object.entries(node.groups).map(async ([name, load]) => ({ name, node: await load() })))
      : [];
  const described: DescribedCommand = {
    path,
    description: descriptionOf(node),
    examples: "examples" in node ? node.examples : [],
    commands: children.map((child) => ({ name: child.name, description: descriptionOf(child.node) })),
    flags: args.filter(([, { type }]) => type !== "positional").map(([name, definition]) => flagOf(name, definition)),
    positionals: args
      .filter(([, { type }]) => type === "positional")
      .map(([name, definition]) => positionalOf(name, definition)),
  };
  const below = await Promise.all(children.map((child) => describeCommands(`${path} ${child.name}`, child.node)));
  return [described, ...below.flat()];
}

function descriptionOf(node: Group | Leaf): string {
  return (node.meta as CommandMeta | undefined)?.description ?? "";
}

function flagOf(name: string, definition: ArgDef): Flag {
  const { description = "", required = false, default: absent } = definition;
  const alias = "alias" in definition && typeof definition.alias === "string" ? definition.alias : null;
  return {
    name,
    alias,
    description,
    required: required === true,
    default: absent === undefined ? null : String(absent),
    value: definition.type === "boolean" ? null : takenBy(definition, "TEXT"),
  };
}

function positionalOf(name: string, definition: ArgDef): Positional {
  return {
    name,
    description: definition.description ?? "",
    required: definition.required !== false,
    repeated: name.endsWith("s"), // as the check of the arguments has it
    value: takenBy(definition, name.toUpperCase()),
  };
}

/** What the help calls it says what it takes: in `DATE|open` the second is a word. */
function takenBy(definition: ArgDef, otherwise: string): Value {
  const options = definition.type === "enum" ? (definition.options ?? []) : [];
  const hint = definition.valueHint ?? (options.length > 0 ? options.join("|") : otherwise);
  const words = hint.split("|").filter((word) => /^[a-z][a-z0-9-]*$/.test(word));
  if (/^FILES?$/.test(hint)) return { hint, kind: "file", words };
  if (hint === "DIR") return { hint, kind: "directory", words };
  if (/^SEAT\b/.test(hint)) return { hint, kind: "seat", words };
  if (hint === "DATESTR") return { hint, kind: "words", words: ["latest"] };
  return { hint, kind: words.length > 0 ? "words" : "text", words };
}
