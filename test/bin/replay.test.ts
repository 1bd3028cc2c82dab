import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../support/cli.ts";
import { startLivePlane } from "../support/live-plane.ts";
import { initDirectory, serveDirectory, temporaryDirectory } from "../support/live-server.ts";
import { connect, postgresServer } from "../support/postgres.ts";

// Each command is a program of its own, and a database's first start takes seconds on a busy machine.
setDefaultTimeout(120_000);

const postgres = await postgresServer();

/** A directory with a record of two revisions in its embedded database, and no server any more. */
let directory: string;
beforeAll(async () => {
  const server = await startLivePlane();
  await server.stop();
  directory = server.directory;
});

const at = (directory: string) => ["--config", join(directory, "fplane.toml")];

describe("export, restore and verify", () => {
  test("make the same record again, from a file or a pipe, also after an interruption", async () => {
    const path = join(directory, "record.jsonl");
    await Bun.write(path, "old");
    await chmod(path, 0o644);
    expect(await cli(["export", ...at(directory), path])).toEqual({
      code: 0,
      stdout: "",
      stderr: `${path}: 2 revisions\n`,
    });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(directory)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    const text = await Bun.file(path).text();
    expect(await cli(["export", ...at(directory)])).toEqual({ code: 0, stdout: text, stderr: "stdout: 2 revisions\n" });

    const began = await initDirectory();
    const restored = await cli(["restore", ...at(began), path]);
    expect(restored).toMatchObject({ code: 0, stdout: "restored 1 revisions; 1 were there already\n" });
    expect((await cli(["export", ...at(began), "-"])).stdout).toBe(text);

    const verified = await cli(["verify", ...at(began)]);
    expect(verified.stdout).toMatch(/^2 revisions and \d+ rows checked: the record is whole\n$/);
    expect(verified.code).toBe(0);
  });

  test("a damaged line ends a restore with its number, and what came before it is kept", async () => {
    const began = await initDirectory();
    const restore = (stdin: string) => cli(["restore", ...at(began), "-"], { stdin });
    const text = (await cli(["export", ...at(directory)])).stdout;
    const damaged = await restore(text.replace("the first list", "the worst list"));
    expect(damaged).toMatchObject({ code: 2, stdout: "" });
    expect(damaged.stderr).toStartWith(
      "the newest revision there is 1; a restore that is run again goes on from it\nfplane: standard input: line 2 is damaged",
    );
    expect((await restore(text.slice(0, -20))).stderr).toContain("line 2 is damaged");
    expect(await restore(text)).toMatchObject({ code: 0, stdout: "restored 1 revisions; 1 were there already\n" });
  });

  test("an export to a place that cannot be written is exit code 2", async () => {
    expect(await cli(["export", ...at(directory), "/no/such/place/record.jsonl"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("/no/such/place/record.jsonl cannot be written"),
    });
    expect(await cli(["restore", ...at(directory), "/no/such/file"])).toMatchObject({ code: 2 });
  });

  test("of a directory without a database there is none, and none is made there", async () => {
    const empty = await temporaryDirectory();
    for (const args of [["export"], ["export", "record.jsonl"], ["verify"]])
      expect(await cli(args, { cwd: empty })).toEqual({
        code: 3,
        stdout: "",
        stderr: `fplane: there is no database in ${join(empty, "data")}: --config or FPS_SETTINGS names the settings of the server\n`,
      });
    expect(await readdir(empty)).toEqual([]);
  });

  test("of a database without a revision there is none, and an older backup stays", async () => {
    const empty = await temporaryDirectory();
    expect(await cli(["migrate"], { cwd: empty })).toMatchObject({ code: 0 });
    await Bun.write(join(empty, "record.jsonl"), "old");
    for (const args of [["export", "record.jsonl"], ["verify"]])
      expect(await cli(args, { cwd: empty })).toMatchObject({
        code: 3,
        stderr: expect.stringContaining("no revision is recorded there"),
      });
    expect(await Bun.file(join(empty, "record.jsonl")).text()).toBe("old");
  });

  test("a backup that is empty restores nothing and is refused", async () => {
    const path = join(directory, "empty.jsonl");
    await Bun.write(path, "");
    const { code, stdout, stderr } = await cli(["restore", ...at(directory), path]);
    expect({ code, stdout, last: stderr.trimEnd().split("\n").at(-1) }).toEqual({
      code: 2,
      stdout: "",
      last: `fplane: ${path} holds no revision`,
    });
  });
});

describe.skipIf(postgres === null)("a record that moves from the embedded database (needs postgresql)", () => {
  const database = async () => (await postgres?.createDatabase()) ?? "";

  test("answers the same bytes from PostgreSQL, where it can be exported and verified while it is served", async () => {
    const before = await serveDirectory(directory);
    const file = (await cli(["get", "20180715", "-o", "-"], { env: before.env })).stdout;
    expect(file).toContain("\n013\t");
    await before.stop();
    const record = await cli(["export", ...at(directory)]);
    const settings = join(directory, "fplane.toml");
    const moved = (await Bun.file(settings).text()).replace(
      /^#DATABASE_URL = .*$/m,
      `DATABASE_URL = "${await database()}"`,
    );
    await Bun.write(settings, moved);
    expect(await cli(["restore", ...at(directory), "-"], { stdin: record.stdout })).toMatchObject({
      code: 0,
      stdout: "restored 2 revisions\n",
    });
    const after = await serveDirectory(directory);
    expect((await cli(["get", "20180715", "-o", "-"], { env: after.env })).stdout).toBe(file);
    expect((await cli(["user", "key", "admin"], { env: after.env })).stdout).toBe(`${after.adminKey}\n`);
    expect((await cli(["export", ...at(directory)])).stdout).toBe(record.stdout);
    expect(await cli(["verify", ...at(directory), "--json"])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"faults": []'),
    });
    await after.stop();
  });

  test("another record refuses it, and verify names a row that no revision made: both exit with 5", async () => {
    const url = await database();
    const server = await startLivePlane({ database: url });
    await server.stop();
    const { stdout } = await cli(["export", ...at(directory)]);
    const refused = await cli(["restore", ...at(server.directory), "-"], { stdin: stdout });
    expect(refused).toMatchObject({ code: 5, stdout: "" });
    expect(refused.stderr).toStartWith("fplane: the database holds another record: its revision 1 is not");
    const sql = connect(url, { max: 1, onnotice: () => {} });
    await sql.unsafe(
      `SET session_replication_role = replica; UPDATE hetdex.placement SET specid = '777' WHERE ifuslot = '013'`,
    );
    await sql.end();
    const found = await cli(["verify", ...at(server.directory)]);
    expect(found.code).toBe(5);
    expect(found.stdout).toMatch(
      /^2 revisions and \d+ rows checked:\nmissing in the database: .*\nnot from any .*777.*\n$/,
    );
  });
});
