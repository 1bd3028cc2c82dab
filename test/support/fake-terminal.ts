import type { Group } from "../../bin/command-line/command.ts";
import { run } from "../../bin/command-line/run.ts";
import { fplane } from "../../bin/commands.ts";
import type { CliResult } from "./cli.ts";

/** Runs a command line inside the tests' own process: quick, for what needs neither signals nor a real standard output. */
export async function runHere(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly stdin?: string;
    readonly root?: Group;
    /** Those of a terminal; without, there is none. */
    readonly columns?: number;
    readonly coloured?: boolean;
    /** What is written over the last line of standard error. */
    readonly live?: (line: string) => void;
  } = {},
): Promise<CliResult> {
  const { env = {}, stdin = "", root = fplane, columns = null, coloured = false, live } = options;
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(root, args, {
    out: async (text) => void out.push(text),
    err: (text) => void err.push(`${text}\n`),
    stdin: async () => stdin,
    stdinBytes: () => new Blob([stdin]).stream(),
    env,
    interrupted: new AbortController().signal,
    columns,
    coloured,
    live: live === undefined ? null : { columns: columns ?? 80, show: live },
  });
  return { code, stdout: out.join(""), stderr: err.join("") };
}
