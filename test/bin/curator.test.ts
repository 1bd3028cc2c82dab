import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { nominalPosition } from "../../src/domain/plane/seat.ts";
import { runHere } from "../support/fake-terminal.ts";
import { startLivePlane } from "../support/live-plane.ts";
import type { LiveServer } from "../support/live-server.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

let server: LiveServer;
beforeAll(async () => {
  server = await startLivePlane();
});
afterAll(() => server.stop());

const fplane = (args: readonly string[], stdin = "") => runHere(args, { env: server.env, stdin });
const reportOf = async (...args: string[]) => JSON.parse((await fplane([...args, "--json"])).stdout);
const newest = async (): Promise<number> => (await reportOf("status")).revision;
const seatOf = async (seat: string, date: string): Promise<string | undefined> =>
  (await fplane(["get", "-s", date, "-o", "-"])).stdout.split("\n").find((line) => line.startsWith(seat));

/** The command that a preview shows, given to the real shell, in which `fplane` is the real program. */
async function asShown(stderr: string, stdin = "") {
  const line = /^to record it: (.*)$/m.exec(stderr)?.[1] ?? "false";
  const program = `fplane() { ${process.execPath} ${join(import.meta.dir, "..", "..", "bin", "fplane.ts")} "$@"; }`;
  const shell = Bun.spawn(["sh", "-c", `${program}\n${line}`], {
    env: { ...process.env, ...server.env },
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, code] = await Promise.all([new Response(shell.stdout).text(), shell.exited]);
  return { line, stdout, code };
}

describe("correct", () => {
  const correct = (from: string, until: string, ...flags: string[]) =>
    fplane(["correct", "--slot", "013", "--from", from, "--until", until, "--reason", "it's from the log", ...flags]);

  test("previews the change, the nights and the base, and records nothing", async () => {
    const before = await newest();
    const { code, stdout, stderr } = await correct("20180301", "20180304", "--set", "specid=999,specslot=888");
    expect(code).toBe(0);
    expect(stdout).toBe(`from 2018-03-01T18:00:00Z until 2018-03-04T18:00:00Z
  013  SPECID 600 -> 999, SPECSLOT 111 -> 888
3 nights to reduce again, the first 2018-03-01, the last 2018-03-03
base revision ${before}
preview: nothing was recorded
`);
    expect(stderr).toStartWith("to record it: fplane correct --slot 013 --from 20180301 --until 20180304 --set ");
    expect(await newest()).toBe(before);
  });

  test("is recorded by the very command that the preview shows", async () => {
    const { stderr } = await correct("20180301", "20180304", "--set", "specid=999,specslot=888");
    const base = await newest();
    const { line, stdout, code } = await asShown(stderr);
    expect(line).toEndWith(` --base ${base} --commit`);
    expect({ code, last: stdout.trimEnd().split("\n").at(-1) }).toEqual({ code: 0, last: `revision ${base + 1}` });
    expect(await seatOf("013", "20180303")).toContain("\t999\t888\t");
    expect(await seatOf("013", "20180304")).toContain("\t600\t111\t");
    expect((await reportOf("log", String(base + 1))).reason).toBe("it's from the log");
  });

  test("with a base that newer knowledge of the seat has overtaken is exit code 5", async () => {
    const base = await newest();
    expect((await correct("20180401", "20180402", "--set", "specid=998", "--commit")).code).toBe(0);
    const late = await correct("20180501", "20180502", "--set", "specid=997", "--base", String(base), "--commit");
    expect(late).toMatchObject({ code: 5, stdout: "" });
    expect(late.stderr).toContain("look at a new preview");
  });

  test("one night is told as one", async () => {
    const { stdout } = await correct("20180601", "20180602", "--set", "ifuid=990");
    expect(stdout).toContain("\n1 night to reduce again: 2018-06-01\n");
  });

  test("a controller alone is in no file: no night has to be reduced again", async () => {
    const { stdout } = await correct("20180601", "20180602", "--set", "contid=S/N 0777");
    expect(stdout).toContain("  013  CONTID 000 -> S/N 0777\nno night to reduce again\n");
  });

  test("what is so already is no change", async () => {
    const { stdout } = await correct("20180601", "20180602", "--set", "specid=600");
    expect(stdout).toStartWith("nothing changes\nno night to reduce again\n");
  });

  test("a swap from a table on standard input is one revision; --json is the report", async () => {
    const table =
      "slot from until specid specslot ifuid\n014 20180701 20180801 602 - 080\n15 20180701 20180801 601 - 081\n";
    const args = ["correct", "--table", "-", "--reason", "exchanged"];
    const preview = await fplane(args, table);
    expect(preview.stdout).toContain("  014  SPECID 601 -> 602, IFUID 081 -> 080\n  015  SPECID 602 -> 601");
    const base = await newest();
    const committed = await asShown(preview.stderr, table);
    expect(committed.code).toBe(0);
    expect(await newest()).toBe(base + 1);
    const again = await fplane([...args, "--json"], table);
    expect(JSON.parse(again.stdout)).toMatchObject({ committed: false, revision: null, base: base + 1, changes: [] });
  });

  test("half of a swap is exit code 5 and names both seats", async () => {
    const { code, stderr } = await fplane(
      ["correct", "--table", "-", "--reason", "x"],
      "slot from until specid\n014 20180901 20180902 602\n",
    );
    expect(code).toBe(5);
    expect(stderr).toContain("spectrograph 602 would be in seats 014 and 015 at once");
  });

  test.each([
    [["--slot", "013", "--from", "20180101", "--reason", "x"], "--set FIELD=ID,..., or --table FILE"],
    [["--from", "20180101", "--set", "specid=1", "--reason", "x"], "--slot SEAT"],
    [["--table", "-", "--slot", "013", "--reason", "x"], "--table excludes --slot"],
    [["--table", "-", "--until", "open", "--reason", "x"], "--table excludes --slot"],
    [["--slot", "013", "--from", "20180101", "--set", "specid=1"], "--reason"],
    [["--slot", "013", "--from", "20180101", "--set", "specid=1", "--reason", " "], "needs a reason"],
    [["--slot", "999", "--from", "20180101", "--set", "specid=1", "--reason", "x"], "999"],
    [["--slot", "013", "--from", "2018", "--set", "specid=1", "--reason", "x"], "2018"],
    [["--slot", "013", "--from", "20180101", "--set", "specid=1", "--reason", "x", "--base", "1x"], '--base is "1x"'],
    [["--table", "/no/such/file", "--reason", "x"], "/no/such/file cannot be read"],
  ])("%j is refused with exit code 2", async (args, told) => {
    const { code, stdout, stderr } = await fplane(["correct", ...args]);
    expect({ code, stdout, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, stdout: "", told });
  });

  test("without a key is exit code 4", async () => {
    const args = ["correct", "--slot", "013", "--from", "20180101", "--set", "specid=1", "--reason", "x"];
    expect(await runHere(args, { env: { FPLANE_SERVER: server.url } })).toMatchObject({ code: 4, stdout: "" });
  });
});

describe("retract and revert", () => {
  test("what is retracted is unknown, and known again when that is reverted", async () => {
    const args = ["retract", "--slot", "16,021", "--from", "20180301", "--until", "20180303", "--reason", "unsure"];
    const preview = await fplane(args);
    expect(preview.stdout).toStartWith(
      "from 2018-03-01T18:00:00Z until 2018-03-03T18:00:00Z\n  016  SPECID 603 -> 000",
    );
    const before = await seatOf("016", "20180301");
    expect((await fplane([...args, "--commit"])).code).toBe(0);
    expect(await seatOf("016", "20180301")).toBeUndefined();
    const rev = await newest();
    const reverted = await asShown((await fplane(["revert", String(rev), "--reason", "sure again"])).stderr);
    expect(reverted).toMatchObject({
      code: 0,
      line: `fplane revert ${rev} --reason 'sure again' --base ${rev} --commit`,
    });
    expect(await seatOf("016", "20180301")).toBe(before);
    expect((await reportOf("changes", "--from-rev", String(rev - 1))).changes).toEqual([]);
  });

  test.each([
    [["retract", "--slot", "016", "--from", "20160101", "--until", "20160102", "--reason", "x"], 3],
    [["revert", "9999", "--reason", "x"], 3],
    [["revert", "two", "--reason", "x"], 2],
    [["revert", "1", "--reason", "x"], 2],
    [["revert", "2"], 2],
  ])("%j is refused with exit code %i", async (args, code) => {
    expect(await fplane(args)).toMatchObject({ code, stdout: "" });
  });
});

describe("positions", () => {
  const near = (seat: string, off: number) => `${seat} ${nominalPosition(seat).x + off} ${nominalPosition(seat).y}`;
  const positions = (text: string, ...flags: string[]) =>
    fplane(["positions", "-", "--from", "20180101", "--until", "20180201", "--reason", "measured", ...flags], text);

  test("are previewed with the IFU that they belong to, and recorded", async () => {
    const { stdout } = await positions(near("022", 0.5));
    expect(stdout).toContain("  022  position of IFU 077 nominal -> (-349.500, 250.000)\n31 nights to reduce again");
    expect((await positions(near("022", 0.5), "--commit")).code).toBe(0);
    const { stdout: file } = await fplane(["get", "-s", "-p", "20180115", "-o", "-"]);
    expect(file).toContain("022\t-349.500\t 250.000\t");
  });

  test("far from nominal are exit code 5 by line and seat, unless forced or dropped", async () => {
    const text = `${near("027", 3)}\n${near("024", 0.1)}\n`;
    const refused = await positions(text);
    expect(refused).toMatchObject({ code: 5, stdout: "" });
    expect(refused.stderr).toContain("line 1, seat 027");
    expect((await positions(text, "--force")).stdout).toContain("  027  position");
    expect((await positions(text, "--drop", "27")).stdout).not.toContain("  027  position");
  });
});
