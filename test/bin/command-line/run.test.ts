import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import packageJson from "../../../package.json" with { type: "json" };
import { cli, startCliInto } from "../../support/cli.ts";
import { everyCommand } from "../../support/commands.ts";
import { runHere } from "../../support/fake-terminal.ts";

const COMMANDS = (await everyCommand()).map(({ path, node }) => ({ path, node, words: path.split(" ").slice(1) }));
const LEAVES = COMMANDS.filter(({ node }) => !("groups" in node));

describe("the command line", () => {
  test.each(COMMANDS.map(({ path, words }) => [path, words] as const))("%s --help explains it", async (path, words) => {
    for (const flag of ["--help", "-h"]) {
      const { code, stdout, stderr } = await runHere([...words, flag]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`USAGE ${path}`);
      expect(stdout).not.toContain("\u001B");
    }
  });

  test.each(LEAVES.map(({ path, words }) => [path, words] as const))("%s has examples", async (path, words) => {
    const { stdout } = await runHere([...words, "--help"]);
    expect(stdout).toMatch(new RegExp(`EXAMPLES\\n\\n  (fplane |\\w+=).*${words.join(" ")}`, "s"));
    expect(stdout).toContain(path);
  });

  test.each(LEAVES.map(({ path, words }) => [path, words] as const))(
    "%s refuses an unknown flag, by exit code 2 and name",
    async (path, words) => {
      for (const flag of ["--no-such-flag", "--no-commit", "-Z"]) {
        const { code, stdout, stderr } = await runHere([...words, flag]);
        expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
        expect(stderr).toContain(flag);
        expect(stderr).toContain(`${path} --help`);
      }
    },
  );

  const extra: readonly (readonly [string[], string])[] = [
    [["get", "20180715", "20180716"], '"20180716" is one argument too many'],
    [["update", "20180715", "x", "--file", "-"], '"x" is one argument too many'],
    [["user", "key", "cron", "again"], '"again" is one argument too many'],
    [["user", "list", "all"], '"all" is one argument too many'],
    [["serve", "now"], '"now" is one argument too many'],
    [["migrate", "up"], '"up" is one argument too many'],
    [["init", "a", "b"], '"b" is one argument too many'],
    [["history", "203"], "for example `fplane history --spec 203`"],
  ];
  test.each(extra)("%j is refused", async (args, told) => {
    const { code, stderr } = await runHere(args);
    expect({ code, stderr: stderr.includes(told) }).toEqual({ code: 2, stderr: true });
  });

  const missing: readonly (readonly [string[], string])[] = [
    [[], "which command?"],
    [["user"], "which command?"],
    [["fetch"], "there is no command fplane fetch; there are get, "],
    [["user", "remove"], "there is no command fplane user remove; there are add, "],
    [["constructor"], "there is no command fplane constructor"],
    [["get", "--output"], "argument missing"],
    [["get", "--dec", "-5"], "--dec takes a value: one that begins with a dash is written --dec=-..."],
    [["get", "--short=yes"], "does not take an argument"],
    [["user", "key"], "NAME"],
    [["user", "add", "-u", "x", "Ada", "Lovelace"], "--email"],
    [["user", "add", "-e", "x@example.org", "Ada", "Lovelace"], "--username"],
    [["user", "add", "-u", "x", "-e", "x@example.org", "Ada"], "LAST"],
    [["get", "--format", "xml"], "txt, json, csv, ecsv, ds9"],
    [["get", "--format", "json", "--format=csv"], "--format is given twice"],
    [["get", "-o", "a.txt", "--output", "b.txt"], "--output is given twice"],
    [
      ["retract", "--slot", "015", "--slot", "024", "--from", "20180718", "--reason", "x"],
      "--slot is given twice: it takes SEAT,...",
    ],
    [["retract", "--from", "20180718", "--until", "", "--reason", "x"], "--until is empty"],
    [["get", "--as-of=", "20180715"], "--as-of is empty"],
    [["get", "-o", "", "20180715"], "--output is empty"],
    [["identify", ""], "FILE is empty"],
    [["check", "frames.txt", ""], "FILES is empty"],
    [["init", ""], "DIR is empty"],
    [["user", "key", ""], "NAME is empty"],
    [["init", "/dev/null/site"], "/dev/null"],
    [["init", "/proc/site"], "/proc/site"],
    [["get", "--short", "--all-slots"], "exclude each other"],
    [["get", "--server", "http://"], "is no address of a server"],
    [["get", "--server", "ftp://example.org"], "is no address of a server"],
    [["get", "--key-file", "/no/such/file"], "/no/such/file cannot be read"],
    [["status", "--key-file", "/dev/null"], "/dev/null holds no key: that is one word, as `fplane user key` prints it"],
    [["get", "--key-file", "package.json"], "package.json holds no key"],
    [["hold", "add", "--slot", "013,", "--from", "20180715", "--reason", "x"], '"013," is no list of seats'],
    [["revert", "0", "--reason", "x"], "the revision is 0: revisions are numbered from 1"],
    [["hold", "release", "0", "--reason", "x"], "the hold is 0: revisions are numbered from 1"],
  ];
  test.each(missing)("%j is refused with exit code 2 and what would be right", async (args, told) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, told });
    expect(stderr).not.toContain("\u001B");
    if (args.length > 1) expect(stdout).toBe("");
  });

  test("a switch may be said twice, and an argument may be empty: then it is now that is asked for", async () => {
    const { code, stderr } = await runHere(["get", "-s", "--short", "", "--server", "http://localhost:1"]);
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringContaining("cannot be reached") });
  });

  test("a password in an address is refused and not repeated: other users see the arguments of a program", async () => {
    for (const address of ["http://ada:secret@localhost:5000", "ada:secret@localhost:5000"]) {
      for (const args of [
        ["get", "--server", address],
        ["import", "--from-server", address, "--from", "20180101", "--to", "20180102"],
      ]) {
        const { code, stderr } = await runHere(args);
        expect(code).toBe(2);
        expect(stderr).toContain("--key-file");
        expect(stderr).not.toContain("secret");
      }
    }
  });

  test.each(["schlüssel", "two words", "two\nlines"])("the key %j is none, and is not repeated", async (key) => {
    const { code, stderr } = await runHere(["status", "--server", "HTTP://localhost:1"], {
      env: { FPLANE_APIKEY: key },
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "fplane: FPLANE_APIKEY holds no key: that is one word, as `fplane user key` prints it\n",
    });
  });

  test("every command has --json, but for one that prints a script", () => {
    const without = LEAVES.filter(({ node }) => !Object.hasOwn(node.args ?? {}, "json")).map(({ path }) => path);
    expect(without).toEqual(["fplane completions"]);
  });

  const meant: readonly (readonly [string[], string])[] = [
    [["staus"], "did you mean status?"],
    [["user", "ad"], "did you mean add?"],
    [["get", "--outptu", "x"], "did you mean --output?"],
    [["log", "--limt", "3"], "did you mean --limit?"],
    [["tag", "add", "dr1", "--commit"], "`fplane tag add` has no preview and takes no --commit: leave it away"],
  ];
  test.each(meant)("%j is refused with what was meant", async (args, told) => {
    const { code, stderr } = await runHere(args);
    expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, told });
  });

  test("what a server refuses comes with what to do next, on a line of its own", async () => {
    const { stderr } = await runHere(["status", "--server", "http://localhost:1"]);
    expect(stderr.split("\n").slice(1)).toEqual(["  `fplane doctor` shows what is wrong", ""]);
    expect((await runHere(["verify", "--config", "/no/such.toml"])).stderr).not.toContain("doctor");
  });

  test.skipIf(!existsSync("/dev/full"))(
    "a standard output that is full is told as such, and is no fault of a server",
    async () => {
      const server = Bun.serve({ port: 0, fetch: () => Response.json({ result: { data: [] } }) });
      const child = startCliInto("/dev/full", ["log", "--json", "--server", `http://localhost:${server.port}`]);
      const stderr = await new Response(child.stderr).text();
      expect({ code: await child.exited, stderr }).toEqual({
        code: 2,
        stderr: "fplane: standard output cannot be written: ENOSPC: no space left on device, write\n",
      });
      await server.stop(true);
    },
  );

  test("no command has a flag that takes a key", () => {
    const flags = LEAVES.flatMap(({ node }) => Object.keys(node.args ?? {}));
    expect(flags).toContain("key-file");
    expect(flags.filter((flag) => /key|pass|token|secret/i.test(flag) && !flag.endsWith("key-file"))).toEqual([]);
  });

  test("--version prints the version of the package", async () => {
    expect(await runHere(["--version"])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" });
  });

  test("a server that is not there is exit code 6, on the real program, with nothing on stdout", async () => {
    const { code, stdout, stderr } = await cli(["get", "20180715", "-o", "-", "--server", "http://localhost:1"]);
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toStartWith("fplane: the server http://localhost:1 cannot be reached: ");
  });

  const foreign: readonly (readonly [string, Response, string])[] = [
    ["a page", new Response("<html>It works!</html>", { headers: { "content-type": "text/html" } }), "text/html"],
    ["JSON of its own", Response.json({ it: "works" }), "application/json"],
    ["a result of its own", Response.json({ result: { it: "works" } }), "application/json"],
    ["a text", new Response("It works!\n", { headers: { "content-type": "text/plain" } }), "text/plain"],
    [
      "a line of JSON",
      new Response("null\n", { headers: { "content-type": "application/jsonl" } }),
      "application/jsonl",
    ],
  ];
  test.each(foreign)("something else than an fplane server that answers %s is named", async (_what, answer, type) => {
    const other = Bun.serve({ port: 0, fetch: () => answer.clone() });
    const server = `http://localhost:${other.port}/base`;
    const told = `fplane: ${server} answers HTTP 200 with ${type}, which no fplane server does`;
    for (const command of [["status"], ["get", "--distinct", "--fresh"], ["bundle", "-o", "-"]]) {
      const { code, stdout, stderr } = await runHere([...command, "--server", server]);
      expect({ code, stdout, stderr: stderr.slice(0, told.length) }).toEqual({ code: 6, stdout: "", stderr: told });
    }
    await other.stop(true);
  });

  test("an answer that breaks off is told as such", async () => {
    const text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    const socket = { data: (client: Bun.Socket) => void client.end(text) };
    const broken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket });
    const server = `http://127.0.0.1:${broken.port}`;
    const { code, stderr } = await runHere(["status", "--server", server]);
    broken.stop(true);
    const told = `fplane: the answer of ${server} broke off: `;
    expect({ code, stderr: stderr.slice(0, told.length) }).toEqual({ code: 6, stderr: told });
  });

  test("a server that sends on what is written is not followed: a request would arrive without its body, or its key", async () => {
    const target = "http://localhost:1";
    const asked: string[] = [];
    const location = ({ method, url }: Request) => {
      asked.push(method);
      return `${target}${new URL(url).pathname}`;
    };
    const front = Bun.serve({
      port: 0,
      fetch: (request) => new Response(null, { status: 301, headers: { location: location(request) } }),
    });
    const server = `http://localhost:${front.port}`;
    for (const command of [
      ["tag", "add", "dr1"],
      ["get", "--fresh", "--dates", "-"],
    ]) {
      const { code, stderr } = await runHere([...command, "--server", server], { stdin: "20180715\n" });
      const told = `fplane: ${server} sends on to ${target}: name that address with --server or FPLANE_SERVER\n`;
      expect({ code, stderr: stderr.slice(0, told.length) }).toEqual({ code: 6, stderr: told });
    }
    await front.stop(true);
    expect(asked).toEqual(["POST", "POST"]);
  });

  test("who has no key is told where to put one, in words of the command line", async () => {
    const message = 'An import needs a key: send "Authorization: FPS_API APIKEY=<key>"';
    const fplane = { code: "no-key", message, details: {} };
    const refusal = { error: { message, code: -32001, data: { fplane } } };
    const server = Bun.serve({ port: 0, fetch: () => Response.json(refusal, { status: 401 }) });
    const told = "An import needs a key: set FPLANE_APIKEY to it, or FPLANE_APIKEY_FILE or --key-file to a file";
    for (const command of [["log"], ["update", "--file", "-", "--queue-dir", "/tmp"]]) {
      const env = { FPLANE_SERVER: `http://localhost:${server.port}` };
      const { code, stderr } = await runHere(command, { env, stdin: "{}" });
      expect({ code, stderr: stderr.slice(0, told.length + 8) }).toEqual({ code: 4, stderr: `fplane: ${told}` });
    }
    await server.stop(true);
  });
});
