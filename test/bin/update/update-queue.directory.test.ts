import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { instantText } from "../../../src/domain/time/instant.ts";
import { runHere } from "../../support/fake-terminal.ts";
import { hoursAgo, keepByHand, statusWith, wholeSecond } from "../../support/kept-statuses.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import { AWAY, queueingSite } from "../../support/queueing-site.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const site = queueingSite();

describe("what is wrong with a status or its sender", () => {
  test("a status that is refused at once is not kept: the server keeps it, and the exit code is that of the error", async () => {
    const [specid, config] = [site.newSpecid(), statusWith("412", hoursAgo(7))];
    const { code, stderr } = await site.update(config);
    expect(code).toBe(5);
    expect(stderr).toContain("more than 6 h is too old");
    expect([await site.waiting(), await site.refused()]).toEqual([[], []]);
    site.front.set({ kind: "fails", status: 413, body: "too large" });
    expect(await site.update(statusWith(specid, wholeSecond()))).toMatchObject({ code: 2 });
    expect([(await site.waiting()).length, (await site.refused()).length]).toEqual([0, 2]); // here only we have it
  });

  test("with a key that the server does not know it is kept until the key is right", async () => {
    const specid = site.newSpecid();
    const right = site.env["FPLANE_APIKEY"] ?? "";
    site.env["FPLANE_APIKEY"] = "0".repeat(48);
    const { code, stderr } = await site.update(statusWith(specid, wholeSecond()));
    expect(code).toBe(4);
    expect(stderr).toContain("will be sent next time");
    site.env["FPLANE_APIKEY"] = right;
    expect((await site.flush()).code).toBe(0);
    expect(await site.updatesWith([specid])).toHaveLength(1);
  });

  test("a key file that cannot be read keeps it too", async () => {
    const { code, stderr } = await site.update(
      statusWith(site.newSpecid(), wholeSecond()),
      "--key-file",
      "/no/such/key",
    );
    expect({ code, kept: (await site.waiting()).length }).toEqual({ code: 2, kept: 1 });
    expect(stderr).toMatch(/^fplane: \/no\/such\/key cannot be read: .*; the status taken at .* is kept in .*\n$/);
  });

  test("when the telescope gives none, those of other days are sent all the same", async () => {
    const [specid, at] = [site.newSpecid(), hoursAgo(30)];
    await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    const { code, stderr } = await runHere(["update", "--command", "exit 3", "--commit"], {
      env: { ...site.env, PATH: process.env["PATH"] ?? "" },
    });
    expect({ code, told: stderr.includes("failed (exit code 3)") }).toEqual({ code: 6, told: true });
    expect(await site.updatesWith([specid])).toHaveLength(1);
  });

  test("the same status twice waits once", async () => {
    site.front.set(AWAY);
    const config = statusWith(site.newSpecid(), wholeSecond());
    await site.update(config);
    const [name = ""] = await site.waiting();
    expect((await site.update(config)).code).toBe(6);
    expect(await site.waiting()).toEqual([name]);
  });

  test("a dry run neither looks at the queue nor makes it", async () => {
    site.front.set(AWAY);
    const stdin = JSON.stringify(statusWith(site.newSpecid(), wholeSecond()));
    expect(await runHere(["update", "--file", "-"], { env: site.env, stdin })).toMatchObject({ code: 6, stdout: "" });
    expect(await stat(site.queue).catch(() => null)).toBeNull();
    site.front.set({ kind: "passes" });
    await keepByHand(site.queue, {
      takenAt: hoursAgo(1),
      server: site.front.url,
      config: statusWith("300", hoursAgo(1)),
    });
    await runHere(["update", "--file", "-"], { env: site.env, stdin });
    expect(await readdir(site.queue)).toHaveLength(1);
  });
});

describe("the queue directory", () => {
  test("a file in it that is damaged is put aside and reported, and the rest is sent", async () => {
    const [specid, at] = [site.newSpecid(), hoursAgo(2)];
    const good = await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    const text = await Bun.file(join(site.queue, good)).text();
    const damaged = [
      ["20200101T000000.000000Z-empty.json", ""],
      ["20200102T000000.000000Z-half.json", text.slice(0, text.length / 2)],
      ["20200103T000000.000000Z-list.json", "[]"],
      ["20200104T000000.000000Z-other.json", text.replace('"id"', '"di"')],
      ["20200105T000000.000000Z-time.json", text.replace(/"takenAt":"[^"]*"/, '"takenAt":"yesterday"')],
      ["20200106T000000.000000Z-bytes.json", `\u0000${text}`],
    ] as const;
    for (const [name, content] of damaged) await Bun.write(join(site.queue, name), content);
    await mkdir(join(site.queue, "20200107T000000.000000Z-directory.json"));
    const { code, stderr } = await site.flush();
    expect(code).toBe(2);
    expect(stderr.match(/^refused for good: .* \(bad-json\); see /gm)).toHaveLength(7);
    expect(await site.waiting()).toEqual([]);
    expect((await site.refused()).filter((name) => name.endsWith(".json"))).toHaveLength(7);
    expect(await Bun.file(join(site.queue, "refused", damaged[1][0])).text()).toBe(damaged[1][1]);
    expect(await site.updatesWith([specid])).toHaveLength(1);
  });

  test("that is full refuses the newest status and drops none", async () => {
    const old = await keepByHand(site.queue, { takenAt: hoursAgo(9), server: "http://elsewhere:1", config: {} });
    const text = await Bun.file(join(site.queue, old)).text();
    const writing = Array.from({ length: 9_999 }, (_, i) => Bun.write(join(site.queue, `2020-${i}.json`), text));
    await Promise.all(writing);
    site.front.set(AWAY);
    const [lost, sent] = [site.newSpecid(), site.newSpecid()];
    const { code, stderr } = await site.update(statusWith(lost, wholeSecond()));
    expect(code).toBe(6);
    expect(stderr).toMatch(/is NOT kept: the queue \S+ is full \(it takes 10000 statuses or 1024 MiB\)\n$/);
    expect(await site.waiting()).toHaveLength(10_000);
    site.front.set({ kind: "passes" });
    const passed = await site.update(statusWith(sent, wholeSecond()));
    expect(passed).toMatchObject({ code: 0, stderr: expect.stringContaining("is full") });
    expect(await site.updatesWith([lost, sent])).toHaveLength(1);
    await rm(site.queue, { recursive: true });
  });

  const unusable: readonly (readonly [string, () => Promise<string>, string])[] = [
    ["below a file", async () => "/dev/null/queue", "cannot be used"],
    ["read-only", async () => "/proc/self/task", "cannot be written"],
    [
      "others can write into",
      async () => {
        await mkdir(site.queue, { recursive: true });
        await chmod(site.queue, 0o777);
        return site.queue;
      },
      "others can write into it",
    ],
  ];
  test.each(unusable)("that is %s does not keep a status from a server that is there", async (_what, make, told) => {
    site.env["FPLANE_QUEUE_DIR"] = await make();
    const [specid, lost] = [site.newSpecid(), site.newSpecid()];
    const sent = await site.update(statusWith(specid, wholeSecond()));
    expect({ code: sent.code, told: sent.stderr.includes(told) ? told : sent.stderr }).toEqual({ code: 0, told });
    expect(await site.updatesWith([specid])).toHaveLength(1);
    site.front.set(AWAY);
    const away = await site.update(statusWith(lost, wholeSecond()));
    expect(away.code).toBe(6);
    expect(away.stderr).toMatch(/HTTP 503; the status taken at \S+ is NOT kept: /);
    expect(away.stderr).toContain(told);
    expect((await site.flush()).code).toBe(6);
  });

  test("without a home there is none, and --queue-dir names one", async () => {
    delete site.env["FPLANE_QUEUE_DIR"];
    site.front.set(AWAY);
    const config = statusWith(site.newSpecid(), wholeSecond());
    expect((await site.update(config)).stderr).toContain("NOT kept: there is no home directory for the queue");
    site.env["HOME"] = join(site.queue, "home");
    expect((await site.update(config)).stderr).toContain(`${site.queue}/home/.local/state/fplane/queue and`);
    site.env["XDG_STATE_HOME"] = join(site.queue, "xdg");
    expect((await site.update(config)).stderr).toContain(`${site.queue}/xdg/fplane/queue and`);
    expect((await site.update(config, "--queue-dir", join(site.queue, "given"))).stderr).toContain(
      `${site.queue}/given and`,
    );
  });

  test("what is kept for one server is not sent to another, but with --any-server", async () => {
    const [specid, at] = [site.newSpecid(), hoursAgo(12)];
    const name = await keepByHand(site.queue, {
      takenAt: at,
      server: "http://old:5000",
      config: statusWith(specid, at),
    });
    expect(await site.flush()).toMatchObject({ code: 0, stderr: "fplane: 1 kept\n" });
    expect(await site.waiting()).toEqual([name]);
    expect(await site.flush("--any-server")).toMatchObject({ code: 0 });
    expect(await site.updatesWith([specid])).toHaveLength(1);
  });

  test("--list prints what waits, and sends nothing", async () => {
    const list = (...args: string[]) => runHere(["update", "--list", ...args], { env: site.env });
    expect((await list()).stdout).toBe(`nothing waits in ${site.queue}\n`);
    const [at, earlier] = [hoursAgo(3), hoursAgo(300)];
    const name = await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith("1", at) });
    await keepByHand(join(site.queue, "refused"), { takenAt: earlier, server: site.front.url, config: {} });
    const { code, stdout } = await list();
    expect(code).toBe(0);
    expect(stdout).toContain(`${instantText(at)}  ${site.front.url}  ${site.queue}/${name}\n`);
    expect(stdout).toEndWith(`refused for good: 1, in ${site.queue}/refused\n`);
    const report = JSON.parse((await list("--json")).stdout);
    expect(report).toMatchObject({ waiting: [{ takenAt: instantText(at), server: site.front.url }], refused: 1 });
    expect(site.front.requests()).toBe(0);
  });

  test("--json tells what was sent beside the report", async () => {
    const [at, specid, last] = [hoursAgo(2), site.newSpecid(), site.newSpecid()];
    await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    const report = JSON.parse((await site.update(statusWith(last, wholeSecond()), "--json")).stdout);
    expect(report).toMatchObject({ committed: true, queue: { sent: [{ dataTime: instantText(at) }], waiting: 0 } });
    expect(JSON.parse((await site.flush("--json")).stdout)).toEqual({ queue: { sent: [], refused: [], waiting: 0 } });
  });

  test("--log takes the line of each run, also of one that failed", async () => {
    const log = join(await temporaryDirectory(), "update.log");
    expect((await site.update(statusWith(site.newSpecid(), hoursAgo(1)), "--log", log)).stderr).toBe("");
    site.front.set(AWAY);
    expect((await site.update(statusWith(site.newSpecid(), wholeSecond()), "--log", log)).stderr).toContain(
      "is kept in",
    );
    const lines = (await Bun.file(log).text()).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\dT\S+Z update: taken as revision \d+, nothing waits$/);
    expect(lines[1]).toMatch(/^\S+Z update: .*HTTP 503; .* \(unavailable\); 1 kept$/);
  });

  test.each([
    [["--flush", "--file", "x"], "--flush and --file exclude each other"],
    [["--flush", "20180715"], "--flush and a date exclude each other"],
    [["--list", "--command", "x"], "--list and --command exclude each other"],
    [["--list", "--flush"], "--list and --flush exclude each other"],
    [["--flush", "--wait", "soon"], "--wait is"],
  ])("update %j is refused", async (args, told) => {
    const { code, stderr } = await runHere(["update", ...args], { env: site.env });
    expect({ code, told: stderr.includes(told) ? told : stderr }).toEqual({ code: 2, told });
  });
});
