import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";

const PROGRAM = join(import.meta.dir, "..", "..", "..", "bin", "fplane.ts");

test("what is said on a terminal is in no colour, not in the red of errors", async () => {
  const decoder = new TextDecoder();
  const shown: string[] = [];
  const child = Bun.spawn([process.execPath, PROGRAM, "get", "--server", "http://localhost:1", "--fresh"], {
    env: { PATH: process.env["PATH"] ?? "", TERM: "xterm-256color" },
    terminal: { cols: 200, rows: 24, data: (_terminal, bytes) => void shown.push(decoder.decode(bytes)) },
  });
  expect(await child.exited).toBe(6);
  const all = await eventually(
    () => shown.join(""),
    (text) => text.includes("shows what is wrong"),
  );
  expect(all).toStartWith("fplane: the server http://localhost:1 cannot be reached");
  expect(all).not.toContain("\u001B");
}, 60_000);
