import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import type { Instant } from "../../src/domain/time/instant.ts";
import { cli } from "../support/cli.ts";
import { hardwareStatus, type ReportedUnit } from "../support/hardware-status.ts";
import { initDirectory, serveDirectory } from "../support/live-server.ts";
import { oldText } from "../support/old-fplaneserver.ts";
import { madeUpPlane } from "../support/planes.ts";
import { postgresServer } from "../support/postgres.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const PLANE = madeUpPlane();

const postgres = await postgresServer();

/** What the telescope reports of the plane: its units, but for those that carry no spectrograph. */
const UNITS: readonly ReportedUnit[] = PLANE.virus.filter((row) => row.specid !== null);

/** A site from nothing to a night's update and back to the file of the day before, with the real program alone. */
async function wholeStory(directory: string): Promise<void> {
  const server = await serveDirectory(directory);
  const { env } = server;
  const user = ["user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Assistant"];
  const key = (await cli(user, { env })).stdout.trim();

  const file = join(directory, "fplane20180101.txt");
  await Bun.write(file, oldText(PLANE, "full-actual"));
  expect(await cli(["import", file, "--actual", "--reason", "test", "--commit"], { env })).toMatchObject({ code: 0 });

  const at = (Math.floor(Date.now() / 1000) * 1_000_000) as Instant;
  const swapped = UNITS.map((unit, i) => ({ ...unit, specid: UNITS[[1, 0][i] ?? i]?.specid ?? null }));
  const status = { stdin: JSON.stringify(hardwareStatus(swapped, at)), env: { ...env, FPLANE_APIKEY: key } };
  const dryRun = await cli(["update", "--file", "-"], status);
  expect(dryRun.stdout).toContain("dry run: nothing was recorded");
  expect((await cli(["update", "--file", "-", "--commit"], status)).stdout).toMatch(/^revision 4$/m);

  await server.kill();
  const again = await serveDirectory(directory);
  const get = (...args: string[]) => cli(["get", "-o", "-", ...args], { env: again.env });
  expect((await get("-p", "20190101")).stdout).toBe(oldText(PLANE, "full-actual"));
  const [first, second] = UNITS;
  const now = await get();
  expect(now.stdout).toMatch(new RegExp(`^${first?.ifuslot}\\t.*\\t${second?.specid}\\t`, "m"));
  expect((await get("--as-of", "3")).stdout).toBe(oldText(PLANE, "full-nominal"));
  expect(await again.stop()).toBe(0);
}

describe("from init to update and get, killed in between", () => {
  test("on the embedded database", async () => await wholeStory(await initDirectory()));

  test.skipIf(postgres === null)("on PostgreSQL (needs postgresql)", async () => {
    await wholeStory(await initDirectory({ database: (await postgres?.createDatabase()) ?? "" }));
  });

  test.skipIf(postgres === null)(
    "init on a PostgreSQL that is in use leaves its users alone (needs postgresql)",
    async () => {
      const database = (await postgres?.createDatabase()) ?? "";
      await initDirectory({ database });
      const second = await cli(["init", join(await initDirectory(), "second"), "--database", database]);
      expect(second.code).toBe(0);
      expect(second.stdout).toContain("the database already has its user admin");
    },
  );
});
