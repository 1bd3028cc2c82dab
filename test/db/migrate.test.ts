import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { type Connection, type DatabaseLocation, rowsOf, schemaOf } from "../../db/connection.ts";
import { connectEmbedded } from "../../db/embedded/connect.ts";
import { migrate, schemaState } from "../../db/migrate.ts";
import { migrateProject, openStore } from "../../db/open.ts";
import { connectPostgres } from "../../db/postgres/connect.ts";
import { createStore } from "../../db/store.ts";
import { describeOnEngines, OPENING } from "../support/engines.ts";
import { addUsers, observatory } from "../support/observatory.ts";
import { connect, postgresServer } from "../support/postgres.ts";
import { newestRevision } from "../support/verbs.ts";

const server = await postgresServer();

async function appliedTo(connection: Connection): Promise<string[]> {
  const rows = await rowsOf<{ name: string }>(connection.drizzle, sql`SELECT name FROM migration ORDER BY name`);
  return rows.map((row) => row.name);
}

describeOnEngines("migrate", (engine) => {
  let login: Connection; // as the user who installs, not as the application
  beforeAll(async () => {
    const { location, project, connection } = await engine.open();
    if (location.engine === "postgres") login = await connectPostgres(location, schemaOf(project));
    else {
      await connection.script("RESET ROLE");
      login = connection;
    }
  });
  afterAll(async () => {
    if (login.engine === "postgres") await login.close();
  });

  test("a second time does nothing", async () => {
    const applied = await appliedTo(login);
    expect(applied.length).toBeGreaterThan(0);
    expect(await migrate(login)).toEqual([]);
    expect(await appliedTo(login)).toEqual(applied);
    expect(await schemaState(login)).toEqual({ state: "current" });
  });

  test("a schema of a newer program is refused, and named", async () => {
    await login.script("INSERT INTO migration (name) VALUES ('9999_from_the_future')");
    const refused = {
      code: "unavailable",
      message: expect.stringContaining("newer than this program (it has 9999_from_the_future)"),
    };
    try {
      await expect(schemaState(login)).rejects.toMatchObject(refused);
      await expect(migrate(login)).rejects.toMatchObject(refused);
    } finally {
      await login.script("DELETE FROM migration WHERE name LIKE '9999%'");
    }
    expect(await schemaState(login)).toEqual({ state: "current" });
  });

  test("an older schema is one that lacks migrations", async () => {
    const [last = ""] = (await appliedTo(login)).slice(-1);
    await login.script(`DELETE FROM migration WHERE name = '${last}'`);
    try {
      expect(await schemaState(login)).toEqual({ state: "older", pending: [last] });
    } finally {
      await login.script(`INSERT INTO migration (name) VALUES ('${last}')`);
    }
  });

  test("two projects in one database know nothing of each other", async () => {
    const first = login.schema;
    const second = { ...login, schema: `${first}_second` };
    const inProject = async ({ schema }: Connection) => login.script(`SET search_path TO ${schema}, public`);
    await inProject(second);
    expect(await schemaState(second)).toEqual({ state: "absent" });
    await migrate(second);
    await addUsers(observatory(createStore(second, null)));
    expect((await createStore(second, null).users()).length).toBe(3);
    await inProject(login);
    expect(await newestRevision(observatory(createStore(login, null)))).toBe(0);
    await addUsers(observatory(createStore(login, null))); // the same names, the same revision numbers
    expect(await newestRevision(observatory(createStore(login, null)))).toBe(3);
  });

  test("a login that may not prepare the schema is told what it lacks, and nothing is left", async () => {
    const schema = `${login.schema}_third`;
    const role = `poor_${login.schema}`;
    await login.script(`CREATE ROLE ${role} NOLOGIN; SET ROLE ${role}; SET search_path TO ${schema}, public`);
    try {
      await expect(migrate({ ...login, schema })).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("CREATEROLE"),
      });
    } finally {
      await login.script(`RESET ROLE; SET search_path TO ${login.schema}, public; DROP ROLE ${role}`);
    }
    expect(await schemaState({ ...login, schema })).toEqual({ state: "absent" });
  });
});

describe("the embedded database", () => {
  test("is made, and prepared by a user who is no superuser but may create roles", async () => {
    const directory = await mkdtemp(join(tmpdir(), "fplane-migrate-"));
    const connection = await connectEmbedded(directory, "hetdex");
    try {
      await connection.script("CREATE ROLE installer CREATEROLE LOGIN; GRANT CREATE ON DATABASE postgres TO installer");
      await connection.script("SET SESSION AUTHORIZATION installer");
      expect(await migrate(connection)).toEqual(await appliedTo(connection));
    } finally {
      await connection.close();
      await rm(directory, { recursive: true, force: true });
    }
  });
});

describe.skipIf(server === null)("PostgreSQL (needs postgresql)", () => {
  const fresh = async (): Promise<DatabaseLocation & { url: string }> => ({
    engine: "postgres",
    url: (await server?.createDatabase()) ?? "",
  });

  test("20 programs that start at once on an empty database install one schema", async () => {
    const location = await fresh();
    const stores = await Promise.all(Array.from({ length: 20 }, () => openStore(location, "HETDEX", OPENING)));
    for (const store of stores) expect(await store.newestRevision()).toBeNull();
    await Promise.all(stores.map((store) => store.close()));
    expect(await migrateProject(location, "HETDEX")).toEqual([]);
  });

  test("an older schema waits for `fplane migrate`, since other servers may be using it", async () => {
    const location = await fresh();
    await (await openStore(location, "HETDEX", OPENING)).close();
    const client = connect(location.url, { max: 1 });
    const [last] =
      await client`DELETE FROM hetdex.migration WHERE name = (SELECT max(name) FROM hetdex.migration) RETURNING name`;
    await client.end();
    await expect(openStore(location, "HETDEX", OPENING)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(new RegExp(`lacks ${last?.["name"]}.*run \`fplane migrate\``)),
    });
  });

  test("a database that is not there is unavailable", async () => {
    const { url } = await fresh();
    const missing = url.replace(/fplane_test_\w+/, "fplane_test_missing");
    await expect(openStore({ engine: "postgres", url: missing }, "HETDEX", OPENING)).rejects.toMatchObject({
      code: "unavailable",
    });
  });
});
