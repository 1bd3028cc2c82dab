import { afterAll, beforeAll, beforeEach } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CliResult } from "./cli.ts";
import { runHere } from "./fake-terminal.ts";
import { type RecordedUpdate, updatesOf } from "./kept-statuses.ts";
import { type LiveServer, startLiveServer, temporaryDirectory } from "./live-server.ts";
import { STARTING } from "./site.ts";
import { type Fate, startFront, type UnsteadyFront } from "./unsteady-front.ts";

/** A client with a queue of its own, in front of a real server that can be made to fail. */
export type QueueingSite = {
  readonly server: LiveServer;
  readonly front: UnsteadyFront;
  /** The client's queue: anew for each test, and not made yet. */
  readonly queue: string;
  /** The client's environment: anew for each test. */
  readonly env: Record<string, string>;
  /** A spectrograph that no test has used. */
  readonly newSpecid: () => string;
  /** `update --commit` with a status on standard input. */
  readonly update: (config: unknown, ...args: string[]) => Promise<CliResult>;
  readonly flush: (...args: string[]) => Promise<CliResult>;
  /** The names of the files that wait, the oldest first; and of what was put aside. */
  readonly waiting: () => Promise<string[]>;
  readonly refused: () => Promise<string[]>;
  /** What the server has taken of these spectrographs, by revision. */
  readonly updatesWith: (specids: readonly string[]) => Promise<RecordedUpdate[]>;
};

export const AWAY: Fate = { kind: "fails", status: 503, body: "away" };

/** Starts it before the tests of the file, and stops it after them. */
export function queueingSite(): QueueingSite {
  let started: Pick<QueueingSite, "server" | "front">;
  let fresh: Pick<QueueingSite, "queue" | "env">;
  let directory: string;
  let tests = 0;
  let specids = 100;
  beforeAll(async () => {
    directory = await temporaryDirectory();
    const server = await startLiveServer({ env: { GATE_CHANGED_SHARE: "1", GATE_LOST_UNITS: "1000" } });
    started = { server, front: startFront(server.url) };
  }, STARTING);
  afterAll(async () => {
    await started.front.away();
    await started.server.stop();
  }, STARTING);
  beforeEach(() => {
    const { front, server } = started;
    front.set({ kind: "passes" });
    tests += 1;
    const queue = join(directory, `${tests}`, "queue");
    fresh = { queue, env: { FPLANE_SERVER: front.url, FPLANE_APIKEY: server.adminKey, FPLANE_QUEUE_DIR: queue } };
  });
  const namesIn = async (path: string) => (await readdir(path).catch(() => [])).toSorted();
  return {
    get server() {
      return started.server;
    },
    get front() {
      return started.front;
    },
    get queue() {
      return fresh.queue;
    },
    get env() {
      return fresh.env;
    },
    newSpecid: () => {
      specids += 1;
      return String(specids);
    },
    update: (config, ...args) =>
      runHere(["update", "--file", "-", "--commit", ...args], { env: fresh.env, stdin: JSON.stringify(config) }),
    flush: (...args) => runHere(["update", "--flush", ...args], { env: fresh.env }),
    waiting: async () => (await namesIn(fresh.queue)).filter((name) => name.endsWith(".json")),
    refused: () => namesIn(join(fresh.queue, "refused")),
    updatesWith: async (wanted) => (await updatesOf(started.server)).filter(({ specid }) => wanted.includes(specid)),
  };
}
