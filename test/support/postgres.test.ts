import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { connect, type PostgresServer, postgresServer, serverBinaries, startPostgres } from "./postgres.ts";

const server = await postgresServer();

/** Needed where the run has a PostgreSQL, so that a missing one is said once, by the name of the skipped group. */
function found(): PostgresServer {
  if (server === null) throw new Error("This test runs only where there is a PostgreSQL");
  return server;
}

async function ask(url: string, statement: string): Promise<unknown> {
  const sql = connect(url, { max: 1 });
  try {
    const rows = await sql.unsafe(statement);
    return rows[0]?.["answer"];
  } finally {
    await sql.end();
  }
}

describe.skipIf(server === null)("the PostgreSQL of the tests (needs postgresql)", () => {
  test("a fresh database answers and is empty", async () => {
    const url = await found().createDatabase();
    expect(await ask(url, "select 1 as answer")).toBe(1);
    expect(await ask(url, "select count(*)::int as answer from pg_tables where schemaname = 'public'")).toBe(0);
  });

  test("two databases are separate", async () => {
    const [one, other] = await Promise.all([found().createDatabase(), found().createDatabase()]);
    await ask(one, "create table seat ()");
    expect(await ask(one, "select to_regclass('seat') is not null as answer")).toBe(true);
    expect(await ask(other, "select to_regclass('seat') is not null as answer")).toBe(false);
  });

  test("a run has one server, however often it is asked for", async () => {
    expect(await postgresServer()).toBe(server);
  });

  test("it is new enough and knows the extension that the constraints stand on", async () => {
    const url = await found().createDatabase();
    expect(await ask(url, "select current_setting('server_version_num')::int as answer")).toBeGreaterThanOrEqual(
      150000,
    );
    await ask(url, "create extension btree_gist");
  });
});

describe.skipIf(serverBinaries() === null)("a throwaway PostgreSQL (needs postgresql)", () => {
  test("it waits for the disk unless told otherwise, and its folder is gone after stop", async () => {
    const own = await startPostgres();
    if (own === null) throw new Error("No server binaries");
    const url = await own.createDatabase();
    const folder = folderOf(url);
    expect(await ask(url, "select current_setting('fsync') as answer")).toBe("on");
    expect(await ask(url, "select current_setting('listen_addresses') as answer")).toBe("");
    expect(existsSync(join(folder, ".s.PGSQL.5432"))).toBe(true);
    await own.stop();
    expect(existsSync(folder)).toBe(false);
  });

  test("a run of the tests that is killed leaves neither server nor folder", async () => {
    const program = `
        import { startPostgres } from ${JSON.stringify(join(import.meta.dir, "postgres.ts"))};
        const server = await startPostgres({ fsync: false });
        console.log(server?.url("postgres"));
        process.kill(process.pid, "SIGKILL");
      `;
    const run = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
    const folder = folderOf((await new Response(run.stdout).text()).trim());
    expect(await run.exited).not.toBe(0);
    for (let waited = 0; existsSync(folder) && waited < 10_000; waited += 50) await Bun.sleep(50);
    expect(existsSync(folder)).toBe(false);
  });
});

function folderOf(url: string): string {
  return new URL(url).searchParams.get("host") ?? "";
}
