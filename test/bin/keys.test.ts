import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { cp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../support/cli.ts";
import { initDirectory, serveDirectory, temporaryDirectory } from "../support/live-server.ts";
import { postgresServer } from "../support/postgres.ts";

// Each command is a program of its own, and a database's first start takes seconds on a busy machine.
setDefaultTimeout(240_000);

const postgres = await postgresServer();

const SEALING_KEY = /^[0-9a-f]{64}\n$/;
const DONE = /^sealed \d+ keys? anew; .*sealing\.key holds the new sealing key\n$/;

const keyFileOf = (directory: string) => join(directory, "data", "sealing.key");
const textOf = (file: string) => Bun.file(file).text();
const reseal = (directory: string, ...flags: string[]) =>
  cli(["keys", "reseal", "--config", join(directory, "fplane.toml"), ...flags]);

/** The administrator's key, as the server shows it and as it works. */
async function shownKey(directory: string): Promise<string> {
  const server = await serveDirectory(directory);
  const { stdout } = await cli(["user", "key", "admin"], { env: server.env });
  await server.stop();
  return stdout;
}

describe("keys reseal", () => {
  let original: string;
  let adminKey: string;
  beforeAll(async () => {
    original = await initDirectory();
    adminKey = await textOf(join(original, "admin.key"));
  });
  const copied = async () => {
    const directory = await temporaryDirectory();
    await cp(original, directory, { recursive: true });
    return directory;
  };

  test("replaces the sealing key by a random one; users' keys are what they were", async () => {
    const directory = await copied();
    const keyFile = keyFileOf(directory);
    const old = await textOf(keyFile);
    const resealed = await reseal(directory);
    expect(resealed).toMatchObject({ code: 0, stderr: "" });
    expect(resealed.stdout).toMatch(DONE);
    expect(await textOf(keyFile)).toMatch(SEALING_KEY);
    expect(await textOf(keyFile)).not.toBe(old);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect(existsSync(`${keyFile}.new`)).toBe(false);
    expect(await shownKey(directory)).toBe(adminKey);
  });

  test("--new-key-file names the new one: made when it is missing, taken as it is when it is there", async () => {
    const directory = await copied();
    const given = join(directory, "next.key");
    expect((await reseal(directory, "--new-key-file", given)).stdout).toMatch(DONE);
    expect(await textOf(keyFileOf(directory))).toBe(await textOf(given));
    expect((await stat(given)).mode & 0o777).toBe(0o600);
    const again = join(directory, "again.key");
    await Bun.write(again, `${"ab".repeat(32)}\n`);
    expect((await reseal(directory, "--new-key-file", again)).stdout).toMatch(DONE);
    expect(await textOf(keyFileOf(directory))).toBe(await textOf(again));
    expect((await reseal(directory, "--new-key-file", again)).stdout).toStartWith("sealed 0 keys anew");
    expect(await shownKey(directory)).toBe(adminKey);
  });

  test("a server whose sealing key opens none of the users' keys says so when it starts, and serves", async () => {
    const directory = await copied();
    const second = join(directory, "elsewhere", "sealing.key"); // as one that was started beside its settings makes
    const server = await serveDirectory(directory, { KEY_FILE: second });
    expect(await cli(["user", "list"], { env: server.env })).toMatchObject({ code: 0 });
    await server.stop();
    expect(await server.stderr).toContain(`the sealing key ${second} does not open the keys of admin`);
    const right = await serveDirectory(directory);
    await right.stop();
    expect(await right.stderr).not.toContain("sealing key");
  });

  test("what is no sealing key, or the file itself, is refused, and nothing is done", async () => {
    const directory = await copied();
    const before = await textOf(keyFileOf(directory));
    const wrong = join(directory, "wrong.key");
    await Bun.write(wrong, "abc\n");
    for (const file of [wrong, keyFileOf(directory)]) {
      const refused = await reseal(directory, "--new-key-file", file);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(file);
    }
    expect(await textOf(keyFileOf(directory))).toBe(before);
    expect(existsSync(`${keyFileOf(directory)}.new`)).toBe(false);
  });

  test("interrupted before the revision, the old key still opens, and a second run finishes it", async () => {
    const directory = await copied();
    const keyFile = keyFileOf(directory);
    await Bun.write(`${keyFile}.new`, `${"cd".repeat(32)}\n`);
    expect(await shownKey(directory)).toBe(adminKey);
    expect((await reseal(directory)).stdout).toMatch(DONE);
    expect(await textOf(keyFile)).toBe(`${"cd".repeat(32)}\n`);
    expect(existsSync(`${keyFile}.new`)).toBe(false);
    expect(await shownKey(directory)).toBe(adminKey);
  });

  test("interrupted after the revision, the new key opens and seals, and a second run finishes it", async () => {
    const directory = await copied();
    const keyFile = keyFileOf(directory);
    const old = await textOf(keyFile);
    await reseal(directory);
    const next = await textOf(keyFile);
    await Bun.write(`${keyFile}.new`, next);
    await Bun.write(keyFile, old);
    const server = await serveDirectory(directory);
    const user = ["user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Assistant"];
    const added = await cli(user, { env: server.env });
    await server.stop();
    expect(added.code).toBe(0);
    const finished = await reseal(directory);
    expect(finished.stdout).toStartWith("sealed 0 keys anew");
    expect(await textOf(keyFile)).toBe(next);
    expect(existsSync(`${keyFile}.new`)).toBe(false);
    const again = await serveDirectory(directory);
    expect((await cli(["user", "key", "admin"], { env: again.env })).stdout).toBe(adminKey);
    expect(await cli(["user", "key", "cron"], { env: again.env })).toEqual(added);
    await again.stop();
  });

  test("with the wrong key file it is refused and names the users; their keys stay valid", async () => {
    const directory = await copied();
    await Bun.write(keyFileOf(directory), `${"ef".repeat(32)}\n`);
    const refused = await reseal(directory);
    expect(refused).toMatchObject({ code: 6, stdout: "" });
    expect(refused.stderr.match(/.* does not open the keys of admin.*/g)).toEqual([
      expect.stringContaining("KEY_FILE does not open the keys of admin"), // and not what a server says of it
    ]);
    const server = await serveDirectory(directory);
    const shown = await cli(["user", "key", "admin"], { env: server.env });
    expect(shown).toMatchObject({ code: 6, stdout: "" });
    expect(shown.stderr).toContain("the key of admin cannot be opened with KEY_FILE");
    const rotated = await cli(["user", "rotate", "admin"], { env: server.env });
    expect(rotated.code).toBe(0);
    await server.stop();
    await rm(`${keyFileOf(directory)}.new`, { force: true });
    expect((await reseal(directory)).stdout).toMatch(DONE);
  });

  test("an embedded database that is being served is not touched", async () => {
    const directory = await copied();
    const before = await textOf(keyFileOf(directory));
    const server = await serveDirectory(directory);
    const refused = await reseal(directory);
    await server.stop();
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain("locked by process");
    expect(await textOf(keyFileOf(directory))).toBe(before);
  });

  test.skipIf(postgres === null)("on PostgreSQL a server goes on without a restart (needs postgresql)", async () => {
    const directory = await initDirectory({ database: (await postgres?.createDatabase()) ?? "" });
    const server = await serveDirectory(directory);
    expect((await reseal(directory)).stdout).toMatch(DONE);
    const shown = await cli(["user", "key", "admin"], { env: server.env });
    expect(shown.stdout).toBe(await textOf(join(directory, "admin.key")));
    await server.stop();
  });
});
