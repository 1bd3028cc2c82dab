import { beforeAll, describe, expect, test } from "bun:test";
import { openStore } from "../../db/open.ts";
import { readRecordLine, recordLine } from "../../src/domain/record/record-line.ts";
import type { Identity } from "../../src/domain/role.ts";
import { DAY, HOUR, type Instant, instantOf, instantText, later } from "../../src/domain/time/instant.ts";
import { identifyUser } from "../../src/service/identify-user.ts";
import { exportLines } from "../../src/service/record/export-record.ts";
import { restoreLines } from "../../src/service/record/restore-record.ts";
import { verifyRecord } from "../../src/service/record/verify-record.ts";
import { resealKeys, rotateKey, userKey } from "../../src/service/user-keys.ts";
import { isSealedWith } from "../../src/service/users/sealing.ts";
import { addUser, listUsers, setUserEnabled } from "../../src/service/users.ts";
import { describeOnEngines, type FreshDatabase, OPENING } from "../support/engines.ts";
import { ADMIN, observatory } from "../support/observatory.ts";

const PERSON = { role: "updater", firstName: "T", lastName: "T", email: "t@example.org" } as const;

describeOnEngines("the keys of users", (engine) => {
  let database: FreshDatabase;
  let deps: ReturnType<typeof observatory>;
  let users = 0;
  beforeAll(async () => {
    database = await engine.open();
    deps = observatory(database.store);
    await addUser(deps, ADMIN, { ...PERSON, username: ADMIN.username, role: "admin" });
  });

  const add = async (expires?: string) => {
    users += 1;
    const username = `user${users}`;
    const { key } = await addUser(deps, ADMIN, { ...PERSON, username, expires });
    return { username, key, self: { username, role: "updater" } satisfies Identity };
  };
  const admitted = async (key: string) =>
    (await identifyUser(deps.store, deps.clock(), `Bearer ${key}`))?.identity.username ?? null;
  const refused = async (key: string) =>
    await admitted(key).then(
      () => null,
      ({ code, message }) => ({ code, message }),
    );
  const inTime = (microseconds: number) => instantText(later(deps.clock(), microseconds));
  const userOf = async (username: string) => (await deps.store.users()).find((user) => user.username === username);

  describe("expire", () => {
    test("at the instant, not before, and the refusal says when it was", async () => {
      const at = inTime(DAY);
      const { username, key } = await add(at);
      deps.testClock.advance(DAY - 1);
      expect(await admitted(key)).toBe(username);
      deps.testClock.advance(1);
      expect(await refused(key)).toEqual({ code: "unknown-key", message: expect.stringContaining(`expired at ${at}`) });
    });

    test("at noon of a date without a time", async () => {
      const { username } = await add("20301231");
      expect((await userOf(username))?.keyExpiresAt).toBe(instantOf("2030-12-31T18:00:00Z"));
    });

    test.each(["20200101", "", "latest"])("never in the past: %p", async (expires) => {
      await expect(add(expires)).rejects.toMatchObject({ code: "bad-parameter" });
    });

    test("after a rotation when the old one would have", async () => {
      const { username, self } = await add(inTime(DAY));
      const before = (await userOf(username))?.keyExpiresAt;
      const { key } = await rotateKey(deps, self, username);
      expect((await userOf(username))?.keyExpiresAt).toBe(before ?? null);
      deps.testClock.advance(DAY);
      expect(await refused(key)).toMatchObject({ code: "unknown-key" });
      await expect(rotateKey(deps, ADMIN, username)).rejects.toMatchObject({ code: "bad-parameter" });
      expect(await admitted((await rotateKey(deps, ADMIN, username, { expires: "never" })).key)).toBe(username);
    });

    test("later than before only if an administrator says so", async () => {
      const { username, self } = await add(inTime(2 * DAY));
      for (const expires of ["never", inTime(3 * DAY)])
        await expect(rotateKey(deps, self, username, { expires })).rejects.toMatchObject({ code: "forbidden" });
      await rotateKey(deps, self, username, { expires: inTime(2 * DAY) });
      await rotateKey(deps, self, username, { expires: inTime(DAY) });
      await rotateKey(deps, ADMIN, username, { expires: inTime(3 * DAY) });
    });
  });

  describe("are rotated", () => {
    test("at once, unless a grace is given", async () => {
      const { username, key, self } = await add();
      const next = await rotateKey(deps, self, username);
      expect(await refused(key)).toEqual({ code: "unknown-key", message: "nobody has this key" });
      expect(await admitted(next.key)).toBe(username);
    });

    test("with a grace: both are valid until its end, and the list says so", async () => {
      const { username, key, self } = await add();
      const until = inTime(DAY);
      const next = await rotateKey(deps, self, username, { grace: "24h" });
      deps.testClock.advance(DAY - 1);
      expect([await admitted(key), await admitted(next.key)]).toEqual([username, username]);
      const listed = async () => (await listUsers(deps, ADMIN)).find((user) => user.username === username);
      expect(instantText((await listed())?.previousKeyUntil ?? (0 as Instant))).toBe(until);
      deps.testClock.advance(1);
      expect(await refused(key)).toEqual({ code: "unknown-key", message: expect.stringContaining(`until ${until}`) });
      expect(await admitted(next.key)).toBe(username);
      expect((await listed())?.previousKeyUntil).toBeNull();
    });

    test("with the grace of the settings where none is given", async () => {
      const { username, key, self } = await add();
      await rotateKey({ ...deps, keyGraceHours: 2 }, self, username);
      deps.testClock.advance(2 * HOUR - 1);
      expect(await admitted(key)).toBe(username);
      deps.testClock.advance(1);
      expect(await refused(key)).toMatchObject({ code: "unknown-key" });
    });

    test("a second rotation ends the grace of the first; an old key never outlives its own end", async () => {
      const { username, key } = await add(inTime(HOUR));
      const second = await rotateKey(deps, ADMIN, username, { grace: "24h", expires: "never" });
      deps.testClock.advance(HOUR);
      expect(await refused(key)).toMatchObject({ code: "unknown-key" });
      await rotateKey(deps, ADMIN, username, { grace: "24h" });
      const fourth = await rotateKey(deps, ADMIN, username, { grace: "0" });
      expect(await refused(second.key)).toMatchObject({ code: "unknown-key" });
      expect(await admitted(fourth.key)).toBe(username);
    });

    test("with a grace of 30 days at most", async () => {
      const { username, key } = await add();
      await rotateKey(deps, ADMIN, username, { grace: "30d" });
      expect(await admitted(key)).toBe(username);
    });

    test.each([["x"], ["24"], ["31d"], ["720.001h"]])("a grace of %s is refused", async (grace) => {
      const { username } = await add();
      await expect(rotateKey(deps, ADMIN, username, { grace })).rejects.toMatchObject({ code: "bad-parameter" });
    });
  });

  test("a user that is disabled is refused at once on every server, also with an old key", async () => {
    const { username, key, self } = await add();
    const next = await rotateKey(deps, self, username, { grace: "24h" });
    const isShared = engine.name === "postgres";
    const other = isShared ? await openStore(database.location, database.project, OPENING) : database.store;
    const elsewhere = observatory(other);
    elsewhere.testClock.set(instantText(deps.clock()));
    const onOther = (each: string) => identifyUser(elsewhere.store, elsewhere.clock(), `Bearer ${each}`);
    for (const each of [key, next.key]) expect((await onOther(each))?.identity).toEqual(self);
    await setUserEnabled(deps, ADMIN, username, false);
    for (const each of [key, next.key]) await expect(onOther(each)).rejects.toMatchObject({ code: "user-disabled" });
    if (isShared) await other.close();
  });

  test("the first administrator's key is replaced by its own hand", async () => {
    const key = (await userKey(deps, ADMIN, ADMIN.username)).key;
    const next = await rotateKey(deps, ADMIN, ADMIN.username);
    expect(await refused(key)).toMatchObject({ code: "unknown-key" });
    expect(await admitted(next.key)).toBe(ADMIN.username);
  });

  test("the use of a key is noted once a minute, of the newest first in the list, and is no revision", async () => {
    const { username, key, self } = await add();
    const lastUse = async () => (await listUsers(deps, ADMIN)).find((user) => user.username === username)?.lastUse;
    const before = (await deps.store.newestRevision())?.rev;
    const keySha256 = (await userOf(username))?.keySha256 ?? "";
    const start = deps.clock();
    const note = (seconds: number, address: string | null) =>
      deps.store.keyUses.note({ keySha256, lastUsedAt: later(start, seconds * 1_000_000), address });
    expect(await lastUse()).toBeNull();
    await note(0, "192.0.2.1");
    await note(59, "192.0.2.2");
    expect(await lastUse()).toEqual({ lastUsedAt: start, address: "192.0.2.1" });
    await note(60, null);
    await note(-3600, "192.0.2.3");
    expect(await lastUse()).toEqual({ lastUsedAt: later(start, 60_000_000), address: null });
    expect((await deps.store.newestRevision())?.rev).toBe(before ?? 0);
    await rotateKey(deps, self, username, { grace: "1h" });
    expect((await lastUse())?.lastUsedAt).toBe(later(start, 60_000_000)); // by the old key
    expect(await admitted(key)).toBe(username);
  });

  test("sealed with another key file they are told as such, and stay valid", async () => {
    const { username, key } = await add();
    const other = { ...deps, sealingKeys: () => [new Uint8Array(32).fill(9)] };
    await expect(userKey(other, ADMIN, username)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`the key of ${username} cannot be opened with KEY_FILE`),
    });
    expect(await admitted(key)).toBe(username);
    const next = await rotateKey(other, ADMIN, username);
    expect(await userKey(other, ADMIN, username)).toEqual(next);
    await rotateKey(deps, ADMIN, username); // for the tests that follow
  });

  test("are sealed anew in one revision, and are what they were", async () => {
    const { username, key } = await add(inTime(DAY));
    await rotateKey(deps, ADMIN, username, { grace: "1h" });
    const before = await deps.store.users();
    const rev = (await deps.store.newestRevision())?.rev ?? 0;
    const next = new Uint8Array(32).fill(8);
    const both = { ...deps, sealingKeys: () => [...deps.sealingKeys(), next] };
    const lost = { ...deps, sealingKeys: () => [] };
    await expect(resealKeys(lost, ADMIN, next)).rejects.toMatchObject({ code: "unavailable" });
    expect(await resealKeys(both, ADMIN, next)).toBe(before.length);
    expect(await resealKeys(both, ADMIN, next)).toBe(0);
    expect(await deps.store.newestRevision()).toMatchObject({ rev: rev + 1, kind: "user", actor: ADMIN.username });
    const body = JSON.parse((await deps.store.bodyOf(rev + 1)) ?? "{}");
    expect(body.users).toHaveLength(before.length);
    expect(body.users[0]).toMatchObject({ action: "reseal", username: ADMIN.username, role: "admin", enabled: true });
    const after = await deps.store.users();
    expect(after.every(({ keySealed }) => isSealedWith(keySealed, next))).toBe(true);
    const unsealed = (list: typeof before) =>
      list.map(({ rev: _rev, salt: _salt, keySealed: _sealed, ...rest }) => rest);
    expect(unsealed(after)).toEqual(unsealed(before));
    expect(await admitted(key)).toBe(username);
    const onlyNew = { ...deps, sealingKeys: () => [next] };
    for (const user of after) expect((await userKey(onlyNew, ADMIN, user.username)).key).toMatch(/^[0-9a-f]{48}$/);
    const added = await addUser(both, ADMIN, { ...PERSON, username: "after" }); // the new one seals from now on
    expect(await userKey(onlyNew, ADMIN, "after")).toEqual(added);
  });

  test("every act of an administrator is a revision with actor, action and name, and no secret in it", async () => {
    const from = (await deps.store.newestRevision())?.rev ?? 0;
    const { username, key } = await add();
    await rotateKey(deps, ADMIN, username);
    await setUserEnabled(deps, ADMIN, username, false);
    await setUserEnabled(deps, ADMIN, username, true);
    const made = await deps.store.exported(from + 1, 100);
    expect(made.map(({ kind, actor, body }) => [kind, actor, JSON.parse(body).user.action])).toEqual(
      ["add", "rotate", "disable", "enable"].map((action) => ["user", ADMIN.username, action]),
    );
    for (const { body } of made) {
      expect(JSON.parse(body).user.username).toBe(username);
      expect(body).not.toContain(key);
      expect(body).not.toContain(PERSON.email);
    }
  });

  test("an export makes users, keys, ends and graces again; a secret that was altered is refused", async () => {
    const lines = await Array.fromAsync(exportLines(deps.store));
    const fresh = await engine.open();
    const source = async function* (of: readonly string[]) {
      yield* of;
    };
    await restoreLines(fresh.store, source(lines));
    expect(await fresh.store.users()).toEqual(await deps.store.users());
    expect(await Array.fromAsync(exportLines(fresh.store))).toEqual(lines);
    expect((await verifyRecord(deps.store, (await engine.open()).store)).faults).toEqual([]);

    const altered = lines.map((line, i) => {
      const revision = readRecordLine(line, i + 1);
      const userSecrets = revision.userSecrets.map((secrets) => ({ ...secrets, keyExpiresAt: null }));
      return recordLine({ ...revision, userSecrets });
    });
    await expect(restoreLines((await engine.open()).store, source(altered))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("what is private of the user"),
    });
  });
});
