import type { Group, Leaf } from "../../bin/command-line/command.ts";
import { fplane } from "../../bin/commands.ts";

/** A command or a group of them, with the words that call it: `fplane user add`. */
export type NamedCommand = { readonly path: string; readonly node: Group | Leaf };

/** The whole tree of commands, each loaded. */
export async function everyCommand(path = "fplane", node: Group | Leaf = fplane): Promise<NamedCommand[]> {
  const found: NamedCommand[] = [{ path, node }];
  if (!("groups" in node)) return found;
  for (const [name, load] of Object.entries(node.groups)) {
    found.push(...(await everyCommand(`${path} ${name}`, await load())));
  }
  return found;
}
