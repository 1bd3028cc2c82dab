import { type ArgsDef, type CommandDef, defineCommand, type ParsedArgs } from "citty";
import type { Terminal } from "./terminal.ts";

/** A command as its file declares it: the arguments are data, `run` gets them parsed. */
export type Declared<T extends ArgsDef> = {
  readonly name: string;
  readonly description: string;
  /** Command lines, without `fplane`, for the help. */
  readonly examples: readonly string[];
  readonly args: T;
  /** Its errors are one line each, since cron mails them, and say themselves what becomes of it all. */
  readonly oneLine?: true;
  /** @returns the exit code, when it is not 0 */
  readonly run: (args: ParsedArgs<T>, terminal: Terminal) => Promise<number | undefined>;
};

export type Leaf = CommandDef & { readonly examples: readonly string[]; readonly oneLine: boolean };
export type Group = CommandDef & { readonly groups: Readonly<Record<string, () => Promise<Leaf | Group>>> };

export function command<const T extends ArgsDef>({
  name,
  description,
  examples,
  args,
  oneLine = undefined,
  run,
}: Declared<T>): Leaf {
  const definition = defineCommand<T>({
    meta: { name, description },
    args,
    run: (context) => run(context.args, context.data as Terminal),
  });
  return { ...(definition as unknown as CommandDef), examples, oneLine: oneLine === true };
}

/** A command that only has commands below it; each is loaded when it is called. */
export function group(name: string, description: string, groups: Group["groups"]): Group {
  return { meta: { name, description }, subCommands: groups, groups };
}
