import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cli } from "../support/cli.ts";
import { blocksOf, PROJECT } from "../support/documents.ts";
import { freePort } from "../support/free-port.ts";
import { startLivePlane } from "../support/live-plane.ts";
import { type LiveServer, temporaryDirectory } from "../support/live-server.ts";
import { connect, postgresServer } from "../support/postgres.ts";

// Many programs, one after the other.
setDefaultTimeout(180_000);

const postgres = await postgresServer();

/** The commands of the drill, as docs/operations.md has them. */
const DRILL = blocksOf("docs/operations.md").find(({ text }) => text.includes("/srv/drill"))?.text ?? "";

let server: LiveServer;
beforeAll(async () => {
  server = await startLivePlane();
});

/** Types the drill's commands into a shell; only places and ports are others, and the date is one that the record has. */
async function drill(changes: readonly (readonly [string, string])[] = []) {
  const place = await temporaryDirectory();
  await mkdir(join(place, "backup"));
  const all: readonly (readonly [string, string])[] = [
    ["/srv/fplane", server.directory],
    ["/srv/drill", join(place, "drill")],
    ["/backup", join(place, "backup")],
    ["http://localhost:5000", server.url],
    ["localhost:5001", `localhost:${freePort()}`],
    ...changes,
  ];
  const commands = all.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the drill has no ${from}`);
    return text.replaceAll(from, to);
  }, DRILL);
  // A function would hide the server's own process from `$!`.
  const fplane = join(place, "fplane");
  await Bun.write(fplane, `#!/bin/sh\nexec ${process.execPath} ${join(PROJECT, "bin/fplane.ts")} "$@"\n`);
  await chmod(fplane, 0o700);
  const { PATH = "", HOME = "" } = process.env;
  const shell = Bun.spawn(["bash", "-eu", "-c", commands], {
    env: { PATH: `${place}:${PATH}`, HOME },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([new Response(shell.stdout).text(), new Response(shell.stderr).text()]);
  return { place, code: await shell.exited, stdout, stderr };
}

const hasCurl = Bun.which("curl") !== null;

describe.skipIf(!hasCurl)("the documented restore drill (needs curl)", () => {
  test("of an embedded database that is served ends in the same bytes, and the server goes on", async () => {
    const { place, code, stdout, stderr } = await drill();
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("restored 2 revisions\n");
    expect(stdout).toMatch(/2 revisions and \d\d+ rows checked: the record is whole/);
    expect(stdout).toEndWith("the drill succeeded\n");
    expect(readFileSync(join(place, "drill", "after.txt"), "utf8")).toContain("\n013\t");
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

describe.skipIf(postgres === null || !hasCurl)("the documented restore drill (needs curl and postgresql)", () => {
  test("also leads from the embedded database into PostgreSQL", async () => {
    const url = (await postgres?.createDatabase()) ?? "";
    const { code, stdout, stderr } = await drill([["fplane restore", `export DATABASE_URL='${url}'\nfplane restore`]]);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toEndWith("the drill succeeded\n");
    const sql = connect(url, { max: 1, onnotice: () => {} });
    const [row] = await sql`SELECT count(*)::int AS revisions FROM hetdex.revision`;
    await sql.end();
    expect(row?.["revisions"]).toBe(2);
  });
});

describe("a record that is served from the embedded database", () => {
  const at = () => ["--config", join(server.directory, "fplane.toml")];

  test("is exported as it is after the server has stopped", async () => {
    const copy = await startLivePlane();
    const config = ["--config", join(copy.directory, "fplane.toml")];
    const served = await cli(["export", ...config]);
    expect(served).toMatchObject({ code: 0, stderr: "stdout: 2 revisions\n" });
    await copy.stop();
    expect((await cli(["export", ...config])).stdout).toBe(served.stdout);
  });

  test("is verified by its journal, which says so", async () => {
    expect(await cli(["verify", ...at()])).toEqual({
      code: 0,
      stdout: "2 revisions and 0 rows checked: the record is whole\n",
      stderr: "a server has the database: its journal is checked; without the server the rows are checked as well\n",
    });
  });

  test("a line that is just being written is left out; a damaged one is named, and the server stays as it is", async () => {
    const journal = join(server.directory, "data", "journal.jsonl");
    const whole = readFileSync(journal, "utf8");
    await Bun.write(journal, `${whole}{"rev":3,"recorded`);
    expect((await cli(["export", ...at()])).stdout).toBe(whole);
    await Bun.write(journal, whole.replace("the first list", "the wurst list"));
    expect(await cli(["export", ...at()])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("line 2 is damaged"),
    });
    const verified = await cli(["verify", ...at()]);
    expect(verified).toMatchObject({ code: 5, stdout: expect.stringContaining("line 2 is damaged") });
    await Bun.write(journal, whole);
    expect(await cli(["restore", ...at(), journal])).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("locked"),
    });
    await server.stop();
  });
});
