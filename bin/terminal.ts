import { FplaneError } from "../src/domain/errors.ts";

/** What a command sees of the process: value goes to `out`, talk to `err`. */
export type Terminal = {
  readonly out: (text: string) => Promise<void>;
  readonly err: (text: string) => void;
  readonly stdin: () => Promise<string>;
  /** Standard input as it comes, for what is too large to be held. */
  readonly stdinBytes: () => AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and by SIGTERM. */
  readonly interrupted: AbortSignal;
};

export function processTerminal(): Terminal {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort(signal));
  return {
    out: async (text) => void (await Bun.write(Bun.stdout, text)),
    err: (text) => void process.stderr.write(`${text}\n`),
    stdin: () => Bun.stdin.text(),
    stdinBytes: () => Bun.stdin.stream(),
    env: process.env,
    interrupted: interruption.signal,
  };
}

/** The exit code of a command that was interrupted, as shells expect it. */
export const INTERRUPTED = 130;

/** The exit code when whoever reads the output has enough of it (`fplane log | head`): that of a program that SIGPIPE ends. */
export const BROKEN_PIPE = 141;

/** @throws FplaneError `bad-parameter` when the file cannot be read */
export async function readText(path: string, terminal: Terminal): Promise<string> {
  if (path === "-") return await terminal.stdin();
  try {
    return await Bun.file(path).text();
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}
