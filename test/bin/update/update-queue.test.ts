import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { instantText } from "../../../src/domain/time/instant.ts";
import { cli } from "../../support/cli.ts";
import { hoursAgo, keepByHand, statusWith, wholeSecond } from "../../support/kept-statuses.ts";
import { AWAY, queueingSite } from "../../support/queueing-site.ts";
import type { Fate } from "../../support/unsteady-front.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const site = queueingSite();

describe("when the server is away", () => {
  test("the status is kept, readable by its owner only; exit code 6 and one line say so", async () => {
    await site.front.away();
    const [specid, started] = [site.newSpecid(), Date.now()];
    const config = statusWith(specid, wholeSecond());
    const kept = await cli(["update", "20180715", "--file", "-", "--commit"], {
      env: site.env,
      stdin: JSON.stringify(config),
    });
    site.front.back();
    expect({ code: kept.code, stdout: kept.stdout }).toEqual({ code: 6, stdout: "" });
    expect(kept.stderr).toMatch(
      /^fplane: the server \S+ cannot be reached: .*; the status taken at \S+Z is kept in .*\n$/,
    );
    expect(kept.stderr).toContain(`${site.queue} and will be sent next time\n`);
    const [name = ""] = await site.waiting();
    expect(name).toMatch(/^\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{32}\.json$/);
    const entry = await Bun.file(join(site.queue, name)).json();
    expect(entry).toMatchObject({ datestr: "20180715", server: site.front.url, config, force: false });
    expect(name).toContain(entry.id);
    expect(Math.abs(Date.parse(entry.takenAt) - started)).toBeLessThan(30_000);
    const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);
    expect([await mode(site.queue), await mode(join(site.queue, name))]).toEqual(["700", "600"]);
    expect((await readdir(site.queue)).filter((other) => other.endsWith(".tmp"))).toEqual([]);
  });

  test("the next update sends what waits first, the oldest first, each once and with when it was taken", async () => {
    const nights = [3, 2, 1].map((hours) => ({ specid: site.newSpecid(), at: hoursAgo(hours) }));
    site.front.set(AWAY);
    for (const { specid, at } of nights) expect((await site.update(statusWith(specid, at))).code).toBe(6);
    const names = await site.waiting();
    expect(names).toHaveLength(3);
    site.front.set({ kind: "passes" });
    const last = site.newSpecid();
    const { code, stdout, stderr } = await site.update(statusWith(last, wholeSecond()));
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^fplane: taken as revision \d+, 3 sent that had waited, nothing waits\n$/),
    });
    expect(stdout.match(/^kept since /gm)).toHaveLength(3);
    expect(stdout).toContain(`SPECID ${nights[2]?.specid} -> ${last}`);
    const taken = await site.updatesWith([...nights.map(({ specid }) => specid), last]);
    expect(taken.map(({ specid, dataTime }) => ({ specid, dataTime })).slice(0, 3)).toEqual(
      nights.map(({ specid, at }) => ({ specid, dataTime: instantText(at) })),
    );
    expect(taken.map(({ queued }) => queued !== undefined)).toEqual([true, true, true, false]);
    expect(taken.slice(0, 3).map(({ queued }) => names.findIndex((name) => name.includes(queued?.id ?? "-")))).toEqual([
      0, 1, 2,
    ]);
    expect(await site.waiting()).toEqual([]);
  });

  test("a weekend later every night is taken at its own data time, though each is older than 6 hours", async () => {
    const nights = [60, 36, 12].map((hours) => ({ specid: site.newSpecid(), at: hoursAgo(hours) }));
    for (const { specid, at } of nights) {
      await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    }
    const { code, stdout, stderr } = await site.flush();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "fplane: 3 sent that had waited, nothing waits\n" });
    expect(stdout.match(/^revision \d+$/gm)).toHaveLength(3);
    const taken = await site.updatesWith(nights.map(({ specid }) => specid));
    expect(taken.map(({ dataTime }) => dataTime)).toEqual(nights.map(({ at }) => instantText(at)));
    const specidAt = async (at: string, asOf: number) => {
      const answer = await fetch(`${site.server.url}/fplane/${at}?as_of=${asOf}&all_slots=1`);
      return answer.ok ? /^013\t\S+\t\S+\t(\d+)/m.exec((await answer.text()).replaceAll(" ", ""))?.[1] : null;
    };
    for (const [i, { dataTime, rev, specid }] of taken.entries()) {
      expect(await specidAt(dataTime, rev)).toBe(specid);
      if (i > 0) expect(await specidAt(dataTime, rev - 1)).toBe(taken[i - 1]?.specid);
    }
  });

  test("what the server refuses for good is put aside with the reason, and the rest goes on", async () => {
    const [late, good] = [site.newSpecid(), site.newSpecid()];
    const old = hoursAgo(8 * 24);
    const name = await keepByHand(site.queue, { takenAt: old, server: site.front.url, config: statusWith(late, old) });
    await keepByHand(site.queue, { takenAt: hoursAgo(30), server: site.front.url, config: { units: [] } });
    await keepByHand(site.queue, {
      takenAt: hoursAgo(20),
      server: site.front.url,
      config: statusWith(good, hoursAgo(20)),
    });
    const last = site.newSpecid();
    const { code, stderr, stdout } = await site.update(statusWith(last, wholeSecond()));
    expect(code).toBe(5);
    expect(stderr).toMatch(/^refused for good: .*8\.0 days; more than 7 is too long \(stale-status\); see .*\.json$/m);
    expect(stderr).toMatch(/ \(bad-status\); see \S+\.json$/m);
    expect(stderr).toMatch(
      /^fplane: taken as revision \d+, 1 sent that had waited, 2 refused for good, nothing waits$/m,
    );
    expect(stdout).toContain(`-> ${last}`);
    expect(await site.updatesWith([late, good, last])).toHaveLength(2);
    expect(await site.waiting()).toEqual([]);
    expect(await site.refused()).toHaveLength(4);
    const aside = join(site.queue, "refused", name);
    expect((await Bun.file(aside).json()).config).toEqual(statusWith(late, old));
    expect(await Bun.file(aside.replace(".json", ".error")).json()).toMatchObject({ code: "stale-status" });
    expect(await site.flush()).toMatchObject({ code: 0, stderr: "fplane: nothing waits\n" });
  });

  const fates: readonly (readonly [string, Fate])[] = [
    ["500 of a proxy", { kind: "fails", status: 500, body: "Internal Server Error" }],
    ["502 of a proxy", { kind: "fails", status: 502, body: "<html>Bad Gateway</html>" }],
    ["503 of a proxy", { kind: "fails", status: 503, body: "" }],
    ["429 of a proxy", { kind: "fails", status: 429, body: "slow down" }],
    ["404 of another server", { kind: "fails", status: 404, body: "no such page" }],
    ["200 of a captive portal", { kind: "fails", status: 200, body: "<html>please log in</html>" }],
    ["internal", { kind: "refused", code: "internal" }],
    ["unavailable", { kind: "refused", code: "unavailable" }],
    ["too-slow", { kind: "refused", code: "too-slow" }],
    ["too-many-requests", { kind: "refused", code: "too-many-requests", retryAfter: 1 }],
    ["a lost answer", { kind: "answer is lost" }],
  ];
  test.each(fates)("%s keeps the status; it is sent later and taken once", async (_what, fate) => {
    site.front.set(fate);
    const specid = site.newSpecid();
    const { code, stderr, stdout } = await site.update(statusWith(specid, wholeSecond()));
    expect({ code, stdout }).toEqual({ code: 6, stdout: "" });
    expect(stderr).toMatch(/^fplane: .* is kept in \S+ and will be sent next time\n$/);
    expect(await site.waiting()).toHaveLength(1);
    site.front.set({ kind: "passes" });
    expect((await site.flush()).code).toBe(0);
    expect(await site.updatesWith([specid])).toHaveLength(1);
    expect(await site.waiting()).toEqual([]);
  });

  test("a failure on the way stops the run: what is behind keeps its order, and the new status joins it", async () => {
    const kept = [5, 4, 3].map((hours) => ({ specid: site.newSpecid(), at: hoursAgo(hours) }));
    for (const { specid, at } of kept) {
      await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    }
    const names = await site.waiting();
    site.front.set((request) => (request === 2 ? AWAY : { kind: "passes" }));
    const last = site.newSpecid();
    const { code, stderr, stdout } = await site.update(statusWith(last, wholeSecond()));
    expect({ code, requests: site.front.requests() }).toEqual({ code: 6, requests: 2 });
    expect(stdout).toContain(kept[0]?.specid ?? "-");
    expect(stderr).toContain("HTTP 503");
    expect(stderr).toContain("will be sent next time, with 2 more\n");
    expect((await site.waiting()).slice(0, 2)).toEqual(names.slice(1));
    expect((await site.flush()).code).toBe(0);
    const all = [...kept.map(({ specid }) => specid), last];
    expect((await site.updatesWith(all)).map(({ specid }) => specid)).toEqual(all);
  });

  test("a run that goes too fast for the server waits for as long as that says", async () => {
    const all = [5, 4].map((hours) => ({ specid: site.newSpecid(), at: hoursAgo(hours) }));
    for (const { specid, at } of all) {
      await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(specid, at) });
    }
    site.front.set((n) =>
      n === 2 ? { kind: "refused", code: "too-many-requests", retryAfter: 1 } : { kind: "passes" },
    );
    const started = Date.now();
    expect((await site.flush()).code).toBe(0);
    expect(Date.now() - started).toBeGreaterThanOrEqual(1000);
    expect(await site.updatesWith(all.map(({ specid }) => specid))).toHaveLength(2);
  });

  test("a status at which the server itself fails is put aside after a week, not before", async () => {
    site.front.set({ kind: "refused", code: "internal" });
    for (const days of [6, 8]) {
      const at = hoursAgo(days * 24);
      await keepByHand(site.queue, { takenAt: at, server: site.front.url, config: statusWith(site.newSpecid(), at) });
    }
    expect(await site.flush()).toMatchObject({ code: 6 });
    expect([(await site.waiting()).length, (await site.refused()).length]).toEqual([1, 2]);
  });
});
