import { describe, expect, test } from "bun:test";
import type { Terminal } from "../../../bin/command-line/terminal.ts";
import { linesOf } from "../../../bin/output/byte-stream.ts";

/** A terminal whose standard input comes in these chunks. */
function typing(chunks: readonly Uint8Array[]): Terminal {
  return {
    out: async () => {},
    err: () => {},
    stdin: async () => "",
    stdinBytes: async function* () {
      yield* chunks;
    },
    env: {},
    interrupted: new AbortController().signal,
    columns: null,
    coloured: false,
    live: null,
  };
}

describe("lines that come in chunks", () => {
  const text = "one\n\nthrée\nlast";
  test.each([1, 2, 3, 5, 100])("are whole with chunks of %i bytes", async (size) => {
    const bytes = new TextEncoder().encode(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    );
    expect(await Array.fromAsync(linesOf("-", typing(chunks)))).toEqual(["one", "", "thrée", "last"]);
  });

  test("an end of line after the last one is no line", async () => {
    expect(await Array.fromAsync(linesOf("-", typing([new TextEncoder().encode("one\n")])))).toEqual(["one"]);
  });

  test("a file that is not there is told by its name", async () => {
    const lines = Array.fromAsync(linesOf("/no/such/file", typing([])));
    await expect(lines).rejects.toThrow("/no/such/file cannot be read");
  });
});
