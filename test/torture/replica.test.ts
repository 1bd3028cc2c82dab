import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Cluster, newCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { initDirectory, type LiveServer, serveDirectory } from "../support/live-server.ts";
import { connect, serverBinaries } from "../support/postgres.ts";
import { as } from "../support/site.ts";
import { recordFigure } from "./figures.ts";
import { loggedIn } from "./outage-lines.ts";
import { FULL } from "./scale.ts";
import { lostOf, markedStatus, newDataTime, STORM_SETTINGS, type Storm, startStorm } from "./storm.ts";
import { expectWhole, minutesSince } from "./whole-record.ts";

const UPDATES = FULL ? 300 : 5;
const LONG = FULL ? 1_800_000 : 180_000;
const SETTINGS = { ...STORM_SETTINGS, DATABASE_POLL_SECONDS: "1", LOG_LOWER_LEVEL: "info" };

describe.skipIf(serverBinaries() === null)("a replica that becomes the primary (needs postgresql)", () => {
  let [primary, standby]: [Cluster, Cluster] = [] as never;
  let directory: string;
  let server: LiveServer;

  beforeAll(async () => {
    primary = (await newCluster(["fsync=on", "wal_level=replica"])) as Cluster;
    await primary.start();
    directory = await initDirectory({ database: primary.url });
    standby = await primary.standby();
    await standby.start();
    await acknowledgeAfterStandby(primary);
    server = await serveDirectory(directory, { ...SETTINGS, DATABASE_REPLICA_URL: standby.url });
    const body = JSON.stringify({ config: markedStatus(0, newDataTime()), commit: true });
    const first = await fetch(`${server.url}/fplane`, { method: "POST", body, headers: as(server.adminKey) });
    expect([first.status, await first.text()]).toEqual([200, expect.any(String)]);
  }, LONG);
  afterAll(async () => {
    await server.stop();
    await standby.kill();
    await primary.kill();
  }, LONG);

  const storm = () => startStorm({ url: () => server.url, key: server.adminKey, writers: 3, readers: 2 });
  const more = async ({ updates }: Storm, count: number) => {
    const before = updates.length;
    await eventually(
      () => updates.length,
      (now) => now >= before + count,
      LONG,
    );
  };

  test(
    "has all that was acknowledged, answers reads meanwhile, and takes the next updates",
    async () => {
      const began = performance.now();
      const before = storm();
      await more(before, UPDATES);
      await primary.kill();
      await eventually(
        () => before.refused.get("unavailable") ?? 0,
        (count) => count >= 3,
      );
      const answer = await fetch(`${server.url}/fplane`);
      expect(answer.status).toBe(200);
      await standby.promote();
      await before.stop();
      expect(before.faults).toEqual([]);
      const code = await server.stop();
      const unstructured = (await server.stderr).split("\n").filter((line) => line !== "" && !line.startsWith("{"));
      expect({ code, unstructured }).toEqual({ code: 0, unstructured: [] });

      server = await serveDirectory(directory, { ...SETTINGS, DATABASE_URL: standby.url });
      expect(await lostOf(server.url, before.updates)).toEqual([]);
      const after = storm();
      await more(after, FULL ? 20 : 3);
      await after.stop();
      expect(after.faults).toEqual([]);
      expect(await lostOf(server.url, [...before.updates, ...after.updates])).toEqual([]);
      await expectWhole({ engine: "postgres", url: standby.url });
      const lines = loggedIn(directory).filter((line) => !/reads go to|stopping|database records? /.test(line));
      expect(lines.filter((line) => line.startsWith("error"))).toHaveLength(1);
      const reads = [...before.reads.values(), ...after.reads.values()].reduce((sum, count) => sum + count, 0);
      recordFigure(
        "a streaming replica promoted after kill -9 of the primary, synchronous_commit = on",
        `${before.updates.length} updates acknowledged before, 0 lost, ${after.updates.length} after; ${reads} reads answered, 0 failed; ${minutesSince(began)}`,
      );
    },
    LONG,
  );
});

/** A commit is acknowledged when the standby has it too: else the last ones would go with the primary. */
async function acknowledgeAfterStandby(primary: Cluster): Promise<void> {
  const sql = connect(primary.url, { max: 1, onnotice: () => {} });
  try {
    await eventually(
      async () => (await sql`SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'`).length,
      (count) => count === 1,
      60_000,
    );
    await sql`ALTER SYSTEM SET synchronous_standby_names = '*'`;
    await sql`SELECT pg_reload_conf()`;
  } finally {
    await sql.end();
  }
}
