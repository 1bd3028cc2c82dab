import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";

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
  /** Width of standard output; null where it is no terminal: then nothing is cut or wrapped. */
  readonly columns: number | null;
  /** Whether what goes to standard output may be coloured. */
  readonly coloured: boolean;
  /** The last line of standard error, to be written over; null where that is no terminal. */
  readonly live: { readonly columns: number; readonly show: (line: string) => void } | null;
};

/**
 * The process as it is. What Node calls `process.stdout` and `process.stderr` takes longer to load than a whole `get`
 * needs otherwise, so they are looked at only when something is drawn.
 */
export function processTerminal(): Terminal {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort(signal));
  let isLineLive = false;
  const show = (line: string) => {
    isLineLive = line !== "";
    process.stderr.write(`\r\u001B[K${line}`);
  };
  const stdinBytes = () => bytesUntil(Bun.stdin.stream(), interruption.signal);
  const isDumb = process.env["TERM"] === "dumb";
  return {
    out: async (text) => {
      if (text !== "") await Bun.write(Bun.stdout, text).catch(notWritten); // of nothing Bun empties a file that is appended to
    },
    err: (text) => {
      if (isLineLive) show("");
      console.warn(text); // of console.error Bun makes red text, as if all that is said were an error
    },
    stdin: async () => {
      const decoder = new TextDecoder();
      let text = "";
      for await (const chunk of stdinBytes()) text += decoder.decode(chunk, { stream: true });
      return text + decoder.decode();
    },
    stdinBytes,
    env: process.env,
    interrupted: interruption.signal,
    get columns() {
      return process.stdout.isTTY ? process.stdout.columns || null : null;
    },
    get coloured() {
      return process.stdout.isTTY === true && !isDumb && !process.env["NO_COLOR"];
    },
    get live() {
      return process.stderr.isTTY && !isDumb ? { columns: process.stderr.columns || 80, show } : null;
    },
  };
}

/** Whoever waits for what is typed does not wait after Ctrl-C. Throws what the signal was aborted with. */
async function* bytesUntil(stream: ReadableStream<Uint8Array>, interrupted: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  const stop = () => void reader.cancel();
  interrupted.addEventListener("abort", stop, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      interrupted.throwIfAborted();
      yield next.value;
    }
    interrupted.throwIfAborted();
  } finally {
    interrupted.removeEventListener("abort", stop);
  }
}

/** Passes things on, up to Ctrl-C. Throws what the signal was aborted with. */
export async function* untilInterrupted<T>(
  things: AsyncIterable<T>,
  { interrupted }: Pick<Terminal, "interrupted">,
): AsyncGenerator<T> {
  for await (const thing of things) {
    interrupted.throwIfAborted();
    yield thing;
  }
}

/** @throws FplaneError `bad-parameter`, as for any other file; whoever has enough of it is no error */
function notWritten(error: unknown): never {
  if (error instanceof Error && "code" in error && error.code === "EPIPE") throw error;
  throw new FplaneError("bad-parameter", `standard output cannot be written: ${messageOf(error)}`);
}

/** The exit code of a command that was interrupted, as shells expect it. */
export const INTERRUPTED = 130;

/** The exit code when whoever reads the output has enough of it (`fplane log | head`): that of a program that SIGPIPE ends. */
export const BROKEN_PIPE = 141;

/** @throws FplaneError `bad-parameter` when the file cannot be read */
export async function readText(path: string, terminal: Pick<Terminal, "stdin">): Promise<string> {
  if (path === "-") return await terminal.stdin();
  try {
    return await Bun.file(path).text();
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be read: ${messageOf(error)}`);
  }
}
