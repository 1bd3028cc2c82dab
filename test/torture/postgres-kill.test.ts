import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Cluster, newCluster } from "../support/cluster.ts";
import { eventually } from "../support/eventually.ts";
import { initDirectory, type LiveServer, serveDirectory } from "../support/live-server.ts";
import { connect, serverBinaries } from "../support/postgres.ts";
import { as } from "../support/site.ts";
import { recordFigure } from "./figures.ts";
import { outagesIn } from "./outage-lines.ts";
import { FULL } from "./scale.ts";
import { lostOf, markedStatus, newDataTime, STORM_SETTINGS, type Storm, startStorm } from "./storm.ts";
import { expectWhole, minutesSince } from "./whole-record.ts";

const KILLS = FULL ? 20 : 1;
const CUTS = FULL ? 300 : 15;
const LONG = FULL ? 3_600_000 : 180_000;
/** A look a second, so that the end of an outage is soon said. */
const SETTINGS = {
  ...STORM_SETTINGS,
  ...{ DATABASE_POLL_SECONDS: "1", DATABASE_PATIENCE_SECONDS: "3", LOG_LOWER_LEVEL: "info" },
};

describe.skipIf(serverBinaries() === null)("a server whose PostgreSQL comes and goes (needs postgresql)", () => {
  let cluster: Cluster;
  let server: LiveServer;
  let directory: string;

  beforeAll(async () => {
    cluster = (await newCluster(["fsync=on"])) as Cluster;
    await cluster.start();
    directory = await initDirectory({ database: cluster.url });
    server = await serveDirectory(directory, SETTINGS);
    const body = JSON.stringify({ config: markedStatus(0, newDataTime()), commit: true });
    const first = await fetch(`${server.url}/fplane`, { method: "POST", body, headers: as(server.adminKey) });
    expect([first.status, await first.text()]).toEqual([200, expect.any(String)]);
  }, LONG);
  afterAll(async () => {
    await server.stop();
    await cluster.kill();
  }, LONG);

  const storm = () => startStorm({ url: () => server.url, key: server.adminKey, writers: 3, readers: 2 });
  const ready = async () => (await fetch(`${server.url}/readyz`)).status;
  const acknowledgedAgain = async ({ updates }: Storm) => {
    const before = updates.length;
    await eventually(
      () => updates.length,
      (count) => count > before + 2,
      120_000,
    );
  };
  const settled = async (begun: number) =>
    await eventually(
      () => outagesIn(directory),
      (said) => said.ended >= begun && said.begun === said.ended,
      60_000,
    );

  test(
    `kill -9 of PostgreSQL under load, ${KILLS} times: nothing acknowledged is lost, reads are answered throughout`,
    async () => {
      const began = performance.now();
      const clients = storm();
      for (let kill = 1; kill <= KILLS; kill += 1) {
        await acknowledgedAgain(clients);
        await Bun.sleep(Math.random() * 500);
        await cluster.kill();
        await eventually(ready, (status) => status === 503);
        const during = await fetch(`${server.url}/fplane`);
        expect([during.status, during.headers.has("x-fplane-stale")]).toEqual([200, true]);
        await Bun.sleep(Math.random() * 1000);
        await cluster.start();
        await eventually(ready, (status) => status === 200, 60_000);
        await acknowledgedAgain(clients);
        await settled(kill);
      }
      await clients.stop();
      expect(clients.faults).toEqual([]);
      expect(await lostOf(server.url, clients.updates)).toEqual([]);
      const { begun, refused, others } = outagesIn(directory);
      expect(others).toEqual([]);
      // One that comes back may go once more before it stays: twice, and not once for each of the requests.
      expect(begun).toBeGreaterThan(0);
      expect(begun).toBeLessThanOrEqual(2 * KILLS);
      await expectWhole({ engine: "postgres", url: cluster.url });
      const reads = Object.fromEntries(clients.reads);
      recordFigure(
        "kill -9 of PostgreSQL under load",
        `${KILLS} times: ${clients.updates.length} updates acknowledged, 0 lost; ${reads["200"]} reads answered and ${reads["200 stale"]} answered as stale, 0 failed; ${2 * begun} lines of log for ${refused} requests that were refused; ${minutesSince(began)}`,
      );
    },
    LONG,
  );

  test(
    `a storm of pg_terminate_backend, ${CUTS} times: nothing acknowledged is lost, reads are answered throughout`,
    async () => {
      const began = performance.now();
      const before = outagesIn(directory);
      const sql = connect(cluster.url, { max: 1, onnotice: () => {} });
      const clients = storm();
      let cut = 0;
      try {
        for (let i = 0; i < CUTS; i += 1) {
          await Bun.sleep(Math.random() * 400);
          const rows = await sql`
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fplane'`;
          cut += rows.length;
        }
      } finally {
        await sql.end();
      }
      await acknowledgedAgain(clients);
      await clients.stop();
      expect(clients.faults).toEqual([]);
      expect(await lostOf(server.url, clients.updates)).toEqual([]);
      expect(await ready()).toBe(200);
      await settled(before.begun);
      const { begun, ended, refused, others } = outagesIn(directory);
      expect({ begun, others }).toEqual({ begun: ended, others: [] });
      // It is one outage as long as it lasts; on a machine that pauses it may be a few.
      expect(begun - before.begun).toBeLessThanOrEqual(Math.max(2, CUTS / 20));
      const reads = [...clients.reads.values()].reduce((sum, count) => sum + count, 0);
      recordFigure(
        "a storm of pg_terminate_backend",
        `${CUTS} times, ${cut} connections cut: ${clients.updates.length} updates acknowledged, 0 lost; ${reads} reads answered, 0 failed; ${2 * (begun - before.begun)} lines of log for ${refused - before.refused} requests that were refused; ${minutesSince(began)}`,
      );
    },
    LONG,
  );

  test(
    "a PostgreSQL that hangs is as good as away: reads are answered and marked, and it is taken back when it goes on",
    async () => {
      expect((await fetch(`${server.url}/fplane`)).status).toBe(200);
      const before = outagesIn(directory).begun;
      cluster.hang(true);
      await eventually(ready, (status) => status === 503, 60_000);
      const during = await fetch(`${server.url}/fplane`);
      expect([during.status, during.headers.has("x-fplane-stale")]).toEqual([200, true]);
      await eventually(
        () => outagesIn(directory).begun,
        (begun) => begun > before,
        60_000,
      );
      cluster.hang(false);
      await eventually(ready, (status) => status === 200, 60_000);
      expect((await fetch(`${server.url}/fplane`)).headers.has("x-fplane-stale")).toBe(false);
      await settled(before + 1);
    },
    LONG,
  );
});
