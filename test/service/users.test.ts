import { beforeAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import { rowsOf } from "../../db/connection.ts";
import type { Identity, Role } from "../../src/domain/role.ts";
import { rotateKey, userKey } from "../../src/service/user-keys.ts";
import { newKey } from "../../src/service/users/keys.ts";
import { addUser, listUsers, setUserEnabled, setUserRole } from "../../src/service/users.ts";
import { describeOnEngines, type FreshDatabase } from "../support/engines.ts";
import { ADMIN, addUsers, CURATOR, observatory, UPDATER } from "../support/observatory.ts";
import { newestRevision } from "../support/verbs.ts";

function someone(username: string, role: Role = "updater") {
  return { username, role, firstName: "Edwin", lastName: "Hubble", email: "edwin@example.org" };
}

describeOnEngines("users", (engine) => {
  let database: FreshDatabase;
  let deps: ReturnType<typeof observatory>;
  let keys: Awaited<ReturnType<typeof addUsers>>;
  beforeAll(async () => {
    database = await engine.open();
    deps = observatory(database.store);
    keys = await addUsers(deps);
  });

  test("a user is added with a key of its own, which can be shown again", async () => {
    const { key } = await addUser(deps, ADMIN, someone("edwin"));
    expect(key).toMatch(/^[0-9a-f]{48}$/);
    expect(await userKey(deps, ADMIN, "edwin")).toEqual({ key });
    expect(await userKey(deps, { username: "edwin", role: "updater" }, "edwin")).toEqual({ key });
    const listed = (await listUsers(deps, ADMIN)).find((user) => user.username === "edwin");
    expect(listed).toMatchObject({ ...someone("edwin"), enabled: true });
    expect(JSON.stringify(listed)).not.toContain(key);
  });

  test("a user can bring a key along, but not that of somebody else", async () => {
    const brought = newKey();
    expect(await addUser(deps, ADMIN, someone("brought"), brought)).toEqual({ key: brought });
    await expect(addUser(deps, ADMIN, someone("thief"), brought)).rejects.toMatchObject({
      code: "already-exists",
      message: expect.not.stringContaining(brought),
    });
    expect(await deps.store.userNamed("thief")).toBeNull();
  });

  test("a name is taken once", async () => {
    await expect(addUser(deps, ADMIN, someone(CURATOR.username))).rejects.toMatchObject({ code: "already-exists" });
  });

  test.each(["", "-ada", "ada lovelace", "ada\n", "../ada", "a".repeat(65), "adä"])("%p is no name", async (name) => {
    await expect(addUser(deps, ADMIN, someone(name))).rejects.toMatchObject({
      code: "bad-parameter",
      message: expect.stringContaining("is no username"),
    });
  });

  test("each act is a revision that tells name and role, and nothing private", async () => {
    const { key } = await addUser(deps, ADMIN, someone("private"));
    const revision = await deps.store.newestRevision();
    expect(revision).toMatchObject({ kind: "user", actor: ADMIN.username });
    const body = (await deps.store.bodyOf(revision?.rev ?? 0)) ?? "";
    expect(JSON.parse(body).user).toMatchObject({ action: "add", username: "private", role: "updater", enabled: true });
    for (const secret of ["Edwin", "Hubble", "edwin@example.org", key]) expect(body).not.toContain(secret);
  });

  test("whoever steals the database has no key", async () => {
    const tables = await rowsOf<{ name: string }>(
      database.connection.drizzle,
      sql`SELECT tablename AS name FROM pg_tables WHERE schemaname = ${database.connection.schema}`,
    );
    expect(tables.map(({ name }) => name)).toContain("user_version");
    for (const { name } of tables) {
      const rows = await rowsOf(database.connection.drizzle, sql`SELECT * FROM ${sql.identifier(name)}`);
      const text = JSON.stringify(rows);
      for (const key of Object.values(keys)) {
        expect(text).not.toContain(key);
        expect(text).not.toContain(Buffer.from(key).toString("base64"));
        expect(text).not.toContain(Buffer.from(key, "hex").toString("base64"));
      }
    }
  });

  describe("who may", () => {
    const acts: Record<string, (who: Identity | null) => Promise<unknown>> = {
      "list the users": (who) => listUsers(deps, who),
      "add a user": (who) => addUser(deps, who, someone("added")),
      "see another's key": (who) => userKey(deps, who, ADMIN.username),
      "rotate another's key": (who) => rotateKey(deps, who, ADMIN.username),
      "disable a user": (who) => setUserEnabled(deps, who, ADMIN.username, false),
      "change a role": (who) => setUserRole(deps, who, UPDATER.username, "admin"),
    };
    test.each(Object.keys(acts))("%s: administrators only", async (act) => {
      const before = await newestRevision(deps);
      await expect(acts[act]?.(null)).rejects.toMatchObject({ code: "no-key" });
      for (const who of [UPDATER, CURATOR]) await expect(acts[act]?.(who)).rejects.toMatchObject({ code: "forbidden" });
      expect(await newestRevision(deps)).toBe(before);
    });

    test("everybody may see and rotate the key that is theirs", async () => {
      expect(await userKey(deps, UPDATER, UPDATER.username)).toEqual({ key: keys.updater });
      const { key } = await rotateKey(deps, UPDATER, UPDATER.username);
      expect(key).not.toBe(keys.updater);
      expect(await userKey(deps, UPDATER, UPDATER.username)).toEqual({ key });
    });
  });

  test("a user that there is not is not found", async () => {
    for (const name of ["nobody", "", "no\u0000body", "Edwin"]) {
      await expect(userKey(deps, ADMIN, name)).rejects.toMatchObject({ code: "not-found" });
      await expect(setUserEnabled(deps, ADMIN, name, true)).rejects.toMatchObject({ code: "not-found" });
    }
  });

  describe("the last administrator", () => {
    test("can be neither disabled nor made anything else", async () => {
      const refused = { code: "conflict", message: expect.stringContaining("ada is the last administrator") };
      await expect(setUserEnabled(deps, ADMIN, ADMIN.username, false)).rejects.toMatchObject(refused);
      await expect(setUserRole(deps, ADMIN, ADMIN.username, "curator")).rejects.toMatchObject(refused);
      await addUser(deps, ADMIN, someone("second", "admin"));
      await setUserEnabled(deps, ADMIN, "second", false);
      await expect(setUserEnabled(deps, ADMIN, ADMIN.username, false)).rejects.toMatchObject(refused);
      await setUserEnabled(deps, ADMIN, "second", true);
      expect(await setUserRole(deps, ADMIN, ADMIN.username, "curator")).toMatchObject({ role: "curator" });
      await setUserRole(deps, ADMIN, ADMIN.username, "admin");
    });
  });
});

describeOnEngines("users without an administrator", (engine) => {
  test("can be changed as long as none of them was one", async () => {
    const deps = observatory((await engine.open()).store);
    await addUser(deps, ADMIN, someone("edwin"));
    expect(await setUserEnabled(deps, ADMIN, "edwin", false)).toMatchObject({ enabled: false });
    expect(await setUserRole(deps, ADMIN, "edwin", "curator")).toMatchObject({ role: "curator" });
  });
});
