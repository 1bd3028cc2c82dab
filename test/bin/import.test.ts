import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { nominalPosition } from "../../src/domain/plane/seat.ts";
import { cli } from "../support/cli.ts";
import { runHere } from "../support/fake-terminal.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";
import { oldText, withSeats } from "../support/old-fplaneserver.ts";
import { madeUpPlane } from "../support/planes.ts";
import { realData } from "../support/real-data.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PLANE = madeUpPlane();
const CHANGED = withSeats(PLANE, { "013": { specid: "999" } });
const FULL = oldText(PLANE, "full-nominal");

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(() => server.stop());

/** Writes the files and imports them, under a reason. */
async function importing(files: Readonly<Record<string, string>>, ...flags: string[]) {
  const paths = Object.keys(files).map((name) => join(server.directory, name));
  for (const [i, text] of Object.values(files).entries()) await Bun.write(paths[i] ?? "", text);
  return await cli(["import", ...paths, "--reason", "test", ...flags], { env: server.env });
}

const get = async (...args: string[]) => await cli(["get", ...args, "-o", "-"], { env: server.env });

describe("import", () => {
  test("without --commit it shows what would be recorded, and records nothing", async () => {
    const { code, stdout, stderr } = await importing({ "fplane20110301.txt": FULL });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^FILE +FROM +UNTIL +ACTIVE +MEASURED +REVISION\n/);
    expect(stdout).toMatch(/^fplane20110301.txt +2011-03-01T18:00:00Z +open +57 +0 +-$/m);
    expect(stdout).toEndWith("\ndry run: nothing was recorded; --commit records it\n");
    expect((await get("20110401")).code).toBe(3);
  });

  test("several files follow one another, in the order of their dates, and give their bytes back", async () => {
    const changed = oldText(CHANGED, "full-nominal");
    const { code, stdout } = await importing({ "2012-02-01.txt": changed, "2012-01-01.txt": FULL }, "--commit");
    expect(code).toBe(0);
    expect(stdout).toMatch(/2012-01-01.txt +2012-01-01T18:00:00Z +2012-02-01T18:00:00Z +57 +0 +2\n/);
    expect(stdout).toMatch(/2012-02-01.txt +2012-02-01T18:00:00Z +open +57 +0 +3\n$/);
    expect((await get("20120131")).stdout).toBe(FULL);
    expect((await get("20120201")).stdout).toBe(changed);
  });

  test("--from and --until set the span of one file; warnings go to stderr, --json to stdout", async () => {
    const flags = ["--from", "20100101", "--until", "20100201", "--json", "--commit"];
    const { code, stdout, stderr } = await importing({ "old.txt": oldText(PLANE, "full-actual") }, ...flags);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: old.txt: 20 rows carry positions that are not nominal .*--actual/);
    expect(JSON.parse(stdout)).toMatchObject({
      committed: true,
      files: [{ name: "old.txt", from: "2010-01-01T18:00:00Z", until: "2010-02-01T18:00:00Z", positions: 0 }],
    });
    expect((await get("20100131", "-p")).stdout).toBe(FULL);
    expect((await get("20100201")).code).toBe(3);
  });

  test("without --until it ends at the next recorded change, says so, and --until open overrides that", async () => {
    const files = { "20111201.txt": oldText(CHANGED, "full-nominal") };
    const preview = await importing(files);
    expect(preview.stderr).toContain("2012-01-01T18:00:00Z, where the next change is recorded; --until open overrides");
    const open = await importing(files, "--until", "open");
    expect(open).toMatchObject({ code: 0, stderr: "" });
  });

  test("--actual records measured positions", async () => {
    const actual = oldText(PLANE, "full-actual");
    const flags = ["--actual", "--commit", "--until", "20090201"];
    expect((await importing({ "20090101.txt": actual }, ...flags)).stdout).toMatch(/ 57 +20 +\d+\n/);
    expect((await get("20090115", "-p")).stdout).toBe(actual);
    expect((await get("20090115")).stdout).toBe(FULL);
  });

  test("every row that is refused is named; --drop leaves rows out, --force takes positions", async () => {
    const twice = PLANE.virus.find((row) => row.ifuslot === "014");
    const faulty = withSeats(PLANE, {
      "013": { specid: twice?.specid ?? null, ifuid: twice?.ifuid ?? null },
      "105": nominalPosition("103"),
    });
    const files = { "20080101.txt": oldText(faulty, "full-actual") };
    const flags = ["--actual", "--until", "20080201"];
    const refused = await importing(files, ...flags, "--commit");
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 5, stdout: "" });
    for (const told of [
      "20080101.txt: the file cannot be taken, in 5 places:\n  line 7, seat 013: SPECID",
      "\n  line 8, seat 014: SPECID",
      "\n  line 7, seat 013: IFUID",
      "seat 105: its position",
      "\nLeave rows out with --drop",
      "--force",
    ]) {
      expect(refused.stderr).toContain(told);
    }
    expect((await get("20080115")).code).toBe(3);
    expect((await importing(files, ...flags, "--force")).code).toBe(5);
    expect((await importing(files, ...flags, "--drop", "013")).code).toBe(5);
    expect((await importing(files, ...flags, "--drop", "013", "--force", "--commit")).code).toBe(0);
    expect((await importing(files, ...flags, "--drop", "013,105")).code).toBe(0);
    expect((await get("20080115", "-p")).stdout).toContain("\n105\t 450.000\t 150.000\t");
  });

  test("of each file it is said what was dropped, also where that was not in it", async () => {
    const without = FULL.replace(/^#?014\t.*\n/m, "");
    const { code, stderr } = await importing({ "20060101.txt": FULL, "20060201.txt": without }, "--drop", "014,13");
    const dropped = "nothing is recorded of the dropped seats 013 (line 7), 014";
    const told = [`20060101.txt: ${dropped} (line 8)`, `20060201.txt: ${dropped} (not in the file)`];
    expect({ code, told: [...(stderr.match(/(?<=^warning: ).*dropped.*$/gm) ?? [])] }).toEqual({ code: 0, told });
  });

  test("of several files all are recorded or none", async () => {
    const { code, stderr } = await importing({ "20070101.txt": FULL, "20070201.txt": "no file" }, "--commit");
    expect(code).toBe(2);
    expect(stderr).toContain("20070201.txt: the focal-plane file was not understood: line 1");
    expect((await get("20070115")).code).toBe(3);
  });

  test("an updater may not import: exit code 4", async () => {
    const user = ["user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Assistant"];
    const key = (await cli(user, { env: server.env })).stdout.trim();
    const path = join(server.directory, "20110301.txt");
    await Bun.write(path, FULL);
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY: key };
    expect(await cli(["import", path, "--reason", "x"], { env })).toMatchObject({ code: 4, stdout: "" });
  });

  const wrong: readonly (readonly [string[], string])[] = [
    [[], "which files?"],
    [["20180101.txt"], "--reason"],
    [["20180101.txt", "--reason", " "], "needs a reason"],
    [["20180101.txt", "--reason", "x", "--to", "20190101"], "--to and --keep belong to --from-server"],
    [["20180101.txt", "20180201.txt", "--reason", "x", "--from", "20180101"], "go with one file"],
    [["20180101.txt", "20180201.txt", "--reason", "x", "--until", "open"], "go with one file"],
    [["undated.txt", "--reason", "x"], "fplane: undated.txt: the name holds no date"],
    [
      ["20180101.txt", "undated.txt", "20180611v017.txt", "--reason", "x"],
      "in 2 places:\n  undated.txt: the name holds no date (YYYYMMDD or YYYY-MM-DD); give the start with --from\n  20180611v017.txt: ",
    ],
    [["/no/such/20180101.txt", "--reason", "x"], "cannot be read"],
    [["20180101.txt", "--reason", "x", "--from", "2018-02-30"], "2018-02-30 does not exist"],
    [["20180101.txt", "--reason", "x", "--until", "20170101"], "before it begins"],
    [["20180101.txt", "--reason", "x", "--drop", "099"], "there is no seat 099"],
    [["20180101.txt", "--from-server", "localhost", "--from", "20180101", "--to", "20180102"], "exclude each other"],
    [["--from-server", "localhost", "--from", "20180101"], "needs --from DATE and --to DATE"],
    [["--from-server", "localhost", "--from", "20180101", "--to", "20180102", "--actual"], "--actual goes with files"],
    [["--from-server", "localhost", "--from", "20180101", "--to", "20180102", "--until", "20190101"], "--until open"],
    [["--from-server", "localhost", "--from", "20180102", "--to", "20180102"], "does not lie after"],
    [["--from-server", "localhost", "--from", "20180102", "--to", "20391231"], "still to come"],
    [["--from-server", "localhost", "--from", "20180101v001", "--to", "20180102"], "is no night"],
    [["--from-server", "localhost", "--from", "20180230", "--to", "20180302"], "2018-02-30 does not exist"],
  ];
  test.each(wrong)("%j is refused with exit code 2", async (args, told) => {
    for (const name of ["20180101.txt", "20180201.txt", "20180611v017.txt", "undated.txt"])
      await Bun.write(join(server.directory, name), FULL);
    const paths = args.map((arg) => (/^[^/]*\.txt$/.test(arg) ? join(server.directory, arg) : arg));
    const { code, stdout, stderr } = await runHere(["import", ...paths], { env: server.env });
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, stdout: "", told });
  });
});

const real = (name: string) => realData(`fplane/${name}`);

describe.skipIf(real("hand-2016.txt") === null)("import of real files (needs the real files)", () => {
  const files = (name: string) => ({ [name]: real(name) ?? "" });

  test("the server's file of 2018-10-08 comes back byte for byte", async () => {
    const name = "full-nominal-20181008.txt";
    expect(await importing(files(name), "--commit")).toMatchObject({ code: 0 });
    expect((await get("20181101")).stdout).toBe(real(name) ?? "");
  });

  test("the short file of 2019-05-28 with measured positions comes back byte for byte", async () => {
    const name = "short-actual-20190528.txt";
    expect(await importing(files(name), "--actual", "--commit")).toMatchObject({ code: 0 });
    expect((await get("20190601", "-s", "-p")).stdout).toBe(real(name) ?? "");
  });

  test("the hand-written file of 2016 is taken when its date is given", async () => {
    const name = "hand-2016.txt";
    expect(await importing(files(name), "--commit")).toMatchObject({ code: 2 });
    expect(await importing(files(name), "--from", "20160101", "--commit")).toMatchObject({ code: 0 });
    expect(await get("20160601")).toMatchObject({ code: 0 });
  });

  test("the faulty file of 2020-05-30 is refused for seat 015, and taken without it or by force", async () => {
    const name = "short-actual-20200530-faulty.txt";
    const refused = await importing(files(name), "--actual", "--commit");
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain("seat 015: its position");
    expect(await importing(files(name), "--actual", "--drop", "015")).toMatchObject({ code: 0 });
    expect(await importing(files(name), "--actual", "--force")).toMatchObject({ code: 0 });
  });

  test("the hand-written file of 2018-07-17 is refused with every duplicate and every far row", async () => {
    const { code, stderr } = await importing(files("hand-2018-07-17.txt"), "--commit");
    expect(code).toBe(5);
    expect(stderr.match(/line \d+, seat \d{3}: /g)?.length).toBeGreaterThan(2);
    expect(stderr).toMatch(/is also that of|stands twice/);
  });
});
