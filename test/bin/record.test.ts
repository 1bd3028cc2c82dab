import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { runHere } from "../support/fake-terminal.ts";
import { startLivePlane } from "../support/live-plane.ts";
import type { LiveServer } from "../support/live-server.ts";

// A server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

/** Revision 3 corrects what seat 013 held in the nights of 2018-03-01 to 03; revision 4 holds seat 014. */
const CORRECTION = ["--slot", "013", "--from", "20180301", "--until", "20180304", "--set", "specid=999,ifuid=990"];

let server: LiveServer;
beforeAll(async () => {
  server = await startLivePlane();
  const acts = [
    ["correct", ...CORRECTION, "--reason", "headers of March", "--commit"],
    ["hold", "add", "--slot", "014", "--from", "20200101", "--reason", "wait", "--commit"],
  ];
  for (const act of acts) {
    const { code, stderr } = await fplane(act);
    if (code !== 0) throw new Error(stderr);
  }
});
afterAll(() => server.stop());

const fplane = (args: readonly string[]) => runHere(args, { env: server.env });
/** Without any key: reading is public. */
const read = (...args: string[]) => runHere(args, { env: { FPLANE_SERVER: server.url } });
const rows = (text: string): string[][] => text.split("\n").map((line) => line.split(/ {2,}/));

describe("diff", () => {
  test("tells what moved and each seat that differs", async () => {
    const { code, stdout, stderr } = await read("diff", "20180228", "20180301");
    expect({ code, lines: stdout.split("\n").slice(0, 2) }).toEqual({
      code: 0,
      lines: ["added    IFU 990 in seat 013", "added    spectrograph 999 in seat 013"],
    });
    expect(stdout).toContain("\nremoved  IFU 082 from seat 013\n");
    expect(stdout).toEndWith("\n013  SPECID 600 -> 999, IFUID 082 -> 990\n");
    expect(stderr).toBe("2018-03-01T06:00:00Z as of revision 4 -> 2018-03-02T06:00:00Z as of revision 4\n");
  });

  test("compares what was known then and then", async () => {
    const then = await read("diff", "20180301", "20180301", "--as-of-a", "2", "--as-of-b", "3");
    expect(then.stdout).toBe((await read("diff", "20180228", "20180301")).stdout);
    const same = await read("diff", "20180301", "20180301", "--as-of-a", "3", "--json");
    expect(JSON.parse(same.stdout)).toMatchObject({ a: { revision: 3 }, b: { revision: 4 }, changes: [], texts: [] });
  });

  test("says so when there is none; --ut reads dates as UT dates", async () => {
    expect((await read("diff", "20180301", "20180302")).stdout).toBe("no difference\n");
    expect((await read("diff", "20180301", "20180302", "--ut")).stdout).toContain("SPECID 600 -> 999");
  });

  test("of a date before the first is exit code 3", async () => {
    expect(await read("diff", "20100101", "20180302")).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("history", () => {
  test("is a table by time, with the act that says so", async () => {
    const [heading, before, corrected, after] = rows((await read("history", "--slot", "13")).stdout);
    expect(heading).toEqual(["FROM", "UNTIL", "SEAT", "SPECID", "IFUID", "SPECSLOT", "REVISION", "WHY"]);
    const [march1, march4] = ["2018-03-01T18:00:00Z", "2018-03-04T18:00:00Z"];
    expect(before?.slice(0, 6)).toEqual(["2018-01-01T18:00:00Z", march1, "013", "600", "082", "111"]);
    expect(corrected).toEqual([march1, march4, "013", "999", "990", "111", "3", "headers of March"]);
    expect(after?.slice(0, 6)).toEqual([march4, "open", "013", "600", "082", "111"]);
  });

  test.each([
    [["--spec", "600"], 2],
    [["--ifu", "990"], 1],
    [["--ifu", "82"], 2],
    [["--ifu", "082", "--as-of", "2"], 1],
  ])("%j has %i entries", async (args, entries) => {
    const { stdout } = await read("history", ...args, "--json");
    expect(JSON.parse(stdout).entries).toHaveLength(entries);
  });

  test.each([
    [[], 2],
    [["--spec", "1", "--ifu", "1"], 2],
    [["--spec", "x"], 2],
    [["--spec", "123"], 3],
    [["--cont", "S/N 9999"], 3],
    [["--spec", "999", "--as-of", "99"], 3],
  ])("%j is refused with exit code %i", async (args, code) => {
    expect(await read("history", ...args)).toMatchObject({ code, stdout: "" });
  });
});

describe("log", () => {
  test("lists the acts, the newest first", async () => {
    const [heading, ...acts] = rows((await read("log", "--limit", "2")).stdout);
    expect(heading).toEqual(["REVISION", "WHEN", "KIND", "WHO", "WHY"]);
    expect(acts.map(([rev, , ...rest]) => [rev, ...rest])).toEqual([
      ["4", "hold", "admin", "wait"],
      ["3", "correct", "admin", "headers of March"],
      [""],
    ]);
    const older = JSON.parse((await read("log", "--before", "3", "--json")).stdout);
    expect(older.map((revision: { rev: number }) => revision.rev)).toEqual([2, 1]);
  });

  test("of one revision says who, when and why, then what, and the hashes at the end", async () => {
    const { body, hash, prevHash, bodySha256, recordedAt } = JSON.parse((await read("log", "3", "--json")).stdout);
    expect(body.source.corrections).toHaveLength(1);
    expect((await read("log", "3")).stdout).toBe(`revision  3
when      ${recordedAt}
kind      correct
who       admin
why       headers of March

from 2018-03-01T18:00:00Z until 2018-03-04T18:00:00Z
  013  SPECID 999, SPECSLOT 111, IFUID 990
  confirmed
with --json: corrections

body (SHA-256)  ${bodySha256}
hash before     ${prevHash}
hash            ${hash}
`);
  });

  test.each([
    ["1", "user admin: add, role admin\n"],
    ["2", "\nfile: fplane20180101.txt, SHA-256 "],
    ["4", "\nfrom 2020-01-01T18:00:00Z on\n  014  kept by hold 4\n\nbody"],
  ])("of revision %s says %j", async (rev, said) => {
    expect((await read("log", rev)).stdout).toContain(said);
  });

  test.each([
    [["99"], 3],
    [["0"], 2],
    [["latest"], 2],
    [["--limit", "0"], 2],
    [["--limit", "1001"], 2],
    [["--before", "0"], 2],
    [["3", "--before", "4"], 2],
  ])("%j is refused with exit code %i", async (args, code) => {
    expect(await read("log", ...args)).toMatchObject({ code, stdout: "" });
  });
});

describe("changes", () => {
  test("tells the spans and their seats, then the nights", async () => {
    const { stdout, stderr } = await read("changes", "--from-rev", "2");
    expect(stdout).toStartWith(`from 2018-03-01T18:00:00Z until 2018-03-04T18:00:00Z
  013  SPECID 600 -> 999, IFUID 082 -> 990
`);
    expect(stdout).toEndWith("\n3 nights to reduce again, the first 2018-03-01, the last 2018-03-03\n");
    expect(stderr).toBe("from revision 2 to revision 4\n");
  });

  test("--nights is only the nights, one a line", async () => {
    const nights = ["2018-03-01", "2018-03-02", "2018-03-03"];
    expect((await read("changes", "--from-rev", "2", "--nights")).stdout).toBe(`${nights.join("\n")}\n`);
    expect(JSON.parse((await read("changes", "--from-rev", "2", "--nights", "--json")).stdout)).toEqual(nights);
    expect((await read("changes", "--from-rev", "3", "--nights")).stdout).toBe("");
  });

  test("says so when there is no difference, and refuses the other way round", async () => {
    expect((await read("changes", "--from-rev", "3", "--to-rev", "4")).stdout).toBe("no difference\n");
    expect(await read("changes", "--from-rev", "3", "--to-rev", "2")).toMatchObject({ code: 2, stdout: "" });
    expect(await read("changes", "--from-rev", "9")).toMatchObject({ code: 3, stdout: "" });
  });
});

describe("blame", () => {
  test("names for each seat the act that says what it holds", async () => {
    const { stdout, stderr } = await read("blame", "20180301");
    const [heading, first, second] = rows(stdout);
    expect(heading).toEqual(["SEAT", "SPECID", "IFUID", "SINCE", "REVISION", "WHO", "WHY"]);
    expect(first).toEqual(["013", "999", "990", "2018-03-01T18:00:00Z", "3", "admin", "headers of March"]);
    expect(second).toEqual(["014", "601", "081", "2018-01-01T18:00:00Z", "2", "admin", "the first list"]);
    expect(stderr).toBe("2018-03-02T06:00:00Z as of revision 4\n");
  });

  test("also as it was known then, of a UT date, and as JSON", async () => {
    expect(rows((await read("blame", "20180301", "--as-of", "2")).stdout)[1]?.slice(0, 3)).toEqual([
      "013",
      "600",
      "082",
    ]);
    expect((await read("blame", "20180302", "--ut")).stderr).toStartWith("2018-03-02T06:00:00Z");
    expect(JSON.parse((await read("blame", "--json")).stdout).seats[0]).toMatchObject({
      ifuslot: "013",
      specid: "600",
    });
  });
});

test("a reader that has enough of the output is no error: exit code 141, and nothing said", async () => {
  const pipe = `${process.execPath} bin/fplane.ts blame 20180101 2>err; echo $? > code`;
  const script = `d=$(mktemp -d); ( cd ${join(import.meta.dir, "..", "..")}; ${pipe.replaceAll(/\b(err|code)\b/g, "$d/$1")} ) | true; cat $d/code $d/err; rm -r $d`;
  const shell = Bun.spawn(["sh", "-c", script], { env: { ...process.env, ...server.env }, stdout: "pipe" });
  const said = await new Response(shell.stdout).text();
  expect(said).toMatch(/^141\n2018-01-02T06:00:00Z as of revision \d+\n$/);
});
