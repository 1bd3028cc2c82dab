import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, startCli } from "../../support/cli.ts";
import { oldText } from "../../support/old-fplaneserver.ts";
import { madeUpPlane } from "../../support/planes.ts";
import { type ServedObservatory, serveObservatory } from "../../support/served-observatory.ts";

// Each command is a program of its own, and a database's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PLANE = madeUpPlane();
let server: ServedObservatory;
let directory: string;

beforeAll(async () => {
  server = await serveObservatory();
  directory = await mkdtemp(join(tmpdir(), "fplane-many-"));
});

beforeEach(async () => {
  for (const name of await readdir(directory)) await rm(join(directory, name), { recursive: true });
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const run = (args: readonly string[], options: { stdin?: string; env?: Record<string, string> } = {}) =>
  cli(args, { cwd: directory, ...options, env: { FPLANE_SERVER: server.url, ...options.env } });
const get = (...args: string[]) => run(["get", ...args]);
const files = async (name = ".") => (await readdir(join(directory, name))).sort();
const read = (...path: string[]) => Bun.file(join(directory, ...path)).text();
const lines = (text: string) => new Response(text, { headers: { "content-type": "application/x-ndjson" } });
const served = async (pathAndQuery: string) => await (await fetch(`${server.url}/fplane/${pathAndQuery}`)).text();

describe("get for many dates", () => {
  test("--from and --to have a file for each night, the last the one before --to", async () => {
    const { code, stdout, stderr } = await get("--from", "20190227", "--to", "20190303", "-d", "a/b", "-p", "-s");
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "",
      stderr: "a/b: 4 files, 2 different, revision 2\n",
    });
    const names = ["20190227", "20190228", "20190301", "20190302"].map((night) => `fplane${night}.txt`);
    expect(await files("a/b")).toEqual(names);
    for (const name of names) {
      expect(await read("a/b", name)).toBe(await served(`${name.slice(6, 14)}?actual_pos=1&full_fplane=0`));
    }
  });

  test("--distinct has a file per configuration, which whoever looks for the nearest earlier one finds", async () => {
    expect(await get("--from", "20180715", "--to", "20190601", "--distinct")).toMatchObject({ code: 0 });
    expect(await files()).toEqual(["fplane20180101.txt", "fplane20190301.txt"]);
    const nearestEarlier = (night: string) =>
      files().then((names) => names.findLast((name) => name <= `fplane${night}.txt`));
    for (const night of ["20180715", "20190228", "20190301", "20190302", "20190531"]) {
      expect(await read((await nearestEarlier(night)) ?? "")).toBe(await served(night));
    }
  });

  test("--ut names the files as data are named", async () => {
    expect(await get("--from", "20190301", "--to", "20190303", "--ut")).toMatchObject({ code: 0 });
    expect(await files()).toEqual(["fplane20190301.txt", "fplane20190302.txt"]);
    expect(await read("fplane20190301.txt")).toBe(await served("20190228"));
    expect(await get("--distinct", "--ut", "-d", "d")).toMatchObject({ code: 0 });
    expect(await files("d")).toEqual(["fplane20180102.txt", "fplane20190302.txt"]);
  });

  test("--dates takes a list; what is wrong with one date is told, and keeps no other from being written", async () => {
    const stdin = "20180715\r\n\n# a comment\n20180230\n 2019-03-28T02:38:23 \n20170101\nMJD58314.2";
    const { code, stdout, stderr } = await run(["get", "--dates", "-", "--format", "csv", "--json"], { stdin });
    expect(code).toBe(2);
    expect(await files()).toEqual(["fplane20180715.csv", "fplane2019-03-28T02:38:23.csv", "fplaneMJD58314.2.csv"]);
    expect(stderr).toContain("2018-02-30 does not exist");
    expect(stderr).toContain("20170101: 2017-01-02T06:00:00Z lies before the first");
    expect(stderr).toEndWith(".: 3 files, 2 different, revision 2\n");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ server: server.url, format: "csv", asOf: null, layout: "full" });
    expect(report.files.map(({ datestr, path }: Record<string, string>) => [datestr, path])).toEqual([
      ["20180715", "fplane20180715.csv"],
      ["2019-03-28T02:38:23", "fplane2019-03-28T02:38:23.csv"],
      ["MJD58314.2", "fplaneMJD58314.2.csv"],
    ]);
    for (const { path, digest, validFrom } of report.files) {
      expect(new Bun.CryptoHasher("sha256").update(await read(path)).digest("hex")).toBe(digest);
      expect(validFrom).toStartWith("201");
    }
    expect(report.errors.map((one: { error: { code: string } }) => one.error.code)).toEqual([
      "bad-date",
      "no-configuration",
    ]);
  });

  test("--dates with --distinct has each file once", async () => {
    await Bun.write(join(directory, "dates.txt"), "20190302\n20180715\n20180716\n20190303\n");
    expect(await get("--dates", "dates.txt", "--distinct", "-d", "d")).toMatchObject({ code: 0 });
    expect(await files("d")).toEqual(["fplane20180715.txt", "fplane20190302.txt"]);
  });

  test("what is written replaces what stood there, and leaves nothing half done", async () => {
    await Bun.write(join(directory, "fplane20180715.txt"), "old");
    expect(await get("--from", "20180715", "--to", "20180717")).toMatchObject({ code: 0 });
    expect(await read("fplane20180715.txt")).toBe(oldText(PLANE, "full-nominal"));
    expect(await files()).toEqual(["fplane20180715.txt", "fplane20180716.txt"]);
  });

  test.each([
    [["20180715", "--from", "20180101"], "one date"],
    [["--from", "20180101", "-o", "x"], "--dir"],
    [["--to", "20180101"], "--from"],
    [["--from", "20180101", "--dates", "x"], "choose one"],
    [["--from", "20180102", "--to", "20180102"], "empty"],
    [["--from", "x"], "no date"],
    [["--dates", "none.txt"], "none.txt cannot be read"],
    [["20180715", "-d", "x"], "many"],
    [["20180715", "-o", "-", "--json"], "choose one"],
  ])("%j is refused and writes nothing", async (args, told) => {
    const { code, stdout, stderr } = await get(...args);
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, stdout: "", told });
    expect((await files()).filter((name) => name.startsWith("fplane"))).toEqual([]);
  });

  test("an answer that breaks off is exit code 6, whatever was written by then is whole", async () => {
    const line = await (await fetch(`${server.url}/fplanes?from=20180715&to=20180716&nights=1`)).text();
    for (const sent of [line, `${line}{"datestr":`, `${line}{"datestr":\n`, `${line}{"error":{}}\n`]) {
      const broken = breakingOff(sent);
      const env = { FPLANE_SERVER: `http://localhost:${broken.port}` };
      const { code, stderr } = await run(["get", "--from", "20180715", "--to", "20180718"], { env });
      broken.stop(true);
      expect({ code, told: stderr.includes("broke off: ") }).toEqual({ code: 6, told: true });
      for (const name of await files()) expect(await read(name)).toBe(oldText(PLANE, "full-nominal"));
    }
  });

  test("a body that is not what its digest says is refused", async () => {
    const text = await (await fetch(`${server.url}/fplanes?from=20180715&to=20180717&nights=1`)).text();
    const other = Bun.serve({ port: 0, fetch: () => lines(text.replace("\\t601\\t", "\\t602\\t")) });
    const env = { FPLANE_SERVER: `http://localhost:${other.port}` };
    const { code, stderr } = await run(["get", "--from", "20180715", "--to", "20180717"], { env });
    await other.stop(true);
    expect([code, stderr, await files()]).toEqual([1, expect.stringContaining("arrived damaged"), []]);
  });

  test.each(["../evil.txt", "/tmp/fplane-evil.txt", "between-nights/../../evil.txt", "evil.txt", "fplane\0.txt"])(
    "a server cannot say that a file is called %j: it would be written where nobody wants it",
    async (filename) => {
      const text = await (await fetch(`${server.url}/fplanes?from=20180715&to=20180716&nights=1`)).text();
      const entry = { ...JSON.parse(text), filename };
      const other = Bun.serve({
        port: 0,
        fetch: ({ url }) =>
          url.includes("/trpc/") ? Response.json({ result: { data: entry } }) : lines(`${JSON.stringify(entry)}\n`),
      });
      const env = { FPLANE_SERVER: `http://localhost:${other.port}` };
      for (const args of [["20180715"], ["--from", "20180715", "--to", "20180716"]]) {
        const { code, stderr } = await run(["get", ...args], { env });
        expect({ code, stderr: stderr.includes("is no name of a focal-plane file") }).toEqual({
          code: 6,
          stderr: true,
        });
      }
      await other.stop(true);
      expect(await files()).toEqual([]);
      expect(await Bun.file(join(directory, "..", "evil.txt")).exists()).toBe(false);
    },
  );

  test("Ctrl-C is exit code 130", async () => {
    const asked = Promise.withResolvers<void>();
    const slow = Bun.serve({
      port: 0,
      fetch: () => {
        asked.resolve();
        return new Promise<Response>(() => {});
      },
    });
    const env = { FPLANE_SERVER: `http://localhost:${slow.port}` };
    const child = startCli(["get", "--from", "20180715", "--to", "20180718"], { env, cwd: directory });
    await asked.promise;
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    await slow.stop(true);
    expect(await files()).toEqual([]);
  });
});

describe("a bundle", () => {
  test("that does not arrive whole is exit code 6, and leaves what was there", async () => {
    await Bun.write(join(directory, "kept.ndjson"), "old");
    const text = await (await fetch(`${server.url}/bundle`)).text();
    const served = (text: string) => Bun.serve({ port: 0, fetch: () => lines(text) });
    const others = [
      { other: served(text.slice(0, -20)), told: "sent is cut short" },
      { other: served(text.replace("601", "602")), told: "sent is damaged" },
      { other: breakingOff(text.slice(0, 100)), told: "broke off: " },
    ];
    for (const { other, told } of others) {
      const env = { FPLANE_SERVER: `http://localhost:${other.port}` };
      const { code, stderr } = await run(["bundle", "-o", "kept.ndjson"], { env });
      await other.stop(true);
      expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 6, told });
      expect(await read("kept.ndjson")).toBe("old");
    }
  });

  test("answers as the server did, for one date and for many, also when there is no server", async () => {
    expect(await run(["bundle", "-o", "b"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "b: all that revision 2 knows\n",
    });
    const nowhere = { env: { FPLANE_SERVER: "http://localhost:1" } };
    for (const [flags, query] of [
      [[], ""],
      [["-p", "-s"], "?actual_pos=1&full_fplane=0"],
      [["--all-slots"], "?all_slots=1"],
    ] as const) {
      const { code, stdout } = await run(["get", "--bundle", "b", "20190301", "-o", "-", ...flags], nowhere);
      expect([code, stdout]).toEqual([0, await served(`20190301${query}`)]);
    }
    expect(await get("--from", "20190227", "--to", "20190303", "-d", "one")).toMatchObject({ code: 0 });
    expect(
      await run(["get", "--bundle", "b", "--from", "20190227", "--to", "20190303", "-d", "two"], nowhere),
    ).toMatchObject({ code: 0 });
    expect(await get("--distinct", "-d", "one/d")).toMatchObject({ code: 0 });
    expect(await run(["get", "--bundle", "b", "--distinct", "-d", "two/d"], nowhere)).toMatchObject({ code: 0 });
    for (const folder of ["", "d"]) {
      expect(await files(join("one", folder))).toEqual(await files(join("two", folder)));
      for (const name of (await files(join("one", folder))).filter((one) => one !== "d"))
        expect(await read("one", folder, name)).toBe(await read("two", folder, name));
    }
    expect(await run(["get", "--bundle", "b", "20170101"], nowhere)).toMatchObject({ code: 3 });
    expect(await run(["get", "--bundle", "b", "20190715", "--strict"], nowhere)).toMatchObject({ code: 5 });
    expect(await run(["get", "--bundle", "b", "20180715", "--as-of", "1"], nowhere)).toMatchObject({ code: 3 });
    expect(await run(["get", "--bundle", "b", "20180715", "--as-of", "2", "-o", "x"], nowhere)).toMatchObject({
      code: 0,
    });
  });

  test("of a revision is what that revision knew", async () => {
    expect(await run(["bundle", "--as-of", "1", "-o", "b1", "--json"])).toMatchObject({ code: 0 });
    const { stdout } = await run(["get", "--bundle", "b1", "20190715", "-o", "-"]);
    expect(stdout).toBe(await served("20190715?as_of=1"));
    expect(stdout).not.toBe(await served("20190715"));
  });

  test("on standard output and input", async () => {
    const { stdout } = await run(["bundle", "-o", "-"]);
    const got = await run(["get", "--bundle", "-", "20180715", "-o", "-"], { stdin: stdout });
    expect(got.stdout).toBe(oldText(PLANE, "full-nominal"));
    const cut = await run(["get", "--bundle", "-", "20180715", "-o", "-"], { stdin: stdout.slice(0, -30) });
    expect(cut).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("standard input is cut short") });
  });

  test.each([
    [["bundle", "--as-of", "1"], 2, "--output"],
    [["bundle"], 2, "FPLANE_CACHE is off"],
    [["bundle", "-o", "-", "--json"], 2, "choose one"],
    [["bundle", "-o", "x", "--as-of", "99"], 3, "no revision 99"],
    [["bundle", "-o", "no/such/x"], 2, "cannot be written"],
  ])("%j is refused with exit code %i", async (args, exit, told) => {
    const { code, stderr } = await run(args);
    expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: exit, told });
    expect(await files()).toEqual([]);
  });
});

/** A server that sends so much of an answer, and hangs up. */
function breakingOff(sent: string): Bun.TCPSocketListener {
  const head = "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
  const size = Buffer.byteLength(sent).toString(16);
  return Bun.listen({
    hostname: "localhost",
    port: 0,
    socket: {
      data: (socket) => {
        socket.write(`${head}${size}\r\n${sent}\r\n`);
        socket.end();
      },
    },
  });
}
