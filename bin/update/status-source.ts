import { FplaneError } from "../../src/domain/errors.ts";
import { parseJson } from "../../src/domain/json-text.ts";
import { readText, type Terminal } from "../command-line/terminal.ts";

/** Where a hardware status comes from; exactly one is to be given. */
export type StatusSource = { readonly file?: string | undefined; readonly command?: string | undefined };

/** Milliseconds: a command that waits for a telescope that is away would be there when the next run comes. */
const LONGEST_COMMAND = 600_000;

/** Milliseconds that a command which is interrupted has to end by itself. */
const LONGEST_END = 3000;

/**
 * Reads the hardware status as the telescope control system wrote it.
 *
 * @throws FplaneError `bad-parameter` for no source, for two, and for one that cannot be read; `bad-json`;
 * `unavailable` when the command fails or does not end, with what it said
 */
export async function readStatus(
  { file, command }: StatusSource,
  terminal: Pick<Terminal, "env" | "interrupted" | "stdin">,
  longest = LONGEST_COMMAND,
): Promise<unknown> {
  if (file !== undefined && command !== undefined) {
    throw new FplaneError("bad-parameter", "--file and --command exclude each other: the status comes from one");
  }
  if (command !== undefined) return parseJson(await outputOf(command, terminal, longest), "what the command printed");
  if (file !== undefined) return parseJson(await readText(file, terminal), file === "-" ? "standard input" : file);
  throw new FplaneError(
    "bad-parameter",
    "where is the hardware status? Give --file FILE (- is standard input) or --command \"syscmd -V 'get_hardware_status'\"",
  );
}

/** Runs the command in a shell. Our key is not in its environment: it has no use for it. */
async function outputOf(
  command: string,
  { env, interrupted }: Pick<Terminal, "env" | "interrupted">,
  longest: number,
): Promise<string> {
  const { FPLANE_APIKEY: _key, ...rest } = env;
  const child = Bun.spawn(["sh", "-c", command], {
    env: rest,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  // The whole group: what the shell has started would go on, and hold its output open.
  const end = (signal: "SIGTERM" | "SIGKILL") => {
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself at this very moment.
    }
  };
  const cut = new AbortController();
  const kill = () => {
    end("SIGKILL");
    cut.abort();
  };
  const timers: Timer[] = [];
  const stop = () => {
    end("SIGTERM");
    timers.push(setTimeout(kill, LONGEST_END));
  };
  if (interrupted.aborted) stop();
  interrupted.addEventListener("abort", stop, { once: true });
  let isTooSlow = false;
  const outOfTime = () => {
    isTooSlow = true;
    kill();
  };
  timers.push(setTimeout(outOfTime, longest));
  try {
    const { stdout, stderr, exited } = child;
    const [output, errors, code] = await Promise.all([
      textUntil(stdout, cut.signal),
      textUntil(stderr, cut.signal),
      exited,
    ]);
    if (code === 0) return output;
    const said = errors.trim() === "" ? "it said nothing on its standard error" : errors.trim();
    const ended = child.signalCode === null ? `exit code ${code}` : child.signalCode;
    const what = isTooSlow ? `gave no status within ${longest / 1000} s` : `failed (${ended})`;
    throw new FplaneError("unavailable", `the command ${JSON.stringify(command)} ${what}: ${said}`);
  } finally {
    timers.forEach(clearTimeout);
    interrupted.removeEventListener("abort", stop);
  }
}

/** What comes until the end or the cut: a program that has left the group may hold the output open for ever. */
async function textUntil(stream: ReadableStream<Uint8Array>, cut: AbortSignal): Promise<string> {
  const reader = stream.getReader();
  cut.addEventListener("abort", () => void reader.cancel(), { once: true });
  const decoder = new TextDecoder();
  let text = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
}
