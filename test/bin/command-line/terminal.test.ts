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
}, 120_000);

test("Ctrl-C ends a command that waits for standard input, the first time", async () => {
  const module = join(import.meta.dir, "..", "..", "..", "bin", "command-line", "terminal.ts");
  const program = `
    import { processTerminal } from ${JSON.stringify(module)};
    const reading = processTerminal().stdin();
    console.log("waiting");
    await reading.then(() => console.log("read"), () => console.log("interrupted"));`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdin: "pipe", stdout: "pipe" });
  child.stdin.write("the beginning of what is typed");
  await child.stdin.flush();
  const said: string[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of child.stdout) {
    said.push(decoder.decode(bytes));
    if (said.join("") === "waiting\n") child.kill("SIGINT");
  }
  expect(said.join("")).toBe("waiting\ninterrupted\n");
  expect(await child.exited).toBe(0);
}, 120_000);

test("what is piped in is read to its end, also where a letter comes in two pieces", async () => {
  const module = join(import.meta.dir, "..", "..", "..", "bin", "command-line", "terminal.ts");
  const program = `
    import { processTerminal } from ${JSON.stringify(module)};
    process.stdout.write(await processTerminal().stdin());`;
  const text = "Ünïcödé ☄\n".repeat(50_000);
  const child = Bun.spawn([process.execPath, "-e", program], { stdin: new Blob([text]), stdout: "pipe" });
  expect((await new Response(child.stdout).text()) === text).toBe(true);
}, 120_000);
