import { Database } from "bun:sqlite";
import { beforeAll, describe, expect, test } from "bun:test";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { takeOverUsers } from "../../../bin/project/old-users.ts";
import { userKey } from "../../../src/service/user-keys.ts";
import { listUsers } from "../../../src/service/users.ts";
import { embeddedEngine } from "../../support/engines.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import { ADMIN, addUsers, logOf, observatory, UPDATER } from "../../support/observatory.ts";

const engine = embeddedEngine();

/** The table as peewee makes it of the documented model. */
const TABLE = `CREATE TABLE "user" ("id" INTEGER NOT NULL PRIMARY KEY, "username" TEXT NOT NULL,
  "firstname" TEXT NOT NULL, "lastname" TEXT NOT NULL, "email" TEXT NOT NULL, "password" TEXT, "apikey" TEXT)`;

const keyOf = (digit: string) => digit.repeat(48);

/** A users.db; a row is a username and the digit that its key consists of. */
async function usersDb(rows: readonly (readonly [username: string, key: string | null])[]): Promise<string> {
  const file = join(await temporaryDirectory(), "users.db");
  const database = new Database(file);
  database.run(TABLE);
  const insert = database.prepare('INSERT INTO "user" VALUES (NULL, ?, ?, ?, ?, NULL, ?)');
  for (const [username, key] of rows) insert.run(username, "Ann", "Astro", "ann@example.org", key);
  database.close();
  return file;
}

describe("users of an old server", () => {
  let deps: ReturnType<typeof observatory>;
  const lines: Record<string, unknown>[] = [];
  const takeOver = async (file: string) => {
    lines.length = 0;
    await takeOverUsers(deps, file, logOf(lines));
    return lines.map(({ level, username, msg }) => `${level} ${username}: ${msg}`);
  };

  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    await addUsers(deps);
  });

  test("are updaters with the names and keys that they have, and are taken over once", async () => {
    const file = await usersDb([["snigula", keyOf("1")]]);
    expect(await takeOver(file)).toEqual(["info snigula: took over a user of the old server"]);
    expect((await listUsers(deps, ADMIN)).find(({ username }) => username === "snigula")).toMatchObject({
      role: "updater",
      enabled: true,
      firstName: "Ann",
      lastName: "Astro",
      email: "ann@example.org",
    });
    expect(await userKey(deps, ADMIN, "snigula")).toEqual({ key: keyOf("1") });
    expect(await takeOver(file)).toEqual([]);
  });

  test("who cannot be taken over is told with the reason, and all others are taken over", async () => {
    const rows = [
      ["hetdex cron", keyOf("2")],
      ["one", keyOf("3")],
      ["two", keyOf("3")],
      ["one", keyOf("4")],
      [UPDATER.username, keyOf("5")],
      ["keyless", null],
      ["short", "abc"],
      ["last", keyOf("6")],
    ] as const;
    const left = "left out a user of the old server";
    expect(await takeOver(await usersDb(rows))).toEqual([
      expect.stringContaining(`warn hetdex cron: ${left}: "hetdex cron" is no username: it has up to 64`),
      "info one: took over a user of the old server",
      `warn two: ${left}: the key that two brings along is that of one`,
      `warn one: ${left}: there is a user one here already, with another key; the old server's counts only there`,
      `warn cron: ${left}: there is a user cron here already, with another key; the old server's counts only there`,
      `warn keyless: ${left}: its apikey is no text`,
      `warn short: ${left}: its apikey has less than 16 characters`,
      "info last: took over a user of the old server",
    ]);
    expect(await userKey(deps, ADMIN, "one")).toEqual({ key: keyOf("3") });
  });

  test("a file without such a table is refused by its name, with what is wrong", async () => {
    const directory = await temporaryDirectory();
    const [text, folder, other] = ["text.db", "folder.db", "other.db"].map((name) => join(directory, name));
    if (text === undefined || folder === undefined || other === undefined) throw new Error("three names were given");
    await Bun.write(text, "This is a text of some length and no database.");
    await mkdir(folder);
    new Database(other).run('CREATE TABLE "user" ("id" INTEGER, "name" TEXT)');
    const refusals: [file: string, reason: string][] = [
      [join(directory, "none.db"), "there is no file"],
      [text, "file is not a database"],
      [folder, "is no user database of fplaneserver"],
      [other, "its table user has no column username, apikey"],
    ];
    for (const [file, reason] of refusals) {
      const error = await takeOver(file).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "bad-parameter" });
      expect(String(error)).toContain(file);
      expect(String(error)).toContain(reason);
    }
  });
});
