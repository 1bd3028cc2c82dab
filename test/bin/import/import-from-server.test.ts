import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { VARIANTS } from "../../../src/domain/answer/night-answers.ts";
import { nominalPosition } from "../../../src/domain/plane/seat.ts";
import { cli, startCli } from "../../support/cli.ts";
import { type LiveServer, startLiveServer, temporaryDirectory } from "../../support/live-server.ts";
import {
  type OldFplaneserver,
  type OldNight,
  oldText,
  startOldFplaneserver,
  withSeats,
} from "../../support/old-fplaneserver.ts";
import { madeUpPlane } from "../../support/planes.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const A = madeUpPlane();
const [unit013, unit014] = A.virus;
if (unit013 === undefined || unit014 === undefined) throw new Error("the made-up plane is empty");
/** Two spectrographs have changed places, and seat 017's neighbour 016 lost its measured position. */
const B = withSeats(A, {
  "013": { specid: unit014.specid },
  "014": { specid: unit013.specid },
  "016": { ...nominalPosition("016") },
});
/** Seat 015 carries what belongs to seat 013, the position too, as on 2020-05-30. */
const FAULTY = withSeats(A, {
  "013": { specid: null, ifuid: null },
  "015": { specid: unit013.specid, ifuid: unit013.ifuid, x: unit013.x, y: unit013.y },
});

/** January 2018, one letter a night from the 1st on: - has no file, ! is faulty, ? contradicts itself. */
const MONTH = "AAAB--BB!AA?B";
const KINDS: Readonly<Record<string, OldNight>> = {
  A: { plane: A },
  B: { plane: B },
  "!": { plane: FAULTY },
  "?": { plane: B, wrong: { "short-actual": oldText(A, "short-actual") } },
};

const nameOf = (index: number) => `201801${String(index + 1).padStart(2, "0")}`;
const NIGHTS = [...MONTH].flatMap((letter, i): [string, OldNight][] => {
  const night = KINDS[letter];
  return night === undefined ? [] : [[nameOf(i), night]];
});

let server: LiveServer;
let old: OldFplaneserver;
let keep: string;

beforeAll(async () => {
  server = await startLiveServer();
  old = startOldFplaneserver(new Map(NIGHTS));
  keep = join(await temporaryDirectory(), "keep");
});
afterAll(async () => {
  await server.stop();
  await old.stop();
});

const crawl = (...flags: string[]) =>
  cli(
    ["import", "--from-server", old.url, "--from", "20180101", "--to", nameOf(MONTH.length), "--keep", keep, ...flags],
    {
      env: server.env,
    },
  );

const get = (night: string, ...flags: string[]) => cli(["get", night, "-o", "-", ...flags], { env: server.env });

describe("import --from-server", () => {
  test("a preview asks for each night in its four forms, folds them, tells what is left out, and records nothing", async () => {
    const { code, stdout, stderr } = await crawl();
    expect(code).toBe(0);
    expect(old.requests.toSorted()).toEqual(
      [...MONTH].flatMap((_, i) => VARIANTS.map((variant) => `${nameOf(i)} ${variant}`)).toSorted(),
    );
    const rows = stdout.split("\n").map((line) => line.split(/ +/).slice(0, 3).join(" "));
    expect(rows.slice(1, -2)).toEqual([
      "fplane20180101.txt 2018-01-01T18:00:00Z 2018-01-04T18:00:00Z",
      "fplane20180104.txt 2018-01-04T18:00:00Z 2018-01-05T18:00:00Z",
      "fplane20180107.txt 2018-01-07T18:00:00Z 2018-01-09T18:00:00Z",
      "fplane20180110.txt 2018-01-10T18:00:00Z 2018-01-12T18:00:00Z",
      "fplane20180113.txt 2018-01-13T18:00:00Z 2018-01-14T18:00:00Z",
    ]);
    expect(stdout).toEndWith("\ndry run: nothing was recorded; --commit records it\n");
    expect(stderr).toContain("gap: nights 2018-01-05 to 2018-01-06 (2): 404 Not Found\n");
    expect(stderr).toMatch(
      /^refused: night 2018-01-09: the file cannot be taken: line \d+, seat 015: its position .* arcsec.*\n {2}Leave rows/m,
    );
    expect(stderr).toMatch(
      /^refused: night 2018-01-12: its files disagree, in 6 places:\n {2}short-actual lacks seat 013: SPECID .*\n(.*\n){2} {2}full-actual lacks seat/m,
    );
    expect(stderr).toContain("9 nights in 5 spans; 4 nights left out\n");
    expect(stderr).toContain(`to ask again for a night that is left out, remove its files from ${keep}\n`);
    expect((await get("20180101")).code).toBe(3);
  });

  test("a second run asks for nothing; with --commit every night answers as the old server did", async () => {
    const before = old.requests.length;
    const { code, stdout, stderr } = await crawl("--commit");
    expect(code).toBe(0);
    expect(old.requests.length).toBe(before);
    expect(stderr).toContain("compared 20 files with the old server's, 0 differ\n");
    expect(stdout).not.toContain("dry run");
    for (const [i, letter] of [...MONTH].entries()) {
      const plane = letter === "A" ? A : B;
      const { code: exit, stdout: text } = await get(nameOf(i), "-p");
      if (letter === "A" || letter === "B") expect(text).toBe(oldText(plane, "full-actual"));
      else expect({ night: nameOf(i), exit }).toEqual({ night: nameOf(i), exit: 3 });
    }
    expect((await get("20180104", "-s")).stdout).toBe(oldText(B, "short-nominal"));
    expect((await get(nameOf(MONTH.length))).code).toBe(3);
  });

  test("--drop and --force let in what they allow, night by night, and --until open lets the last file hold on", async () => {
    const { code, stderr } = await crawl(
      "--drop",
      "015",
      "--force",
      "--until",
      "open",
      "--commit",
      "--reason",
      "moving",
    );
    expect(code).toBe(0);
    expect(stderr).toContain("taken without seat 015: night 2018-01-09\n");
    expect(stderr).toContain("taken by force: night 2018-01-12\n");
    expect(stderr).not.toContain("refused");
    expect((await get("20180109")).stdout).toMatch(/^#015\t/m);
    expect((await get("20180110")).stdout).toBe(oldText(A, "full-nominal"));
    expect((await get("20180112", "-p")).stdout).toBe(oldText(B, "full-actual"));
    expect((await get("20190101", "-p")).stdout).toBe(oldText(B, "full-actual"));
  });

  test("--json has the files and what was left out", async () => {
    const report = JSON.parse((await crawl("--json")).stdout);
    expect(report.files).toHaveLength(5);
    expect(report.leftOut).toContainEqual({
      kind: "gap",
      reason: "404 Not Found",
      from: "2018-01-05",
      until: "2018-01-07",
    });
  });

  test("Ctrl-C is exit code 130; the next run asks only for what is missing", async () => {
    const directory = join(await temporaryDirectory(), "keep");
    const nights = new Map(Array.from({ length: 28 }, (_, i) => [nameOf(i), { plane: A }] as const));
    const slow = startOldFplaneserver(nights, 20);
    const args = ["import", "--from-server", slow.url, "--from", "20180101", "--to", "20180129", "--keep", directory];
    const child = startCli(args, { env: server.env });
    while (slow.requests.length < 30) await Bun.sleep(5);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(await new Response(child.stdout).text()).toBe("");
    const kept = (await readdir(directory)).filter((name) => name.endsWith(".txt") && name !== "source.txt");
    expect(kept.length).toBeGreaterThan(0);
    expect(await readdir(directory)).not.toContainEqual(expect.stringContaining(".tmp"));
    slow.requests.length = 0;
    const { code, stdout } = await cli(args, { env: server.env });
    expect(code).toBe(0);
    expect(slow.requests).toHaveLength(28 * 4 - kept.length);
    expect(stdout).toContain("fplane20180101.txt  2018-01-01T18:00:00Z  2018-01-29T18:00:00Z");
    await slow.stop();
  });

  test("a night that is answered by a page is left out, and the next run asks for it again", async () => {
    const directory = join(await temporaryDirectory(), "keep");
    const nights = { from: "20180101", to: "20180104" };
    const args = ["import", "--from-server", old.url, "--from", nights.from, "--to", nights.to, "--keep", directory];
    old.texts.set("20180102", ["<!DOCTYPE html><h1>Maintenance</h1>"]);
    const { code, stderr } = await cli(args, { env: server.env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^gap: night 2018-01-02: the focal-plane file was not understood: line 1: this is an HTML/m);
    expect(stderr).toContain("for 1 night the old server had no answer that lasts: the next run asks again\n");
    expect(stderr).not.toContain("remove its files");
    expect((await cli(args, { env: server.env })).stderr).toContain("3 nights in 1 span; 0 nights left out\n");
  });

  test("without a curator's key, or with a seat that does not exist, the old server is not asked at all", async () => {
    const elsewhere = await temporaryDirectory();
    const args = ["import", "--from-server", old.url, "--from", "20180101", "--to", "20180103", "--keep", elsewhere];
    const added = await cli(["user", "add", "-u", "night", "-e", "night@example.org", "Night", "Update"], {
      env: server.env,
    });
    const before = old.requests.length;
    for (const [env, more, code, told] of [
      [{ FPLANE_SERVER: server.url }, [], 4, "An import needs a key: set FPLANE_APIKEY"],
      [{ ...server.env, FPLANE_APIKEY: "wrong" }, [], 4, "nobody has this key"],
      [
        { ...server.env, FPLANE_APIKEY: added.stdout.trim() },
        [],
        4,
        "An import needs the role curator; night is updater",
      ],
      [server.env, ["--drop", "013,999"], 2, "there is no seat 999 to drop"],
    ] as const) {
      const refused = await cli([...args, ...more], { env });
      expect({ code: refused.code, stderr: refused.stderr }).toEqual({ code, stderr: expect.stringContaining(told) });
    }
    expect(old.requests).toHaveLength(before);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("nights without any file at all are exit code 3", async () => {
    const directory = join(await temporaryDirectory(), "keep");
    const args = ["import", "--from-server", old.url, "--from", "20170101", "--to", "20170103", "--keep", directory];
    const { code, stderr } = await cli(args, { env: server.env });
    expect(code).toBe(3);
    expect(stderr).toContain("gap: nights 2017-01-01 to 2017-01-02 (2): 404 Not Found\n");
  });

  test("without --keep the answers are kept in a directory named after the server", async () => {
    const cwd = await temporaryDirectory();
    const args = ["import", "--from-server", `${old.url}/`, "--from", "20180101", "--to", "20180102"];
    expect(await cli(args, { env: server.env, cwd })).toMatchObject({ code: 0 });
    expect(await readdir(cwd)).toEqual([`fplane-crawl-localhost-${new URL(old.url).port}`]);
  });
});
