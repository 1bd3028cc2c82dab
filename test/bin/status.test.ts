import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { HOUR, type Instant, later } from "../../src/domain/time/instant.ts";
import { runHere } from "../support/fake-terminal.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { startLivePlane } from "../support/live-plane.ts";
import type { LiveServer } from "../support/live-server.ts";
import { madeUpPlane } from "../support/planes.ts";

// A server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const UNITS: readonly ReportedUnit[] = madeUpPlane().virus.filter((row) => row.specid !== null);

let server: LiveServer;
beforeAll(async () => {
  server = await startLivePlane();
});
afterAll(() => server.stop());

const fplane = (args: readonly string[], stdin = "") => runHere(args, { env: server.env, stdin });
/** Without any key: reading is public. */
const read = (...args: string[]) => runHere(args, { env: { FPLANE_SERVER: server.url } });
const reportOf = async (...args: string[]) => JSON.parse((await read(...args, "--json")).stdout);
const newest = async (): Promise<number> => (await reportOf("status")).revision;

describe("hold", () => {
  test("keeps seats until it is released", async () => {
    const add = ["hold", "add", "--slot", "025,26", "--from", "20190101", "--reason", "not\nyet"];
    const before = await newest();
    const preview = await fplane(add);
    const seats = "025, 026 from 2019-01-01T18:00:00Z on";
    expect(preview.stdout).toBe(
      `would hold ${seats}\nbase revision ${before}\npreview: nothing was recorded; --commit records it\n`,
    );
    const again = `--slot 025,26 --from 20190101 --reason 'not\nyet' --base ${before} --commit`;
    expect(preview.stderr).toBe(`to record it: fplane hold add ${again}\n`);
    expect(await fplane(["hold", "list"])).toEqual({ code: 0, stdout: "", stderr: "nothing is held\n" });
    const added = await fplane([...add, "--base", String(before), "--commit"]);
    const hold = await newest();
    expect(added.stdout).toBe(`hold ${hold}: 025, 026 from 2019-01-01T18:00:00Z on\n`);
    expect((await fplane(["hold", "list"])).stdout).toMatch(
      new RegExp(`^HOLD +SEATS +WHO +WHY\\n${hold} +025, 026 from 2019-01-01T18:00:00Z on +admin +not yet\\n$`),
    );
    expect(await reportOf("hold", "list")).toMatchObject([{ hold, ifuslots: ["025", "026"], until: null }]);
    const release = ["hold", "release", String(hold), "--reason", "done"];
    expect((await fplane(release)).stdout).toStartWith("would release 025, 026\npreview: ");
    expect(await fplane([...release, "--commit"])).toMatchObject({
      code: 0,
      stdout: `revision ${hold + 1}\n`,
    });
    expect(await reportOf("hold", "list")).toEqual([]);
    expect(await fplane(["hold", "release", String(hold), "--reason", "x"])).toMatchObject({ code: 3, stdout: "" });
  });

  test.each([
    [["--slot", "056", "--from", "20190101", "--reason", "x"]],
    [["--slot", "013", "--reason", "x"]],
    [["--slot", "013", "--from", "20190101"]],
  ])("add %j is refused with exit code 2", async (args) => {
    expect(await fplane(["hold", "add", ...args])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("tag", () => {
  test("names a revision for ever, up to a horizon", async () => {
    const added = await fplane(["tag", "add", "dr1", "--as-of", "2", "--horizon", "20200701", "--reason", "release"]);
    expect(added.stdout).toBe("dr1 is revision 2, up to 2020-07-01T17:00:00Z\n");
    const made = await newest();
    expect((await fplane(["tag", "list"])).stdout).toMatch(new RegExp(`^dr1 +2 +2020-07-01T17:00:00Z +${made}$`, "m"));
    expect(await fplane(["get", "--as-of", "dr1", "20200701", "-o", "-"])).toMatchObject({ code: 5, stdout: "" });
    expect(await fplane(["tag", "add", "dr1"])).toMatchObject({ code: 5, stdout: "" });
    expect(await fplane(["tag", "add", "20180101"])).toMatchObject({ code: 2, stdout: "" });
    expect((await fplane(["tag", "add", "dr2"])).stdout).toBe(`dr2 is revision ${made}\n`);
  });
});

describe("status, update --force and quarantine", () => {
  const at = () => (Math.floor(Date.now() / 1000) * 1_000_000) as Instant;
  const exchanged = (i: number, j: number) =>
    UNITS.map((unit, k) => ({ ...unit, specid: UNITS[k === i ? j : k === j ? i : k]?.specid ?? null }));
  const half = UNITS.slice(0, UNITS.length / 2);
  const send = (units: readonly ReportedUnit[], ...flags: string[]) =>
    fplane(["update", "--file", "-", "--commit", ...flags], JSON.stringify(hardwareStatus(units, at())));

  test("before the first update there is nothing but a hold", async () => {
    await fplane(["hold", "add", "--slot", "014", "--from", "20200101", "--reason", "wait", "--commit"]);
    const revision = await newest();
    const { stdout } = await read("status");
    expect(stdout).toStartWith(`revision ${revision}, `);
    expect(stdout).toContain("\nno hardware status has been taken yet\n");
    expect(stdout).toContain("\nin quarantine: none\nrefused: none\nheld:\n  HOLD  SEATS ");
    expect(stdout).toMatch(new RegExp(`^  ${revision} +014 from 2020-01-01T18:00:00Z on  admin  wait$`, "m"));
  });

  test("a held seat is not changed, which the update and status say", async () => {
    const { code, stdout, stderr } = await send(exchanged(1, 2));
    expect(code).toBe(0);
    expect(stderr).toContain("warning: held, so not taken: 014  SPECID 601 -> 602");
    expect(stdout).not.toContain("014  SPECID");
    const told = (await read("status")).stdout;
    expect(told).toMatch(/^last hardware status of \S+ \(\d min ago\), revision \d+$/m);
    expect(told).toMatch(/^contradicted by the last status, but held:\n {2}014 {2}SPECID 601 -> 602$/m);
  });

  test("a status that loses half of the units waits, and is released with a preview or discarded", async () => {
    const refused = await send(half);
    expect(refused).toMatchObject({ code: 5, stdout: "" });
    const [waiting] = JSON.parse((await read("quarantine", "list", "--json")).stdout);
    const upload = String(waiting.rev);
    expect((await read("quarantine", "list")).stdout).toMatch(
      new RegExp(`^UPLOAD +RECEIVED +STATUS OF +WHO +WHY\\n${upload} .* admin `),
    );
    expect((await read("status")).stdout).toMatch(new RegExp(`^in quarantine:\\n  UPLOAD .*\\n  ${upload} `, "m"));
    const preview = await fplane(["quarantine", "release", upload, "--reason", "half is away"]);
    expect(preview).toMatchObject({ code: 0 });
    expect(preview.stdout).toEndWith("dry run: nothing was recorded; --commit records it\n");
    const released = await fplane(["quarantine", "release", upload, "--reason", "half is away", "--commit"]);
    expect(released.stdout).toEndWith(`\nrevision ${Number(upload) + 1}\n`);
    expect(JSON.parse((await read("quarantine", "list", "--json")).stdout)).toEqual([]);
    expect(await read("quarantine", "list")).toEqual({
      ...{ code: 0, stdout: "", stderr: "no update waits in quarantine\n" },
    });
    const twice = await fplane(["quarantine", "release", upload, "--reason", "again", "--commit"]);
    expect(twice).toMatchObject({ code: 3, stdout: "" });
    expect(twice.stderr).toMatch(
      new RegExp(
        `^fplane: upload ${upload} waits no longer: it was released at \\S+Z by admin \\(half is away\\), as revision ${Number(upload) + 1}\n`,
      ),
    );

    await send(UNITS.slice(0, 3));
    const [second] = JSON.parse((await read("quarantine", "list", "--json")).stdout);
    const discard = ["quarantine", "discard", String(second.rev), "--reason", "cables"];
    expect(await fplane(discard)).toMatchObject({ code: 0, stdout: `revision ${second.rev + 1}\n` });
    const again = await fplane(discard);
    expect(again).toMatchObject({ code: 3, stdout: "" });
    expect(again.stderr).toContain(`it was discarded at `);
  });

  test("a refused status is told until the next one is taken", async () => {
    const stale = hardwareStatus(UNITS, later(at(), -7 * HOUR));
    expect(await fplane(["update", "--file", "-", "--commit"], JSON.stringify(stale))).toMatchObject({ code: 5 });
    expect((await reportOf("status")).refused).toMatchObject([{ code: "stale-status" }]);
    expect(await send(UNITS, "--force")).toMatchObject({ code: 0 });
    expect((await reportOf("status")).refused).toEqual([]);
    expect((await read("log")).stdout).toMatch(/ refuse +admin +/);
  });

  test("update --force passes the gate", async () => {
    expect(await send(UNITS.slice(0, 4), "--force")).toMatchObject({ code: 0 });
    const lost = (await read("blame")).stdout.split("\n").filter((line) => /^0\d\d +000/.test(line));
    expect(lost.length).toBeGreaterThan(50);
  });

  test.each([
    [["quarantine", "release", "x", "--reason", "x"], 2],
    [["quarantine", "release", "2", "--reason", "x"], 3],
    [["quarantine", "discard", "2"], 2],
  ])("%j is refused with exit code %i", async (args, code) => {
    expect(await fplane(args)).toMatchObject({ code, stdout: "" });
  });
});
