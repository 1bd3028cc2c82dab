import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readBody } from "../../src/domain/record/revision-body.ts";
import { runHere } from "../support/fake-terminal.ts";
import { freePort } from "../support/free-port.ts";
import { initDirectory, type LiveServer, serveDirectory } from "../support/live-server.ts";
import { recordFigure } from "./figures.ts";
import { journaled } from "./journal-chain.ts";
import { FULL } from "./scale.ts";
import { type Acknowledged, lostOf, markedStatus, newDataTime, STORM_SETTINGS, startStorm } from "./storm.ts";
import { expectWhole, minutesSince } from "./whole-record.ts";

const KILLS = FULL ? 200 : 3;
/** Milliseconds after which a busy machine is content with fewer. */
const LONGEST = 45 * 60_000;
/** After so many kills every row is compared with what the revisions say. */
const VERIFIED_EACH = 100;
const WRITERS = 3;

test(
  `an embedded server that is killed ${KILLS} times in a storm of updates loses nothing that it acknowledged`,
  async () => {
    const directory = await initDirectory();
    const port = freePort();
    const url = `http://localhost:${port}`;
    const env = { ...STORM_SETTINGS, SERVER_URL: `localhost:${port}` };
    const data = join(directory, "data");
    const journal = join(data, "journal.jsonl");
    const queue = join(directory, "queue");
    const serve = () => serveDirectory(directory, env);
    const began = performance.now();
    const all: Acknowledged[] = [];
    const lost: Acknowledged[] = [];
    const faults: string[] = [];
    const sent: number[] = [];
    let [inTheWindow, reads] = [0, 0];

    let server = await serve();
    const client = { FPLANE_SERVER: url, FPLANE_APIKEY: server.adminKey, FPLANE_QUEUE_DIR: queue };
    const nightly = async () => {
      const dataTime = newDataTime();
      sent.push(dataTime);
      const stdin = JSON.stringify(markedStatus(299, dataTime));
      await runHere(["update", "--file", "-", "--commit"], { env: client, stdin });
    };
    await nightly();

    let killed = 0;
    for (let kill = 1; kill <= KILLS && performance.now() - began < LONGEST; kill += 1) {
      killed = kill;
      const wanted = all.length + 1 + Math.floor(Math.random() * 3);
      const reached = Promise.withResolvers<void>();
      const storm = startStorm({
        ...{ url: () => url, key: server.adminKey, writers: WRITERS, readers: 1 },
        acknowledged: () => {
          if (all.length + storm.updates.length >= wanted) reached.resolve();
        },
      });
      const update = nightly();
      await reached.promise;
      await momentIn(journal, kill);
      await server.kill();
      await storm.stop();
      await update;

      const journalEnd = journaled(journal).length;
      all.push(...storm.updates);
      faults.push(...storm.faults);
      reads += storm.reads.get("200") ?? 0;
      expect(Math.max(...all.map(({ rev }) => rev))).toBeLessThanOrEqual(journalEnd);
      if (kill % VERIFIED_EACH === 0) await expectWhole({ engine: "embedded", directory: data });
      server = await serve();
      inTheWindow = repairs(directory).length;
      lost.push(...(await lostOf(url, storm.updates)));
    }

    expect(await runHere(["update", "--flush"], { env: client })).toMatchObject({ code: 0 });
    expect(readdirSync(queue).filter((name) => name.endsWith(".json"))).toEqual([]);
    lost.push(...(await lostOf(url, all)));
    await stopAndCheck(server);
    await expectWhole({ engine: "embedded", directory: data });
    const revisions = journaled(journal);
    const times = Map.groupBy(revisions, ({ body }) => readBody(body).status?.dataTime ?? 0);
    expect(sent.filter((dataTime) => times.get(dataTime as never)?.length !== 1)).toEqual([]);
    expect({ lost, faults }).toEqual({ lost: [], faults: [] });
    recordFigure(
      "kill -9 of the embedded server in a storm of updates",
      `${killed} times: ${all.length} updates acknowledged, 0 lost, 0 twice, 0 half revisions in ${reads} reads; ${inTheWindow} times between journal and commit; ${revisions.length} revisions whole; ${minutesSince(began)}`,
    );
  },
  FULL ? 3_600_000 : 180_000,
);

/** A random moment, or the one at which a line has reached the journal and its transaction has not committed yet. */
async function momentIn(journal: string, kill: number): Promise<void> {
  if (kill % 2 === 0) return await Bun.sleep(Math.random() * 150);
  const before = statSync(journal).size;
  const end = performance.now() + 2000;
  while (statSync(journal).size === before && performance.now() < end) await new Promise((next) => setImmediate(next));
}

/** What else it may say: a client that was not told sends its status again. */
const EXPECTED = /is torn: it has no end|^this status had been taken before/;

/** Lines of the log that say that a revision was made again from the journal; and nothing else was ever to be mended. */
function repairs(directory: string): string[] {
  const lines = readFileSync(join(directory, "logs", "fplane.log"), "utf8")
    .split("\n")
    .slice(0, -1);
  const told = lines.map((line) => (JSON.parse(line) as { msg?: string }).msg ?? "");
  const made = told.filter((msg) => msg.includes("lags behind its journal"));
  expect(told.filter((msg) => msg !== "" && !made.includes(msg) && !EXPECTED.test(msg))).toEqual([]);
  return made;
}

async function stopAndCheck(server: LiveServer): Promise<void> {
  expect(await server.stop()).toBe(0);
}
