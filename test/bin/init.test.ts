import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { keyDigest, newKey } from "../../src/service/users/keys.ts";
import { cli, startCli } from "../support/cli.ts";
import { initDirectory, serveDirectory, temporaryDirectory } from "../support/live-server.ts";

// Each command is a program of its own, and a server's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

/** Every file below a directory, with its content, but the database's own and the one that says who holds it. */
async function contents(directory: string): Promise<Record<string, string>> {
  const names = [...new Bun.Glob("**/*").scanSync({ cwd: directory, dot: true })].filter(
    (name) => !/^data\/(database\/|database\.digests$|lock\.holder$)/.test(name),
  );
  const texts = names.sort().map(async (name) => [name, await Bun.file(join(directory, name)).text()] as const);
  return Object.fromEntries(await Promise.all(texts));
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe("init", () => {
  let directory: string;
  let first: Awaited<ReturnType<typeof cli>>;

  beforeAll(async () => {
    directory = join(await temporaryDirectory(), "site");
    first = await cli(["init", directory, "--server-url", "localhost:0"]);
  });

  test("prints the administrator's key on stdout, once, and keeps it in admin.key", async () => {
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^[0-9a-f]{48}\n$/);
    expect(await Bun.file(join(directory, "admin.key")).text()).toBe(first.stdout);
    expect(first.stderr).not.toContain(first.stdout.trim());
    expect(await readdir(directory)).toEqual(
      expect.arrayContaining(["data", "logs", "spool", "fplane.toml", "admin.key"]),
    );
  });

  test("what holds secrets can be read by its owner alone", async () => {
    expect(await modeOf(join(directory, "admin.key"))).toBe("600");
    expect(await modeOf(join(directory, "data", "sealing.key"))).toBe("600");
    expect(await modeOf(join(directory, "fplane.toml"))).toBe("600");
    expect(await modeOf(join(directory, "data"))).toBe("700");
  });

  test("run twice it changes nothing and says so", async () => {
    const before = await contents(directory);
    for (const flags of [[], ["--server-url", "localhost:0"]]) {
      const { code, stdout } = await cli(["init", directory, ...flags]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: "everything is there already: nothing was changed\n" });
    }
    expect(await contents(directory)).toEqual(before);
  });

  test("without admin.key it says that this is not there, and how to get a key", async () => {
    const [file, aside] = [join(directory, "admin.key"), join(directory, "aside.key")];
    await rename(file, aside);
    const { code, stdout, stderr } = await cli(["init", directory]);
    await rename(aside, file);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `all but ${file} is there already: nothing was changed\n` });
    expect(stderr).toContain("`fplane user key admin`");
  });

  test("run again with other settings it refuses, and names the file to change", async () => {
    const { code, stderr } = await cli(["init", directory, "--server-url", "localhost:1"]);
    expect(code).toBe(5);
    expect(stderr).toContain(join(directory, "fplane.toml"));
  });

  test("that cannot keep the key of admin adds nobody; one that was cut off is finished by running it again", async () => {
    const site = await initDirectory();
    const key = join(site, "admin.key");
    await rm(join(site, "data"), { recursive: true });
    await Bun.write(key, "no key");
    const refused = await cli(["init", site]);
    expect(refused).toMatchObject({ code: 5, stdout: "", stderr: expect.stringContaining(`${key} holds no key`) });
    const kept = newKey(); // as one leaves it that is killed before it has added the user
    await Bun.write(key, `${kept}\n`);
    const { code, stdout, stderr } = await cli(["init", site]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${kept}\n` });
    expect(stderr).not.toContain("wrote");
    const { stdout: record } = await cli(["export", "--config", join(site, "fplane.toml")]);
    expect(record).toContain(keyDigest(kept));
  });

  test("prepares the database that `serve` would open in the same environment", async () => {
    const site = join(await temporaryDirectory(), "site");
    const there = await cli(["init", site], { env: { DATABASE_URL: "postgres://localhost:1/fplane" } });
    expect(there).toMatchObject({ code: 6, stdout: "", stderr: expect.stringContaining("cannot be reached") });
    expect(await readdir(join(site, "data"))).toEqual(["sealing.key"]);
    const flags = ["--database", "postgres://localhost:1/other"];
    const torn = await cli(["init", site, ...flags], { env: { DATABASE_URL: "postgres://localhost:1/fplane" } });
    expect(torn).toMatchObject({ code: 2, stderr: expect.stringContaining("DATABASE_URL of the environment") });
  });

  test("a setting that no server would take is refused before anything is made", async () => {
    const nowhere = join(await temporaryDirectory(), "site");
    const { code, stderr } = await cli(["init", nowhere, "--server-url", "5000"]);
    expect({ code, made: existsSync(nowhere) }).toEqual({ code: 2, made: false });
    expect(stderr).toContain("fplane: --server-url: it takes host:port");
  });

  test("migrate finds nothing to do after it", async () => {
    const migrated = await cli(["migrate", "--config", join(directory, "fplane.toml")]);
    expect(migrated).toMatchObject({ code: 0, stdout: "the schema is up to date\n" });
  });

  test("FPS_SETTINGS names the settings as --config does, and its paths are relative to it", async () => {
    const elsewhere = await temporaryDirectory();
    const env = { FPS_SETTINGS: join(directory, "fplane.toml") };
    expect(await cli(["migrate"], { env, cwd: elsewhere })).toMatchObject({ code: 0 });
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test("a setting that does not exist stops the start, with file, line and name", async () => {
    const file = join(await temporaryDirectory(), "wrong.toml");
    await Bun.write(file, "# settings\nSEVER_URL = 5\n");
    const { code, stderr } = await cli(["serve", "--config", file]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:2: SEVER_URL: there is no such setting`);
  });
});

describe("migrate", () => {
  test("applies what is missing to an empty database, and nothing the second time", async () => {
    const env = { DATA_DIR: join(await temporaryDirectory(), "data") };
    expect((await cli(["migrate"], { env })).stdout).toMatch(/^applied 0001_/);
    expect((await cli(["migrate"], { env })).stdout).toBe("the schema is up to date\n");
  });
});

describe("serve", () => {
  test("Ctrl-C is exit code 0, and what was recorded is there when it starts again", async () => {
    const directory = await initDirectory();
    const first = await serveDirectory(directory);
    const user = ["user", "add", "-u", "cron", "-e", "cron@example.org", "Night", "Assistant"];
    expect(await cli(user, { env: first.env })).toMatchObject({ code: 0 });
    expect(await first.stop()).toBe(0);
    const second = await serveDirectory(directory);
    expect((await cli(["user", "key", "cron"], { env: second.env })).stdout).toMatch(/^[0-9a-f]{48}\n$/);
    await second.kill();
    const third = await serveDirectory(directory);
    expect((await cli(["user", "list"], { env: third.env })).stdout).toContain("cron@example.org");
    expect(await third.stop()).toBe(0);
  });

  test("Ctrl-C in the middle of the start leaves a directory that can be served", async () => {
    const directory = await initDirectory();
    const config = join(directory, "fplane.toml");
    for (const wait of [150, 400, 700]) {
      const child = startCli(["serve", "--config", config], { env: { SERVER_URL: "localhost:0" } });
      await Bun.sleep(wait);
      child.kill("SIGINT");
      await child.exited;
    }
    const server = await serveDirectory(directory);
    expect((await fetch(`${server.url}/fplane/20180101`)).status).toBe(404);
    expect(await server.stop()).toBe(0);
  });

  test("a port that is taken is told, not a stack", async () => {
    const other = Bun.serve({ hostname: "localhost", port: 0, fetch: () => new Response("") });
    const directory = await initDirectory();
    const { code, stderr } = await cli(["serve", "--config", join(directory, "fplane.toml")], {
      env: { SERVER_URL: `localhost:${other.port}` },
    });
    await other.stop(true);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/fplane: .*port/i);
    expect(stderr).not.toContain("    at ");
    await rm(directory, { recursive: true });
  });
});
