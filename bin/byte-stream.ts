import { FplaneError } from "../src/domain/errors.ts";
import type { Terminal } from "./terminal.ts";

/** The bytes of a file as they are, in chunks; `-` is standard input. @throws FplaneError `bad-parameter` when it cannot be read */
export async function* bytesOf(path: string, terminal: Terminal): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? terminal.stdinBytes() : Bun.file(path).stream();
  } catch (error) {
    throw new FplaneError("bad-parameter", `${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** The lines of a text file, one at a time; an end of line after the last one is no line. */
export async function* linesOf(path: string, terminal: Terminal): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of bytesOf(path, terminal)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
