import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { HOUR, type Instant, instantText, later } from "../../src/domain/time/instant.ts";
import { cli, startCli } from "../support/cli.ts";
import { runHere } from "../support/fake-terminal.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

let server: LiveServer;
beforeAll(async () => {
  server = await startLiveServer();
});
afterAll(() => server.stop());

const UNITS: readonly ReportedUnit[] = [
  { ifuslot: "013", ifuid: "043", specid: "412", specslot: "241", contid: "S/N 0059" },
  { ifuslot: "014", ifuid: "077", specid: "411", specslot: "221", contid: "S/N 0060" },
  { ifuslot: "015", ifuid: "039", specid: "410", specslot: "224", contid: "S/N 0061" },
];
const SWAPPED = UNITS.map((unit, i) => ({ ...unit, specid: ["411", "412", "410"][i] ?? null }));

/** Now, in whole seconds as the telescope has it. */
const now = () => (Math.floor(Date.now() / 1000) * 1_000_000) as Instant;
const statusOf = (units: readonly ReportedUnit[], at = now()) => JSON.stringify(hardwareStatus(units, at));

const update = (stdin: string, ...args: string[]) =>
  cli(["update", "--file", "-", ...args], { env: server.env, stdin });
const newest = async () => {
  const { code, stdout } = await cli(["get", "--format", "json", "-o", "-"], { env: server.env });
  if (code !== 0) return null;
  const { rows, validFrom, confirmedUntil } = JSON.parse(stdout) as Record<string, unknown>;
  return { rows, validFrom, confirmedUntil };
};

describe("update", () => {
  test("without --commit it prints what would change, says that it was a dry run, and records nothing", async () => {
    const at = now();
    const { code, stdout, stderr } = await update(statusOf(UNITS, at));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toContain("013  SPECID 000 -> 412, SPECSLOT 000 -> 241, IFUID 000 -> 043, CONTID 000 -> S/N 0059");
    expect(lines).toContain("first seen: SPECID 410, 411, 412");
    expect(lines).toContain("first seen: CONTID S/N 0059, S/N 0060, S/N 0061");
    expect(lines).toContain(`status taken ${instantText(at)}, holds from ${instantText(at)} on`);
    expect(lines.at(-1)).toBe("dry run: nothing was recorded; --commit records it");
    expect(await newest()).toBeNull();
  });

  test("with --commit it names the revision; the same again changes nothing but what is confirmed", async () => {
    const first = later(now(), -2 * HOUR);
    const committed = await update(statusOf(UNITS, first), "--commit");
    expect(committed.code).toBe(0);
    expect(committed.stdout).toMatch(/\nrevision 2\n$/);
    const at = later(now(), -HOUR);
    const again = await update(statusOf(UNITS, at), "--commit");
    expect(again.stdout).toStartWith("no seat changes\n");
    expect(again.stdout).toContain(`confirmed until ${instantText(at)}`);
    expect(again.stdout).toMatch(/\nrevision 3\n$/);
    expect((await newest())?.confirmedUntil).toBe(instantText(at));
  });

  test("a swap is told seat by seat, and --json gives the whole report", async () => {
    const status = statusOf(SWAPPED);
    expect((await update(status)).stdout).toStartWith("013  SPECID 412 -> 411\n014  SPECID 411 -> 412\n");
    const { stdout } = await update(status, "--json");
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      committed: false,
      revision: null,
      changes: [{ ifuslot: "013" }, { ifuslot: "014" }],
    });
    expect(report.text).toContain("\t411\t241\t043\t");
  });

  const unusable: readonly (readonly [what: string, () => string, number, string])[] = [
    ["too old", () => statusOf(UNITS, later(now(), -7 * HOUR)), 5, "7.0 h ago; more than 6 h is too old"],
    ["of the day after tomorrow", () => statusOf(UNITS, later(now(), 48 * HOUR)), 5, "look at the clocks"],
    [
      "with one spectrograph in two seats",
      () => statusOf([...UNITS.slice(0, 2), { ifuslot: "016", ifuid: "036", specid: "412" }]),
      5,
      "412",
    ],
    ["without units", () => JSON.stringify({ __data_time: now() / 1_000_000 }), 2, "unit"],
    ["that is no JSON", () => "{'units': []}", 2, "standard input is not JSON: line 1, column 2"],
    ["that is empty", () => "", 2, "standard input is empty"],
  ];
  test.each(unusable)("a status %s is refused and changes nothing of the answer", async (_what, status, exit, told) => {
    const before = await newest();
    const { code, stdout, stderr } = await update(status(), "--commit");
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: exit, stdout: "", told });
    expect(await newest()).toEqual(before);
  });

  test("a status a little ahead is taken with a warning on stderr", async () => {
    const { code, stdout, stderr } = await update(statusOf(UNITS, later(now(), HOUR / 2)));
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .* in the future/);
    expect(stdout).not.toContain("warning");
  });

  test("a datestr sets the start; before the newest recorded change it needs a curator", async () => {
    const user = ["user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Assistant"];
    const key = (await cli(user, { env: server.env })).stdout.trim();
    const env = { FPLANE_SERVER: server.url, FPLANE_APIKEY: key };
    const args = ["update", "20180715", "--file", "-"];
    const stdin = statusOf(SWAPPED);
    expect(await cli(args, { env, stdin })).toMatchObject({ code: 4, stdout: "" });
    const asAdmin = await cli(args, { env: server.env, stdin });
    expect(asAdmin.code).toBe(0);
    expect(asAdmin.stdout).toContain("holds from 2018-07-15T17:00:00Z until ");
  });

  test("--file reads a file, and --command what a shell command prints", async () => {
    const file = join(server.directory, "status with blanks.json");
    await Bun.write(file, statusOf(UNITS));
    const fromFile = await cli(["update", "--file", file, "--json"], { env: server.env });
    const fromCommand = await cli(["update", "--command", `cat '${file}'`, "--json"], { env: server.env });
    expect(fromFile.code).toBe(0);
    expect(fromCommand).toEqual(fromFile);
  });

  test("without a key it is exit code 4", async () => {
    const env = { FPLANE_SERVER: server.url };
    expect(await cli(["update", "--file", "-"], { env, stdin: statusOf(UNITS) })).toMatchObject({
      code: 4,
      stdout: "",
    });
  });
});

describe("where the status comes from", () => {
  const wrong: readonly (readonly [string[], number, string])[] = [
    [[], 2, "Give --file FILE"],
    [["--file", "a", "--command", "b"], 2, "exclude each other"],
    [["--file", "/no/such/file"], 2, "/no/such/file cannot be read"],
    [["--command", "echo '{' "], 2, "what the command printed is not JSON: line 2, column 1"],
    [["--command", "echo '{}'; echo no link >&2; exit 3"], 6, "failed (exit code 3): no link"],
    [["--command", "exit 1"], 6, "it said nothing on its standard error"],
    [["--command", "kill -9 $$"], 6, "failed (SIGKILL)"],
    [["--command", "/no/such/program"], 6, "failed (exit code 127): "],
  ];
  test.each(wrong)("%j is refused before any server is asked", async (args, exit, told) => {
    const { code, stdout, stderr } = await runHere(["update", ...args], {
      env: { FPLANE_SERVER: "localhost:1", PATH: process.env["PATH"] ?? "" },
    });
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: exit, stdout: "", told });
  });

  test.each([
    [["--wait", "soon"], '--wait is "soon": it takes a whole number'],
    [["--commit", "--wait", "-1"], "--wait takes a value"],
    [["--commit", "--wait=1.5"], '--wait is "1.5": it takes a whole number'],
    [["--commit", "--server", "http://"], "is no address of a server"],
    [["--commit", "20180230"], '"20180230" is no date'],
    [["--file", "a"], "exclude each other"],
  ])("%j is refused before the telescope is asked", async (args, told) => {
    const asked = join(server.directory, "asked");
    const { code, stderr } = await runHere(["update", "--command", `touch '${asked}'`, ...args], { env: server.env });
    expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, told });
    expect(await Bun.file(asked).exists()).toBe(false);
  });

  test("the command sees the environment, but not our key", async () => {
    const env = { FPLANE_APIKEY: "secret", SITE: "het", PATH: process.env["PATH"] ?? "" };
    const { stderr } = await runHere(["update", "--command", 'echo "$SITE/$FPLANE_APIKEY" >&2; exit 1'], { env });
    expect(stderr).toContain("het/\n");
  });

  test("Ctrl-C while the command runs is exit code 130, at once", async () => {
    const started = join(server.directory, "started");
    const child = startCli(["update", "--command", `touch '${started}'; sleep 3600 & wait; echo '{}'`]);
    while (!(await Bun.file(started).exists())) await Bun.sleep(20);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
  });
});
