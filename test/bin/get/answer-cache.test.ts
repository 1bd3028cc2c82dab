import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerCache, cacheDirectory } from "../../../bin/get/answer-cache.ts";
import { type Got, gotFrom } from "../../../bin/get/receipt.ts";
import { sha256 } from "../../../src/domain/digest.ts";
import { cli } from "../../support/cli.ts";
import { type LiveServer, startLiveServer } from "../../support/live-server.ts";
import { oldText } from "../../support/old-fplaneserver.ts";
import { madeUpPlane } from "../../support/planes.ts";
import { PYTHONS } from "../../support/pythons.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PLANE = madeUpPlane();
const TEXT = oldText(PLANE, "full-nominal");
const FPLANE_PY = join(import.meta.dir, "..", "..", "..", "public", "fplane.py");
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fplane-cache-"));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

let cacheNumber = 0;
let cache = "";
beforeEach(() => {
  cacheNumber += 1;
  cache = join(directory, `cache-${cacheNumber}`);
});

const filesIn = async (path: string) => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

const QUESTION = {
  asOf: undefined,
  night: "local",
  strict: false,
  actualPositions: false,
  layout: "full",
  format: "txt",
} as const;
const ASKED = { server: "http://localhost:5000", datestr: "20180715" };

function got(revision: number, body: string, pinned = false): Got {
  return gotFrom(ASKED, QUESTION, {
    filename: "fplane20180715.txt",
    instant: "2018-07-16T05:00:00Z",
    validFrom: "2018-01-01T18:00:00Z",
    validUntil: null,
    confirmedUntil: "2018-08-01T00:00:00Z",
    ...{ revision, pinned, sha256: sha256(body), body },
  });
}

const open = () => {
  const opened = answerCache({ env: { FPLANE_CACHE: cache } }, ASKED.server);
  if (opened === null) throw new Error("there is no cache");
  return opened;
};
const bodyIn = () => open().find("20180715", QUESTION)?.body;

describe("the files of a cache", () => {
  test.each([
    [{ FPLANE_CACHE: "/c", XDG_CACHE_HOME: "/x", HOME: "/h" }, "/c"],
    [{ FPLANE_CACHE: "", XDG_CACHE_HOME: "/x", HOME: "/h" }, "/x/fplane"],
    [{ XDG_CACHE_HOME: "", HOME: "/h" }, "/h/.cache/fplane"],
    [{ FPLANE_CACHE: "off", HOME: "/h" }, null],
    [{}, null],
  ])("with %j are in %p", (env, where) => {
    expect(cacheDirectory({ env })).toBe(where);
  });

  test("an answer is found under its own question only", () => {
    open().keep(got(3, "a\n"));
    expect(bodyIn()).toBe("a\n");
    const others = [
      { asOf: "3" },
      { night: "ut" },
      { strict: true },
      { actualPositions: true },
      { layout: "short" },
      { format: "csv" },
      { pointing: { ra: 1, dec: 2, pa: 3 } },
    ];
    for (const other of others)
      expect(open().find("20180715", { ...QUESTION, ...other } as typeof QUESTION)).toBeNull();
    expect(open().find("20180716", QUESTION)).toBeNull();
    expect(answerCache({ env: { FPLANE_CACHE: cache } }, "http://other")?.find("20180715", QUESTION)).toBeNull();
  });

  test("regions in the sky are found under their own pointing only", () => {
    const [here, there] = [
      { ...QUESTION, pointing: { ra: 1, dec: 2, pa: 3 } },
      { ...QUESTION, pointing: { ra: 1, dec: 2, pa: 4 } },
    ];
    const { receipt, body } = got(3, "here\n");
    open().keep({ receipt: { ...receipt, pointing: here.pointing }, body });
    expect(open().find("20180715", here)?.body).toBe("here\n");
    for (const question of [there, QUESTION]) expect(open().find("20180715", question)).toBeNull();
  });

  test("an older revision that is written late does not replace a newer one, and a newer one does away with it", async () => {
    open().keep(got(3, "three\n"));
    open().keep(got(4, "four\n"));
    open().keep(got(2, "two\n"));
    expect(bodyIn()).toBe("four\n");
    open().keep(got(5, "five\n"));
    expect(bodyIn()).toBe("five\n");
    expect(await filesIn(join(cache, "v1", "answers"))).toHaveLength(1);
  });

  test("what is damaged is as if it were not there, and is mended by the next answer", async () => {
    for (const folder of ["answers", "objects"]) {
      for (const damage of ["", "x", "{}\n", TEXT.slice(0, 100)]) {
        open().keep(got(3, TEXT));
        const [path = ""] = await filesIn(join(cache, "v1", folder));
        await Bun.write(path, damage);
        expect([folder, damage, bodyIn()]).toEqual([folder, damage, undefined]);
        open().keep(got(3, TEXT));
        expect(bodyIn()).toBe(TEXT);
      }
    }
    open().keep(got(3, TEXT));
    const [path = ""] = await filesIn(join(cache, "v1", "answers"));
    await Bun.write(path, (await Bun.file(path).text()).replace("2018-08-01", "2028-08-01"));
    expect(bodyIn()).toBeUndefined();
  });

  test("one that cannot be written costs nothing but itself", async () => {
    await Bun.write(cache, "a file");
    open().keep(got(3, TEXT));
    expect(bodyIn()).toBeUndefined();
  });

  test("what is valid now is not kept", async () => {
    for (const datestr of ["", "latest", "current"]) {
      const now = got(3, TEXT);
      open().keep({ ...now, receipt: { ...now.receipt, datestr } });
    }
    expect(await filesIn(cache)).toEqual([]);
  });
});

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

describe.skipIf(PYTHONS.python3 === null)("when the server is killed (needs python3)", () => {
  /** What each client does with the same arguments of `get`, with its file to standard output. */
  const clients = {
    fplane: (cacheIn: string, ...args: string[]) => run(cacheIn, "get", ...args, "-o", "-"),
    "fplane.py": (cacheIn: string, ...args: string[]) => pythons(cacheIn, "get", ...args, "-o", "-"),
  };
  const pythons = async (cacheIn: string, ...args: string[]): Promise<Ran> => {
    const env = { FPLANE_SERVER: server.url, FPLANE_CACHE: cacheIn };
    const child = Bun.spawnSync([PYTHONS.python3 ?? "python3", FPLANE_PY, ...args], { env });
    return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
  };
  const { fplane, "fplane.py": py } = clients;
  const run = (cacheIn: string, ...args: string[]) =>
    cli(args, { cwd: directory, env: { FPLANE_SERVER: server.url, FPLANE_CACHE: cacheIn } });
  const [singles, bundled, lagging] = ["singles", "bundled", "lagging"].map((name) =>
    join(tmpdir(), `fplane-${name}-${process.pid}`),
  ) as [string, string, string];
  let server: LiveServer;
  let before: Ran[];
  let atOnce: Ran[];
  let behind: Ran[];

  beforeAll(async () => {
    server = await startLiveServer();
    const plane = join(directory, "plane.txt");
    await Bun.write(plane, oldText(PLANE, "full-actual"));
    for (const span of [
      ["--from", "20180101", "--until", "20180801"],
      ["--from", "20180801"],
    ]) {
      const imported = await cli(["import", plane, ...span, "--reason", "test", "--commit"], { env: server.env });
      if (imported.code !== 0) throw new Error(imported.stderr);
    }
    before = [
      await fplane(singles, "20180715"),
      await fplane(singles, "20190715"),
      await fplane(singles, "20190715", "--as-of", "3"),
      await fplane(singles),
      await py(singles, "20180716"),
      await py(singles, "20190716", "--as-of", "3"),
    ];
    const asking = [1, 2, 3].map((day) => fplane(bundled, `2018070${day}`));
    atOnce = [...(await Promise.all([1, 2, 3].map(() => run(bundled, "bundle")))), ...(await Promise.all(asking))];
    await Bun.write(join(lagging, "v1", "bundles", `${sha256(server.url)}.999.ndjson`), "of an earlier record");
    behind = [await run(lagging, "bundle"), await pythons(lagging, "bundle")];
    await server.kill();
  }, 120_000);

  afterAll(async () => {
    for (const path of [singles, bundled, lagging]) await rm(path, { recursive: true, force: true });
  });

  test("it had been asked, by several processes at once, and they left nothing half written", async () => {
    for (const answer of before) expect(answer).toEqual({ code: 0, stdout: TEXT, stderr: "" });
    for (const { code } of atOnce) expect(code).toBe(0);
    expect((await filesIn(bundled)).filter((path) => path.includes(".tmp"))).toEqual([]);
  });

  test("a bundle that is older than the one in the cache is fetched with a warning: it may be of another record", () => {
    for (const { code, stderr } of behind)
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(
          `warning: the cache has a bundle of revision 999 of this address, and answers from that: if another record is served there now, delete ${lagging}\n`,
        ),
      });
  });

  for (const [name, ask] of Object.entries(clients)) {
    test(`${name} answers from the cache and says so, whichever client had asked`, async () => {
      const fromCache = { code: 0, stdout: TEXT, stderr: expect.stringContaining("this is from the cache") };
      for (const date of ["20180715", "20180716"]) expect(await ask(singles, date)).toEqual(fromCache);
    });

    test(`${name} needs no server for what is pinned, and none with --offline`, async () => {
      const silent = { code: 0, stdout: TEXT, stderr: "" };
      expect(await ask(singles, "20190715", "--as-of", "3")).toEqual(silent);
      expect(await ask(singles, "20190716", "--as-of", "3")).toEqual(silent);
      expect(await ask(singles, "20180715", "--offline")).toEqual(silent);
      expect(await ask(bundled, "20180731", "--offline")).toEqual(silent);
      expect(await ask(bundled, "20180801", "--as-of", "3", "--offline")).toEqual(silent);
    });

    const refused: readonly (readonly [string[], number, string])[] = [
      [["20190715"], 6, "may have been overtaken"],
      [["20180717"], 6, "no answer for 20180717"],
      [["20180715", "-s", "--offline"], 6, "no answer"],
      [[], 6, "only the server knows"],
      [["20180715", "--fresh"], 6, "cannot be reached"],
      [["20180715", "--fresh", "--offline"], 2, "there is no cache"],
    ];
    test.each(refused)(`${name} refuses %j with exit code %i`, async (args, exit, told) => {
      const { code, stdout, stderr } = await ask(singles, ...args);
      expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: exit, stdout: "", told });
    });

    test(`${name} answers from a bundle only up to the instant until which it was confirmed`, async () => {
      expect(await ask(bundled, "20180731")).toMatchObject({ code: 0, stdout: TEXT });
      expect(await ask(bundled, "20180801")).toMatchObject({ code: 6, stdout: "" });
    });
  }

  test("of many dates those are written that are sure, and the others told", async () => {
    const nights = join(bundled, "nights");
    const many = await run(bundled, "get", "--from", "20180730", "--to", "20180803", "-d", nights);
    expect(many).toMatchObject({ code: 6, stdout: "", stderr: expect.stringContaining("this is from the cache") });
    expect((await readdir(nights)).sort()).toEqual(["fplane20180730.txt", "fplane20180731.txt"]);
    expect(await run(bundled, "get", "--distinct", "-d", nights)).toMatchObject({ code: 5 }); // it goes on, unconfirmed
    for (const span of [["--distinct"], ["--from", "20180730", "--to", "20180803"]]) {
      for (const ask of [run, pythons]) {
        const { code, stderr } = await ask(singles, "get", ...span, "-d", nights);
        expect({ code, stderr }).toEqual({
          code: 6,
          stderr: expect.stringMatching(/cannot be reached.*; without a bundle/),
        });
        expect(stderr).not.toContain("from the cache"); // for nothing is
      }
    }
    expect(await run(bundled, "get", "--distinct", "--as-of", "3", "-d", nights)).toMatchObject({ code: 0 });
    expect((await readdir(nights)).sort()).toEqual(["fplane20180101.txt", "fplane20180730.txt", "fplane20180731.txt"]);
  });

  test("what is damaged on the disk is not answered", async () => {
    for (const path of [
      ...(await filesIn(join(singles, "v1", "objects"))),
      ...(await filesIn(join(bundled, "v1", "bundles"))),
    ])
      await Bun.write(path, (await Bun.file(path).text()).replace("013", "014"));
    for (const ask of [fplane, py]) {
      expect(await ask(singles, "20180715")).toMatchObject({ code: 6, stdout: "" });
      expect(await ask(bundled, "20180731")).toMatchObject({ code: 6, stdout: "" });
    }
    expect(await fplane(bundled, "20180701")).toMatchObject({ code: 0, stdout: TEXT });
  });
});
