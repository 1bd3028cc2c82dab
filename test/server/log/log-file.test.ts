import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LogFileLimits, openLogFile } from "../../../src/server/log/log-file.ts";
import { eventually } from "../../support/eventually.ts";
import { serveDirectory, startLiveServer } from "../../support/live-server.ts";

const root = mkdtempSync(join(tmpdir(), "fplane-log-file-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let directory: string;
let path: string;
let told: string[];
beforeEach(() => {
  directory = mkdtempSync(join(root, "log-"));
  path = join(directory, "fplane.log");
  told = [];
});

const open = (limits: Partial<LogFileLimits> = {}) =>
  openLogFile(path, { maxBytes: 100, keep: 2, notice: (message) => void told.push(message), ...limits });
const files = () => readdirSync(directory).toSorted();
/** Forty bytes with its end. */
const line = (n: number) => Buffer.from(`${String(n).padStart(39, "0")}\n`);
const numbers = (file: string) => readFileSync(join(directory, file), "utf8").trimEnd().split("\n").map(Number);

describe("the log file", () => {
  test("is never longer than its bound, and the newest full ones are kept", () => {
    const file = open();
    for (let n = 1; n <= 9; n += 1) file.write(line(n));
    file.close();
    expect(files()).toEqual(["fplane.log", "fplane.log.1", "fplane.log.2"]);
    expect([numbers("fplane.log"), numbers("fplane.log.1"), numbers("fplane.log.2")]).toEqual([[9], [7, 8], [5, 6]]);
    for (const name of files()) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);
  });

  test("a line that is longer than the bound is written whole, into a file of its own", () => {
    const file = open();
    const long = Buffer.from(`${"x".repeat(300)}\n`);
    for (const each of [line(1), long, line(2)]) file.write(each);
    file.close();
    expect(readFileSync(`${path}.1`).equals(long)).toBe(true);
    expect(numbers("fplane.log")).toEqual([2]);
  });

  test.each([
    [0, 3, ["fplane.log"]],
    [100, 0, ["fplane.log"]],
    [100, 1, ["fplane.log", "fplane.log.1"]],
  ])("with at most %i bytes and %i kept there are %j", (maxBytes, keep, expected) => {
    const file = open({ maxBytes, keep });
    for (let n = 1; n <= 9; n += 1) file.write(line(n));
    file.close();
    expect(files()).toEqual(expected);
    expect(statSync(path).size).toBe(maxBytes === 0 ? 360 : 40);
  });

  test("it goes on where the process before ended, and forgets what is beyond a bound that was lowered", () => {
    writeFileSync(path, Buffer.concat([line(1), line(2)]));
    for (const name of ["fplane.log.1", "fplane.log.7", "fplane.log.10", "fplane.log.gz", "other.log.9"])
      writeFileSync(join(directory, name), name);
    const file = open();
    file.write(line(3));
    file.close();
    expect(files()).toEqual(["fplane.log", "fplane.log.1", "fplane.log.2", "fplane.log.gz", "other.log.9"]);
    expect(numbers("fplane.log.1")).toEqual([1, 2]);
    expect(readFileSync(join(directory, "fplane.log.2"), "utf8")).toBe("fplane.log.1");
  });

  test("after it was renamed it is opened again by its name", () => {
    const file = open();
    file.write(line(1));
    renameSync(path, `${path}.old`);
    file.write(line(2));
    file.reopen();
    file.write(line(3));
    file.close();
    expect([numbers("fplane.log.old"), numbers("fplane.log")]).toEqual([[1, 2], [3]]);
  });

  test("while it cannot be written nothing is thrown; it is told once, and how much was lost when it can again", () => {
    const file = open({ maxBytes: 0 });
    file.close();
    rmSync(directory, { recursive: true });
    for (let n = 1; n <= 3; n += 1) file.write(line(n));
    expect(told).toEqual([expect.stringContaining(`${path} cannot be written: ENOENT`)]);
    file.reopen();
    expect(told[1]).toContain("cannot be opened");
    directory = mkdtempSync(join(root, "log-"));
    rmSync(directory, { recursive: true });
    renameSync(mkdtempSync(join(root, "new-")), join(path, ".."));
    file.write(line(4));
    file.write(line(5));
    file.close();
    expect(told.slice(2)).toEqual([`${path} can be written again: 3 lines are not in it`]);
    const [first = "", ...rest] = readFileSync(path, "utf8").trimEnd().split("\n");
    expect(JSON.parse(first)).toMatchObject({ level: "warn", msg: "3 lines were lost" });
    expect(rest.map(Number)).toEqual([4, 5]);
  });

  test("a disk that is full leaves no half line", () => {
    const program = `
      import { openLogFile } from ${JSON.stringify(join(import.meta.dir, "../../../src/server/log/log-file.ts"))};
      const limits = { maxBytes: 0, keep: 0, notice: (message) => console.log(message) };
      const file = openLogFile(${JSON.stringify(path)}, limits);
      for (let n = 0; n < 100; n += 1) file.write(Buffer.from(String(n).padStart(39, "0") + "\\n"));
    `;
    // The bound that a shell sets on a file's size stands in for the disk's: a write is cut short, the next one fails.
    const limited = `ulimit -f 2; trap "" XFSZ; exec ${process.execPath} -e '${program}'`;
    const { stdout, exitCode } = Bun.spawnSync(["bash", "-c", limited]);
    expect(exitCode).toBe(0);
    expect(stdout.toString().match(/cannot be written/g)).toHaveLength(1);
    expect(statSync(path).size).toBe(2040);
    expect(readFileSync(path, "utf8")).toEndWith("50\n");
  });
});

describe("a server's log", () => {
  test("is bounded by LOG_MAX_BYTES and LOG_KEEP, and opened again at SIGHUP", async () => {
    const env = { LOG_LOWER_LEVEL: "info", LOG_MAX_BYTES: "2000", LOG_KEEP: "3" };
    const { directory: home, stop } = await startLiveServer();
    await stop();
    const server = await serveDirectory(home, env);
    const logs = join(home, "logs");
    for (let n = 0; n < 60; n += 1) await fetch(`${server.url}/healthz`);
    const kept = () => readdirSync(logs).toSorted();
    await eventually(kept, (names) => names.length === 4);
    expect(kept()).toEqual(["fplane.log", "fplane.log.1", "fplane.log.2", "fplane.log.3"]);
    for (const name of kept()) {
      const text = readFileSync(join(logs, name), "utf8");
      expect(text.length).toBeLessThanOrEqual(2000);
      for (const each of text.match(/.+/g) ?? []) expect(() => JSON.parse(each)).not.toThrow();
    }
    renameSync(join(logs, "fplane.log"), join(logs, "rotated"));
    process.kill(server.pid, "SIGHUP");
    await eventually(kept, (names) => names.includes("fplane.log"));
    await fetch(`${server.url}/readyz`);
    const isTold = (text: string) => text.includes('"/readyz"');
    await eventually(() => readFileSync(join(logs, "fplane.log"), "utf8"), isTold);
    expect(readFileSync(join(logs, "rotated"), "utf8")).not.toContain('"/readyz"');
    expect(await server.stop()).toBe(0);
  }, 120_000);
});
