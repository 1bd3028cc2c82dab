import { command } from "./command-line/command.ts";
import { fplane } from "./commands.ts";
import { describeCommands } from "./help/command-tree.ts";
import { manual } from "./help/manual.ts";

export const man = command({
  name: "man",
  description: "print the manual of all commands, for the program man",
  examples: ["man > ~/.local/share/man/man1/fplane.1", "man | man -l -", "man --json"],
  args: { json: { type: "boolean", description: "print the definitions of the commands as JSON" } },
  run: async (args, terminal) => {
    const commands = await describeCommands("fplane", fplane);
    await terminal.out(args.json ? `${JSON.stringify(commands, null, 2)}\n` : manual(commands));
    return undefined;
  },
});
