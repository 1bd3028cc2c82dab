import { FplaneError } from "../../src/domain/errors.ts";
import { messageOf } from "../../src/domain/thrown.ts";
import { type Terminal, untilInterrupted } from "../command-line/terminal.ts";

/** The bytes of a file as they are, in chunks; `-` is standard input. @throws FplaneError `bad-parameter` when it cannot be read */
export async function* bytesOf(path: string, terminal: Terminal): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? terminal.stdinBytes() : untilInterrupted(Bun.file(path).stream(), terminal);
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be read: ${messageOf(error)}`);
  }
}

/** The lines of a text file, one at a time; an end of line after the last one is no line. */
export async function* linesOf(path: string, terminal: Terminal): AsyncGenerator<string> {
  const rest = yield* wholeLines(bytesOf(path, terminal));
  if (rest !== "") yield rest;
}

/** The lines in bytes as they come, each without its end. @returns what stands after the last end of line */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return rest;
}
