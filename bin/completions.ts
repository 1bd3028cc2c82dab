import { FplaneError } from "../src/domain/errors.ts";
import { didYouMean } from "../src/domain/nearest.ts";
import { command } from "./command-line/command.ts";
import { fplane } from "./commands.ts";
import { describeCommands } from "./help/command-tree.ts";
import { bashCompletion } from "./help/complete-bash.ts";
import { fishCompletion } from "./help/complete-fish.ts";
import { zshCompletion } from "./help/complete-zsh.ts";

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

export const completions = command({
  name: "completions",
  description: "print the script with which a shell completes commands, flags and their values",
  examples: [
    "completions bash > ~/.local/share/bash-completion/completions/fplane.bash",
    "completions zsh > ~/.zfunc/_fplane",
    "completions fish > ~/.config/fish/completions/fplane.fish",
  ],
  args: {
    shell: { type: "positional", required: true, valueHint: "bash|zsh|fish", description: "bash, zsh or fish" },
  },
  run: async (args, terminal) => {
    const script = Object.entries(SHELLS).find(([name]) => name === args.shell)?.[1];
    if (script === undefined) throw noSuchShell(args.shell);
    await terminal.out(script(await describeCommands("fplane", fplane)));
    return undefined;
  },
});

function noSuchShell(shell: string): FplaneError {
  const shells = Object.keys(SHELLS);
  const given = JSON.stringify(shell.slice(0, 40));
  return new FplaneError(
    "bad-parameter",
    `${given} is no shell with completions: there are ${shells.join(", ")}${didYouMean(shell, shells)}`,
  );
}
