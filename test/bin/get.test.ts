import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cli, startCli } from "../support/cli.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";
import { oldText } from "../support/old-fplaneserver.ts";
import { madeUpPlane } from "../support/planes.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PLANE = madeUpPlane();
let server: LiveServer;
let directory: string;

beforeAll(async () => {
  server = await startLiveServer();
  directory = await mkdtemp(join(tmpdir(), "fplane-get-"));
  await Bun.write(join(directory, "20180101.txt"), oldText(PLANE, "full-actual"));
  const options = ["--actual", "--reason", "test", "--commit"];
  const imported = await cli(["import", join(directory, "20180101.txt"), ...options], { env: server.env });
  if (imported.code !== 0) throw new Error(imported.stderr);
});

beforeEach(async () => {
  for (const name of await readdir(directory)) await rm(join(directory, name));
});

afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

/** Without any key: reading is public. */
const get = (...args: string[]) => cli(["get", ...args], { env: { FPLANE_SERVER: server.url }, cwd: directory });

const written = () => readdir(directory);
const read = (name: string) => Bun.file(join(directory, name)).text();

describe("get", () => {
  test("writes fplane{datestr}.txt, says on stderr what it is, and nothing on stdout", async () => {
    const { code, stdout, stderr } = await get("20180715");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe("fplane20180715.txt: valid from 2018-01-01T18:00:00Z on, revision 2\n");
    expect(await written()).toEqual(["fplane20180715.txt"]);
    expect(await read("fplane20180715.txt")).toBe(oldText(PLANE, "full-nominal"));
  });

  test("without a datestr the name has today's date at the telescope", async () => {
    const today = () => Temporal.Now.plainDateISO("America/Chicago").toString().replaceAll("-", "");
    const before = today();
    expect(await get()).toMatchObject({ code: 0 });
    expect([`fplane${before}.txt`, `fplane${today()}.txt`]).toContain((await written()).join());
  });

  const variants: readonly (readonly [string[], string])[] = [
    [[], oldText(PLANE, "full-nominal")],
    [["-p"], oldText(PLANE, "full-actual")],
    [["--actual-pos", "--short"], oldText(PLANE, "short-actual")],
    [["-s"], oldText(PLANE, "short-nominal")],
    [["--all-slots"], oldText(PLANE, "full-nominal").replaceAll(/^#(?=\d)/gm, "")],
  ];
  test.each(variants)("-o - with %j puts the very bytes on stdout and writes no file", async (flags, text) => {
    expect(await get("2018-05-22T02:37:53.428", "-o", "-", ...flags)).toEqual({ code: 0, stdout: text, stderr: "" });
    expect(await written()).toEqual([]);
  });

  test.each([
    ["json", "json", '"ifuslot": "013"'],
    ["csv", "csv", "ifuslot,x_fp"],
    ["ecsv", "ecsv", "# %ECSV 1.0"],
    ["ds9", "reg", "# Region file format: DS9"],
  ])("--format %s has a name of its own, ending in %s", async (format, ending, told) => {
    expect(await get("20180715", "--format", format)).toMatchObject({ code: 0 });
    expect(await read(`fplane20180715.${ending}`)).toContain(told);
  });

  test("--ra, --dec and --pa put regions into the sky, also from a bundle, and the receipt has them", async () => {
    const asked = ["20180715", "--format", "ds9", "--ra", "150.1", "--dec=-2.2", "--pa", "250"];
    const { code, stdout } = await get(...asked, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      pointing: { ra: 150.1, dec: -2.2, pa: 250 },
      path: "fplane20180715.reg",
    });
    const text = await read("fplane20180715.reg");
    expect(text).toContain("# the IHMP centre is at RA 150.1, Dec -2.2 (ICRS), the position angle is 250 ");
    const env = { FPLANE_SERVER: server.url };
    expect(await cli(["bundle", "-o", "b"], { env, cwd: directory })).toMatchObject({ code: 0 });
    expect(await get(...asked, "--bundle", "b", "-o", "-")).toMatchObject({ code: 0, stdout: text });
  });

  test("--output replaces the file that stands there", async () => {
    await Bun.write(join(directory, "x.txt"), "old");
    expect(await get("20180715", "--output", "x.txt")).toMatchObject({ code: 0 });
    expect(await read("x.txt")).toBe(oldText(PLANE, "full-nominal"));
    expect(await written()).toEqual(["x.txt"]);
  });

  test("--ut reads a date as a UT date: the night that began the evening before", async () => {
    expect(await get("20180101", "-o", "-")).toMatchObject({ code: 0 });
    expect(await get("20180101", "-o", "-", "--ut")).toMatchObject({ code: 3 });
  });

  const refused: readonly (readonly [string[], number, string])[] = [
    [["20180230"], 2, "2018-02-30 does not exist"],
    [["20170101"], 3, "before the first recorded focal plane"],
    [["20180715", "--as-of", "99"], 3, "99"],
    [["20180715", "--strict"], 5, "not confirmed"],
    [["20180715", "--as-of", "1"], 3, "no focal plane has been recorded"],
    [["20180715", "--format", "xml"], 2, "ecsv"],
    [["20180715", "--format", "ds9", "--ra", "150.1", "--pa", "3"], 2, "without dec"],
    [["20180715", "--ra", "150.1", "--dec", "2", "--pa", "3"], 2, "but the format is txt"],
  ];
  test.each(refused)("%j fails with exit code %i and leaves the old file as it was", async (args, exit, told) => {
    await Bun.write(join(directory, "plane.txt"), "old");
    const { code, stdout, stderr } = await get(...args, "-o", "plane.txt");
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: exit, stdout: "", told });
    expect(await written()).toEqual(["plane.txt"]);
    expect(await read("plane.txt")).toBe("old");
  });

  test("a directory that cannot be written to is exit code 2, and names the path", async () => {
    const { code, stderr } = await get("20180715", "-o", "no/such/directory.txt");
    expect(code).toBe(2);
    expect(stderr).toContain("no/such/directory.txt cannot be written");
  });

  test("an unknown key is exit code 4", async () => {
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY: "0".repeat(48) };
    expect(await cli(["user", "list"], { env })).toMatchObject({ code: 4, stdout: "" });
  });

  test("Ctrl-C while the server thinks is exit code 130, without a file, the old one untouched", async () => {
    const asked = Promise.withResolvers<void>();
    const slow = Bun.serve({
      port: 0,
      fetch: () => {
        asked.resolve();
        return new Promise<Response>(() => {});
      },
    });
    await Bun.write(join(directory, "plane.txt"), "old");
    const child = startCli(["get", "20180715", "-o", "plane.txt"], {
      env: { FPLANE_SERVER: `http://localhost:${slow.port}` },
      cwd: directory,
    });
    await asked.promise;
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(await new Response(child.stderr).text()).toBe("fplane: interrupted\n");
    await slow.stop(true);
    expect(await written()).toEqual(["plane.txt"]);
    expect(await read("plane.txt")).toBe("old");
  });
});
