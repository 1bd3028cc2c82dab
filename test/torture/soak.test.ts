import { describe, expect, test } from "bun:test";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { cli } from "../support/cli.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";
import { madeUpPlane } from "../support/planes.ts";
import { postgresServer } from "../support/postgres.ts";
import { clientAt } from "../support/typed-client.ts";
import { recordFigure } from "./figures.ts";
import { FULL } from "./scale.ts";
import { complaintsOf, megabytesOf, openFilesOf } from "./server-state.ts";
import { correction, dryRun, firstStatus, nightlyUpdate, read, type SoakKeys } from "./soak-load.ts";
import { Soak } from "./soak-run.ts";

const CONNECTIONS = 256;
const CORRECTORS = 3;
const DRY_RUNNERS = 2;
const MINUTE = 60_000;
const LASTING = FULL ? 10 * MINUTE : 4000;
/** Milliseconds between an answer and the next request of the same connection, on the average. */
const PAUSE = { read: FULL ? 150 : 500, update: 1000 };
/** Megabytes that the second half may add to the server's memory, for what it recorded and for chance. */
const GROWTH = 40;

describe(`${CONNECTIONS} connections that read and update at once`, () => {
  soaked("embedded", () => startLiveServer());
});

const onPostgres = FULL ? describe.skipIf((await postgresServer()) === null) : () => {}; // the suite has time for one
onPostgres("the same on PostgreSQL (needs postgresql)", () => {
  soaked("postgres", async () => {
    const database = await (await postgresServer())?.createDatabase();
    return await startLiveServer(database === undefined ? {} : { database });
  });
});

function soaked(engine: string, start: () => Promise<LiveServer>): void {
  test(
    `are all answered for ${LASTING / 1000} s, and the server grows no larger`,
    async () => {
      const server = await start();
      const keys = await prepare(server);
      const soak = new Soak(server.url, LASTING);
      const memory: number[] = [];
      const [openFiles] = await Promise.all([watch(server, soak, memory), ...connections(soak, keys)]);

      const [first, second] = soak.halves;
      const [before, after] = [memory.slice(0, memory.length >> 1), memory.slice(memory.length >> 1)].map((half) =>
        Math.max(...half),
      );
      const requests = soak.halves.reduce((sum, half) => sum + half.read.count + half.update.count, 0);
      recordFigure(
        `soak, ${engine}`,
        `${CONNECTIONS} connections, ${LASTING / 1000} s: ${requests} requests, ${soak.errors.size} errors; ` +
          `reads ${second.read} (first half: ${first.read}), updates ${second.update}; ` +
          `at most ${before} MB in the first half, ${after} MB in the second`,
      );
      expect([...soak.errors.values()]).toEqual([]);
      if (openFiles !== null) expect(openFiles).toBeGreaterThan(CONNECTIONS);
      if (FULL) expect(after).toBeLessThan(Number(before) + GROWTH);
      expect(await complaintsOf(server)).toEqual([]);
      if (FULL) expect(await cli(["verify", "--config", `${server.directory}/fplane.toml`])).toMatchObject({ code: 0 });
      expect(await server.stop()).toBe(0);
    },
    LASTING + 10 * MINUTE,
  );
}

function connections(soak: Soak, keys: SoakKeys): Promise<void>[] {
  const updaters = [
    soak.connection("update", PAUSE.update, (turn) => nightlyUpdate(keys, turn)),
    ...Array.from({ length: DRY_RUNNERS }, () => soak.connection("update", PAUSE.update, () => dryRun(keys))),
    ...Array.from({ length: CORRECTORS }, (_, i) =>
      soak.connection("update", PAUSE.update, (turn) => correction(keys, i, turn)),
    ),
  ];
  const readers = Array.from({ length: CONNECTIONS - updaters.length }, () =>
    soak.connection("read", PAUSE.read, read),
  );
  return [...updaters, ...readers];
}

/** Keeps the megabytes of the server's process, a hundred times. @returns the most files that it had open, if that can be told */
async function watch(server: LiveServer, soak: Soak, memory: number[]): Promise<number | null> {
  let most: number | null = null;
  while (!soak.isOver) {
    await Bun.sleep(LASTING / 100);
    memory.push(megabytesOf(server));
    const files = openFilesOf(server);
    if (files !== null) most = Math.max(most ?? 0, files);
  }
  return most;
}

/** Users, and a focal plane that all nights have. */
async function prepare({ url, adminKey }: LiveServer): Promise<SoakKeys> {
  const client = clientAt(url, adminKey);
  const files = [{ name: "soaked.txt", text: renderFplane(madeUpPlane(), "full"), from: "20170601", until: "open" }];
  await client.importFplane.mutate({ files, actual: true, reason: "to have something to ask for", commit: true });
  const add = async (role: keyof SoakKeys) => {
    const person = { firstName: "T", lastName: "T", email: "t@example.org" };
    return (await client.users.add.mutate({ username: `soaks-as-${role}`, role, ...person })).key;
  };
  await client.updateConfig.mutate({ config: firstStatus(), commit: true, force: true });
  return { updater: await add("updater"), curator: await add("curator") };
}
