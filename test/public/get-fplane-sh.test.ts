import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lstat, mkdir, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FETCHERS, FetchedScript, SHELLS } from "../support/get-fplane-sh.ts";
import { type ServedObservatory, serveObservatory } from "../support/served-observatory.ts";

let observatory: ServedObservatory;
let script: FetchedScript;

beforeAll(async () => {
  observatory = await serveObservatory();
  script = await FetchedScript.from(observatory.url);
});

afterAll(async () => {
  await script.remove();
  await observatory.stop();
});

async function answerOf(pathAndQuery: string): Promise<string> {
  const response = await fetch(`${observatory.url}/fplane/${pathAndQuery}`);
  expect(response.status).toBe(200);
  return await response.text();
}

/** In UTC, in which the script is run; the clock of the server stands still on another day. */
function thisMachinesDate(): string {
  return new Date().toISOString().slice(0, 10).replaceAll("-", "");
}

function redirectingTo(url: string) {
  return Bun.serve({
    hostname: "localhost",
    port: 0,
    fetch: (request) => Response.redirect(request.url.replace(new URL(request.url).origin, url), 301),
  });
}

test("the script comes with the address of the server that it was fetched from, and can be run as it is", async () => {
  const kept = await Bun.file(join(import.meta.dir, "..", "..", "public", "get_fplane.sh")).text();
  const served = await Bun.file(script.path).text();
  expect(kept.split("http://localhost:5000")).toHaveLength(2);
  expect(served).toBe(kept.replace("http://localhost:5000", observatory.url));
  expect(served).toStartWith("#!/bin/sh\n");
});

for (const fetcher of FETCHERS) {
  describe.skipIf(Bun.which(fetcher) === null)(`get_fplane.sh with ${fetcher} only (needs ${fetcher})`, () => {
    test("without a date it saves the file of now under the name that the server says, also behind a redirection", async () => {
      const told = (await fetch(`${observatory.url}/fplane`)).headers.get("content-disposition");
      const [, name = ""] = /filename="(fplane\d{8}\.txt)"/.exec(told ?? "") ?? [];
      expect([thisMachinesDate(), ""]).not.toContain(name.slice("fplane".length, -".txt".length));
      const door = redirectingTo(observatory.url);
      for (const server of [observatory.url, `http://localhost:${door.port}`]) {
        const cwd = await script.emptyDirectory();
        expect(await script.run(fetcher, [], { cwd, server })).toEqual({ code: 0, stdout: "", stderr: "" });
        expect(await readdir(cwd)).toEqual([name]);
        expect(await Bun.file(join(cwd, name)).text()).toBe(await answerOf(""));
      }
      await door.stop(true);
    });

    test.each([
      ["no name", {}],
      ["a name that is none of a focal plane", { "content-disposition": 'attachment; filename="../.profile"' }],
    ])("a server that says %s leaves it the date of this machine", async (_what, headers) => {
      const body = await answerOf("");
      const answering = Bun.serve({ hostname: "localhost", port: 0, fetch: () => new Response(body, { headers }) });
      const cwd = await script.emptyDirectory();
      const before = thisMachinesDate();
      const server = `http://localhost:${answering.port}`;
      expect(await script.run(fetcher, [], { cwd, server })).toMatchObject({ code: 0 });
      await answering.stop(true);
      const [name, ...others] = await readdir(cwd);
      expect(others).toEqual([]);
      expect([`fplane${before}.txt`, `fplane${thisMachinesDate()}.txt`]).toContain(name ?? "");
    });

    test.each([
      "20180715",
      "20200101.0",
      "20180522T023753.4",
      "2018-05-22",
      "2018-05-22T02:38:23",
      "2018-05-22T02:37:53.428",
      "20180611v017",
      "2019-03-02T02:00:00+09:00",
    ])("the date string %s is asked for as it stands and names the file", async (datestr) => {
      const cwd = await script.emptyDirectory();
      expect(await script.run(fetcher, [datestr], { cwd })).toMatchObject({ code: 0, stderr: "" });
      expect(await readdir(cwd)).toEqual([`fplane${datestr}.txt`]);
      const saved = await Bun.file(join(cwd, `fplane${datestr}.txt`)).text();
      expect(saved).toBe(await answerOf(encodeURIComponent(datestr)));
    });

    test.each([
      [["20180715"], "actual_pos=0&full_fplane=1"],
      [["-s", "20180715"], "actual_pos=0&full_fplane=0"],
      [["-p", "20180715"], "actual_pos=1&full_fplane=1"],
      [["-sp", "20180715"], "actual_pos=1&full_fplane=0"],
      [["20180715", "-p", "-s"], "actual_pos=1&full_fplane=0"],
    ])("%p is the REST answer with %s, to a file with -o and to stdout with -o -", async (args, query) => {
      const cwd = await script.emptyDirectory();
      const expected = await answerOf(`20180715?${query}`);
      expect(await script.run(fetcher, ["-o", "my plane.txt", ...args], { cwd })).toMatchObject({
        code: 0,
        stdout: "",
      });
      expect(await readdir(cwd)).toEqual(["my plane.txt"]);
      expect(await Bun.file(join(cwd, "my plane.txt")).text()).toBe(expected);
      expect(await script.run(fetcher, ["-o", "-", ...args], { cwd })).toEqual({
        code: 0,
        stdout: expected,
        stderr: "",
      });
      expect(await readdir(cwd)).toEqual(["my plane.txt"]);
    });

    test("the four variants and the dates before and after a change differ", async () => {
      const variants = [["-s"], ["-p"], ["-sp"], []].flatMap((args) => [
        [...args, "20180715"],
        [...args, "20190301"],
      ]);
      const outputs = await Promise.all(variants.map((args) => script.run(fetcher, ["-o", "-", ...args])));
      expect(new Set(outputs.map(({ stdout }) => stdout)).size).toBe(variants.length);
    });

    test("an older file is replaced, by one with the permissions of any new file", async () => {
      const cwd = await script.emptyDirectory();
      await writeFile(join(cwd, "fplane.txt"), "yesterday's");
      await writeFile(join(cwd, "new"), "");
      expect((await script.run(fetcher, ["-o", join(cwd, "fplane.txt"), "20180715"])).code).toBe(0);
      expect(await Bun.file(join(cwd, "fplane.txt")).text()).toBe(await answerOf("20180715"));
      expect((await stat(join(cwd, "fplane.txt"))).mode).toBe((await stat(join(cwd, "new"))).mode);
    });

    test.each([
      ["to an older file", "yesterday's"],
      ["to nothing yet", null],
    ])("of a link %s what it leads to is written, and the link stays", async (_what, before) => {
      const cwd = await script.emptyDirectory();
      await mkdir(join(cwd, "data"));
      if (before !== null) await writeFile(join(cwd, "data", "plane.txt"), before);
      await symlink("data/plane.txt", join(cwd, "plane.txt"));
      await symlink(join(cwd, "plane.txt"), join(cwd, "fplane20180715.txt"));
      expect(await script.run(fetcher, ["20180715"], { cwd })).toEqual({ code: 0, stdout: "", stderr: "" });
      expect(await Bun.file(join(cwd, "data", "plane.txt")).text()).toBe(await answerOf("20180715"));
      expect(await readdir(join(cwd, "data"))).toEqual(["plane.txt"]);
      for (const link of ["plane.txt", "fplane20180715.txt"])
        expect((await lstat(join(cwd, link))).isSymbolicLink()).toBe(true);
    });

    test("a redirection, as to HTTPS, is followed", async () => {
      const door = redirectingTo(observatory.url);
      const found = await script.run(fetcher, ["-o", "-", "20180715"], { server: `http://localhost:${door.port}` });
      await door.stop(true);
      expect(found).toMatchObject({ code: 0, stdout: await answerOf("20180715") });
    });
  });
}

describe.skipIf(Bun.which("curl") === null)("get_fplane.sh (needs curl)", () => {
  test("it runs under every shell of this machine", async () => {
    expect(SHELLS.length).toBeGreaterThan(0);
    for (const shell of SHELLS) {
      const cwd = await script.emptyDirectory();
      expect(await script.run("curl", ["-p", "20180715", "-s"], { cwd, shell })).toEqual({
        code: 0,
        stdout: "",
        stderr: "",
      });
      const saved = await Bun.file(join(cwd, "fplane20180715.txt")).text();
      expect(saved).toBe(await answerOf("20180715?actual_pos=1&full_fplane=0"));
      expect(await script.run("curl", ["20160101"], { cwd, shell })).toMatchObject({ code: 3 });
      expect(await readdir(cwd)).toEqual(["fplane20180715.txt"]);
    }
  });

  test.each([[["-x"]], [["--short"]], [["-o"]], [["-o", ""]], [["20180715", "20180716"]], [["20180715", "-x"]]])(
    "%p is wrong use: exit 2, with the usage on stderr",
    async (args) => {
      const cwd = await script.emptyDirectory();
      const refused = await script.run("curl", args, { cwd });
      expect(refused).toMatchObject({ code: 2, stdout: "" });
      expect(refused.stderr).toContain("usage: get_fplane.sh");
      expect(await readdir(cwd)).toEqual([]);
    },
  );

  test("-h prints the usage with the server's address and asks nothing", async () => {
    const { code, stdout, stderr } = await script.run("neither", ["-h"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("usage: get_fplane.sh [-s] [-p] [-o FILE] [DATE]");
    expect(stdout).toContain(observatory.url);
  });

  test("without curl and wget it says what it needs", async () => {
    const cwd = await script.emptyDirectory();
    const failed = await script.run("neither", [], { cwd });
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining("neither curl nor wget") });
    expect(await readdir(cwd)).toEqual([]);
  });

  test("a directory that has the name of the file, also behind a link, is refused, and nothing is put into it", async () => {
    const cwd = await script.emptyDirectory();
    await mkdir(join(cwd, "fplane20180715.txt"));
    await symlink("fplane20180715.txt", join(cwd, "link"));
    for (const args of [[], ["-o", "link"]])
      expect(await script.run("curl", [...args, "20180715"], { cwd })).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("is a directory"),
      });
    expect(await readdir(join(cwd, "fplane20180715.txt"))).toEqual([]);
    await symlink("round", join(cwd, "round"));
    expect(await script.run("curl", ["-o", "round", "20180715"], { cwd })).toMatchObject({
      code: 2,
      stderr: "get_fplane.sh: round is a link that leads round in a circle\n",
    });
  });

  test("a directory, and a directory that is not there, are refused by their names", async () => {
    const cwd = await script.emptyDirectory();
    expect(await script.run("curl", ["-o", cwd])).toMatchObject({ code: 2, stderr: expect.stringContaining(cwd) });
    const missing = await script.run("curl", ["-o", join(cwd, "missing", "fplane.txt")]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining(join(cwd, "missing")) });
    expect(await readdir(cwd)).toEqual([]);
  });

  test("what is no regular file is written to and stays what it is", async () => {
    const cwd = await script.emptyDirectory();
    const pipe = join(cwd, "pipe");
    expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
    const reader = Bun.spawn(["cat", pipe], { stdout: "pipe" });
    expect((await script.run("curl", ["-o", pipe, "20180715"])).code).toBe(0);
    expect(await new Response(reader.stdout).text()).toBe(await answerOf("20180715"));
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });
});
