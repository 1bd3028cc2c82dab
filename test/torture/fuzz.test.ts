import { describe, expect, test } from "bun:test";
import { renderFplane } from "../../src/domain/files/fplane-file.ts";
import { ROLES, type Role } from "../../src/domain/role.ts";
import { cli } from "../support/cli.ts";
import { type LiveServer, startLiveServer } from "../support/live-server.ts";
import { madeUpPlane } from "../support/planes.ts";
import { postgresServer } from "../support/postgres.ts";
import { clientAt } from "../support/typed-client.ts";
import { recordFigure } from "./figures.ts";
import { requestsTo } from "./fuzz-requests.ts";
import { FuzzRun } from "./fuzz-run.ts";
import type { Keys } from "./fuzz-send.ts";
import { everyProcedure, everyRoute, type Target } from "./fuzz-targets.ts";
import { FULL, torturingSeed } from "./scale.ts";
import { complaintsOf, megabytesAtRest } from "./server-state.ts";

const REQUESTS = { embedded: FULL ? 60_000 : 750, postgres: FULL ? 40_000 : 750 };
const MINUTE = 60_000;
/** Megabytes that the second half of a long run may add to the server's memory, for what it recorded and for chance. */
const GROWTH = 60;

/** No limit that would refuse most of what is sent: those have tests of their own. */
const SETTINGS = { FAILED_KEYS_PER_MINUTE: "0", WRITES_PER_SECOND: "0", SLOWEST_BODY_SECONDS: "2" };

describe("whatever is sent to a real server over a port", () => {
  fuzzed("embedded", () => startLiveServer({ env: SETTINGS }));
});

describe.skipIf((await postgresServer()) === null)("whatever is sent to one on PostgreSQL (needs postgresql)", () => {
  fuzzed("postgres", async () => {
    const database = await (await postgresServer())?.createDatabase();
    return await startLiveServer({ env: SETTINGS, ...(database === undefined ? {} : { database }) });
  });
});

function fuzzed(engine: keyof typeof REQUESTS, start: () => Promise<LiveServer>): void {
  test(
    `is answered without a fault of the server, with a code where it is an error, and with nothing of its inside: ${REQUESTS[engine]} requests`,
    async () => {
      const server = await start();
      const run = new FuzzRun(server, await addCallers(server));
      const targets = [...(await everyRoute(server.url, server.adminKey)), ...everyProcedure()];
      const seed = torturingSeed();
      console.error(`${engine}: fuzzing ${targets.length} routes and procedures, FPLANE_TORTURE_SEED=${seed}`);
      const half = REQUESTS[engine] / 2;
      await run.play(requestsTo(targets), half, seed);
      const middle = FULL ? await megabytesAtRest(server) : 0;
      await run.play(requestsTo(targets), half, seed + half);
      const end = FULL ? await megabytesAtRest(server) : 0;

      recordFigure(
        `fuzz, ${engine}`,
        `${REQUESTS[engine]} requests to ${targets.length} routes and procedures (${run.statuses()}): ` +
          `${run.faults.size} faults; ${FULL ? `at rest ${middle} MB in the middle, ${end} at the end, ` : ""}${Math.max(...run.memory)} MB at most`,
      );
      expect([...run.faults.values()]).toEqual([]);
      expect(targets.map(nameOf).filter((name) => !run.answers.has(name))).toEqual([]);
      if (FULL) expect(end).toBeLessThan(middle + GROWTH);
      await demandUnharmed(run);
    },
    FULL ? 120 * MINUTE : 10 * MINUTE,
  );
}

function nameOf(target: Target): string {
  return target.kind === "route" ? `${target.method} ${target.path}` : target.name;
}

async function addCallers({ url, adminKey }: LiveServer): Promise<Keys> {
  const client = clientAt(url, adminKey);
  const person = { firstName: "T", lastName: "T", email: "t@example.org" };
  const add = async (role: Role) => {
    return (await client.users.add.mutate({ username: `sends-as-${role}`, role, ...person })).key;
  };
  const files = [{ name: "fuzzed.txt", text: renderFplane(madeUpPlane(), "full"), from: "20170601", until: "open" }];
  await client.importFplane.mutate({ files, actual: true, reason: "to have something to ask for", commit: true });
  for (const username of ["fuzzed1", "fuzzed2"]) await client.users.add.mutate({ username, ...person });
  return { updater: await add("updater"), curator: await add("curator"), admin: await add("admin") };
}

/** Everybody is still let in, nothing was complained of, the record is whole, and the server stops as it should. */
async function demandUnharmed({ server, keys }: FuzzRun): Promise<void> {
  expect(await complaintsOf(server)).toEqual([]);
  for (const role of ROLES)
    expect(await clientAt(server.url, keys[role]).users.key.query({ username: `sends-as-${role}` })).toMatchObject({
      key: keys[role],
    });
  if (FULL) {
    const verified = await cli(["verify", "--config", `${server.directory}/fplane.toml`]);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining("the record is whole") });
  }
  expect(await server.stop()).toBe(0);
}
