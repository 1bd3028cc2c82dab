import { expect, test } from "bun:test";
import { join } from "node:path";

const SERVER = join(import.meta.dir, "..", "..", "..", "src", "server", "log");

/** Runs a program that has the handler, and the rest of it. */
async function ran(rest: string) {
  const program = `
    import { logOnto } from ${JSON.stringify(join(SERVER, "log.ts"))};
    import { logUncaught } from ${JSON.stringify(join(SERVER, "uncaught.ts"))};
    logUncaught(logOnto({ write: (line) => void process.stdout.write(line) }, "info"));
    setTimeout(() => console.log("went on"), 200);
    ${rest}`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { code: await child.exited, stdout, stderr };
}

test.each([
  ["is thrown", 'setImmediate(() => { throw new RangeError("far out"); });'],
  ["is rejected", 'void Promise.reject(new RangeError("far out"));'],
])("an error that nobody catches, which %s, is logged whole and ends nothing", async (_how, rest) => {
  const { code, stdout, stderr } = await ran(rest);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [line = "", ...others] = stdout.trim().split("\n");
  expect(JSON.parse(line)).toMatchObject({
    level: "error",
    msg: "an error that nobody caught",
    err: { type: "RangeError", message: "far out", stack: expect.stringContaining("RangeError") },
  });
  expect(others).toEqual(["went on"]);
});

test("a write of the database's driver to a connection that is closed is not told: the outage is", async () => {
  const { code, stdout } = await ran("const socket = null; setImmediate(function nextWrite() { socket.write(1); });");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "went on\n" });
});
