import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { initDirectory, type LiveServer, serveDirectory, temporaryDirectory } from "../support/live-server.ts";
import { as } from "../support/site.ts";
import { canMount, type SmallDisk, smallDisk } from "../support/small-disk.ts";
import { recordFigure } from "./figures.ts";
import { FULL } from "./scale.ts";
import { type Acknowledged, lostOf, markedStatus, newDataTime, STORM_SETTINGS, startStorm } from "./storm.ts";
import { expectWhole, minutesSince } from "./whole-record.ts";

const TIMES = FULL ? 20 : 1;
const LONG = FULL ? 3_600_000 : 180_000;
const SETTINGS = { ...STORM_SETTINGS, DATABASE_POLL_SECONDS: "1", LOG_LOWER_LEVEL: "info" };

/** Bytes that are left: for half a file of the spool, half a line of the journal, half a page of a table, nothing. */
const LEFT = [0, 300_000, 4096, 40_000, 12_000];

async function firstUpdate({ url, adminKey }: LiveServer): Promise<void> {
  const body = JSON.stringify({ config: markedStatus(0, newDataTime()), commit: true });
  const response = await fetch(`${url}/fplane`, { method: "POST", body, headers: as(adminKey) });
  expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
}

/** What a server said, beside the lines of requests. */
async function said(server: LiveServer): Promise<string[]> {
  return (await server.stderr).split("\n").flatMap((line) => {
    const { level, msg } = line.startsWith("{") ? (JSON.parse(line) as Record<string, string>) : {};
    return msg === undefined ? [] : [`${level}: ${msg}`];
  });
}

describe.skipIf(!canMount())("a full disk (needs root to mount)", () => {
  let disk: SmallDisk;
  let directory: string;

  beforeAll(async () => {
    disk = smallDisk(120);
    directory = join(disk.path, "site");
    cpSync(await initDirectory(), directory, { recursive: true });
  }, LONG);
  afterAll(() => disk.free());

  test(
    `of the embedded database, ${TIMES} times: nothing acknowledged is lost, reads are answered throughout`,
    async () => {
      const began = performance.now();
      const logs = await temporaryDirectory();
      const all: Acknowledged[] = [];
      let server = await serveDirectory(directory, { ...SETTINGS, LOG_DIR: logs });
      await firstUpdate(server);
      const lines: string[] = [];
      let [refused, reads] = [0, 0];
      for (let time = 0; time < TIMES; time += 1) {
        const storm = startStorm({ url: () => server.url, key: server.adminKey, writers: 2, readers: 1 });
        const acknowledged = (count: number) =>
          eventually(
            () => storm.updates.length,
            (updates) => updates >= count,
            120_000,
          );
        await acknowledged(2);
        disk.fill(LEFT[time % LEFT.length]);
        const refusals = () => storm.refused.get("unavailable") ?? 0;
        await eventually(refusals, (count) => count >= 5, 120_000);
        if (time % 2 === 0) {
          await server.kill(); // while it is full
          disk.free();
          lines.push(...(await said(server)));
          server = await serveDirectory(directory, { ...SETTINGS, LOG_DIR: logs });
        }
        disk.free();
        await acknowledged(storm.updates.length + 3);
        await storm.stop();
        expect(storm.faults).toEqual([]);
        all.push(...storm.updates);
        refused += refusals();
        reads += storm.reads.get("200") ?? 0;
      }
      expect(await lostOf(server.url, all)).toEqual([]);
      expect(await server.stop()).toBe(0);
      lines.push(...(await said(server)));
      const begun = lines.filter((line) => line === "error: the database records nothing: writes are refused");
      const spool = lines.filter((line) => /the spool can/.test(line));
      // Once for each, or not at all where the kill came first; and again where something small was still recorded.
      expect(begun.length).toBeLessThanOrEqual(2 * TIMES);
      expect(spool.length).toBeLessThanOrEqual(2 * TIMES);
      await expectWhole({ engine: "embedded", directory: join(directory, "data") });
      recordFigure(
        "a full disk under the embedded database",
        `${TIMES} times, killed during every other: ${all.length} updates acknowledged, 0 lost; ${reads} reads answered, 0 failed; ${refused} updates refused, said ${begun.length} times; ${minutesSince(began)}`,
      );
    },
    LONG,
  );

  test(
    "of spool and log costs lines of log and nothing else",
    async () => {
      const beside = smallDisk(8);
      const env = { ...SETTINGS, SPOOL_DIR: join(beside.path, "spool"), LOG_DIR: join(beside.path, "logs") };
      const { updates, reads, lines } = await servedWell(await serveDirectory(await initDirectory(), env), {
        spoil: () => beside.fill(),
        mend: () => beside.free(),
      });
      expect(lines.filter((line) => line.includes("cannot be written"))).toHaveLength(2); // the spool and the log
      expect(lines.length).toBeLessThanOrEqual(4);
      recordFigure(
        "a full disk under spool and log",
        `${updates} updates and ${reads} reads, 0 refused, 0 lost; ${lines.length} lines of log`,
      );
    },
    LONG,
  );

  test(
    "and a spool that is read-only costs a line of log and nothing else",
    async () => {
      const beside = smallDisk(8);
      const env = { ...SETTINGS, SPOOL_DIR: beside.path };
      const before = await serveDirectory(await initDirectory(), env);
      await firstUpdate(before);
      expect(await before.stop()).toBe(0);
      beside.setReadOnly(true);
      const server = await serveDirectory(before.directory, env);
      const { updates, reads, lines } = await servedWell(server, { spoil: () => {}, mend: () => {} });
      expect(lines).toEqual(["warn: the spool cannot be written"]);
      recordFigure("a read-only spool", `${updates} updates and ${reads} reads, 0 refused, 0 lost; 1 line of log`);
    },
    LONG,
  );
});

/** Everything is answered before, while and after something beside the database is spoilt; what the server said. */
async function servedWell(server: LiveServer, { spoil, mend }: { spoil: () => void; mend: () => void }) {
  await firstUpdate(server);
  const storm = startStorm({ url: () => server.url, key: server.adminKey, writers: 2, readers: 2 });
  const more = (count: number) => {
    const before = storm.updates.length;
    return eventually(
      () => storm.updates.length,
      (updates) => updates >= before + count,
      1_200_000,
    );
  };
  await more(3);
  spoil();
  await more(FULL ? 200 : 5);
  mend();
  await more(3);
  await storm.stop();
  expect(storm.faults).toEqual([]);
  expect([...storm.refused]).toEqual([]);
  expect(await lostOf(server.url, storm.updates)).toEqual([]);
  expect(await server.stop()).toBe(0);
  const lines = (await said(server)).filter((line) => !line.includes("stopping"));
  return { updates: storm.updates.length, reads: storm.reads.get("200") ?? 0, lines };
}
