import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { lockQueue } from "../../../bin/update/queue-lock.ts";
import { later, SECOND } from "../../../src/domain/time/instant.ts";
import { cli, startCli } from "../../support/cli.ts";
import { hoursAgo, keepByHand, statusWith, wholeSecond } from "../../support/kept-statuses.ts";
import { queueingSite } from "../../support/queueing-site.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const site = queueingSite();

describe("two runs at once", () => {
  test("take turns: each status is taken once, and both are told what theirs did", async () => {
    const [first, second, before] = [site.newSpecid(), site.newSpecid(), site.newSpecid()];
    const at = hoursAgo(20);
    await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(before, at) });
    site.front.set({ kind: "is slow", milliseconds: 300 });
    const runs = await Promise.all(
      [statusWith(first, hoursAgo(1)), statusWith(second, wholeSecond())].map((config) =>
        cli(["update", "--file", "-", "--commit"], { env: site.env, stdin: JSON.stringify(config) }),
      ),
    );
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stdout } of runs) expect(stdout).toMatch(/revision \d+\n$/);
    expect(await site.updatesWith([first, second, before])).toHaveLength(3);
    expect(await site.waiting()).toEqual([]);
  });

  test("the second waits no longer than --wait says; its status is kept", async () => {
    await mkdir(site.queue, { recursive: true, mode: 0o700 });
    const release = await lockQueue(site.queue, 0, new AbortController().signal);
    const stdin = JSON.stringify(statusWith(site.newSpecid(), wholeSecond()));
    const started = Date.now();
    const second = await cli(["update", "--file", "-", "--commit", "--wait", "1"], { env: site.env, stdin });
    release();
    expect(second.code).toBe(6);
    expect(second.stderr).toContain(
      `another run (process ${process.pid}) is still sending what waits in ${site.queue}`,
    );
    expect(second.stderr).toContain("will be sent next time\n");
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
    expect(await site.waiting()).toHaveLength(1);
    expect((await site.flush()).code).toBe(0);
  });

  test("a run that is killed while it sends leaves no lock", async () => {
    site.front.set({ kind: "hangs" });
    const specid = site.newSpecid();
    const run = startCli(["update", "--file", "-", "--commit"], {
      env: site.env,
      stdin: JSON.stringify(statusWith(specid, wholeSecond())),
    });
    while (site.front.requests() === 0) await Bun.sleep(20);
    run.kill("SIGKILL");
    await run.exited;
    site.front.set({ kind: "passes" });
    expect(await site.flush("--wait", "0")).toMatchObject({ code: 0 });
    expect(await site.updatesWith([specid])).toHaveLength(1);
  });

  test("Ctrl-C while it sends is exit code 130 at once, and the status stays", async () => {
    site.front.set({ kind: "hangs" });
    const stdin = JSON.stringify(statusWith(site.newSpecid(), wholeSecond()));
    const run = startCli(["update", "--file", "-", "--commit"], { env: site.env, stdin });
    while (site.front.requests() === 0) await Bun.sleep(20);
    run.kill("SIGINT");
    expect(await run.exited).toBe(130);
    expect(await site.waiting()).toHaveLength(1);
  });
});

describe("kill -9 at a random moment", () => {
  test("20 times: whatever was kept or acknowledged is taken, and nothing twice", async () => {
    site.front.set({ kind: "is slow", milliseconds: 40 });
    const statuses: string[] = [];
    const promised = new Set<string>();
    for (let kill = 0; kill < 20; kill += 1) {
      const specid = site.newSpecid();
      statuses.push(specid);
      const stdin = JSON.stringify(statusWith(specid, later(hoursAgo(5), kill * 60 * SECOND)));
      const run = startCli(["update", "--file", "-", "--commit"], { env: site.env, stdin });
      // Half of them at any time, half from the first request on: reading, keeping, sending, removing.
      site.front.set({ kind: "is slow", milliseconds: 40 });
      const deadline = Date.now() + 10_000;
      if (kill % 2 === 1) while (site.front.requests() === 0 && Date.now() < deadline) await Bun.sleep(1);
      await Bun.sleep(Math.random() * (kill % 2 === 1 ? 120 : 400));
      run.kill("SIGKILL");
      await run.exited;
      for (const name of await site.waiting()) {
        promised.add(String((await Bun.file(join(site.queue, name)).json()).config.units[0].SPECID));
      }
    }
    site.front.set({ kind: "passes" });
    expect((await site.flush()).code).toBe(0);
    const taken = (await site.updatesWith(statuses)).map(({ specid }) => specid);
    expect(taken.toSorted()).toEqual([...new Set(taken)].toSorted());
    expect([...promised].filter((specid) => !taken.includes(specid))).toEqual([]);
    expect(promised.size).toBeGreaterThan(0);
    expect([await site.waiting(), await site.refused()]).toEqual([[], []]);
  }, 120_000);
});
