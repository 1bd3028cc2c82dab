import { beforeAll, describe, expect, test } from "bun:test";
import { identifyUser } from "../../src/service/identify-user.ts";
import { rotateKey } from "../../src/service/user-keys.ts";
import { addUser, setUserEnabled } from "../../src/service/users.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN, addUsers, CURATOR, observatory, UPDATER } from "../support/observatory.ts";

describeOnEngines("identifyUser", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let keys: Awaited<ReturnType<typeof addUsers>>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    keys = await addUsers(deps);
  });
  const identify = async (header: string | null | undefined) =>
    (await identifyUser(deps.store, deps.clock(), header))?.identity ?? null;

  test.each([
    (key: string) => `FPS_API APIKEY=${key}`,
    (key: string) => `FPS_API apikey=${key}`,
    (key: string) => `fps_api apikey=${key}`,
    (key: string) => `Fps_Api ApiKey=${key}`,
    (key: string) => `FPS_API  APIKEY = ${key}`,
    (key: string) => ` FPS_API APIKEY="${key}" `,
    (key: string) => `Bearer ${key}`,
    (key: string) => `bearer  ${key}`,
  ])("knows a user by %p", async (header) => {
    expect(await identify(header(keys.curator))).toEqual(CURATOR);
    expect(await identify(header(keys.updater))).toEqual(UPDATER);
  });

  test("knows nobody without a header", async () => {
    expect([await identify(null), await identify(undefined), await identify("")]).toEqual([null, null, null]);
  });

  describe("refuses", () => {
    const secret = "1".repeat(48);
    test.each([
      ["a scheme of others", "Basic YWRhOnBhc3M="],
      ["a key without its word", `FPS_API ${secret}`],
      ["a word without a key", "FPS_API APIKEY="],
      ["two keys", `FPS_API APIKEY=${secret} ${secret}`],
      ["blanks", "   "],
    ])("%s, and says what is right without repeating it", async (_what, header) => {
      const refused = identify(header);
      await expect(refused).rejects.toMatchObject({
        code: "unknown-key",
        message: expect.stringContaining("APIKEY=<key>"),
      });
      await expect(refused).rejects.not.toMatchObject({ message: expect.stringContaining(secret) });
    });

    test("a key that nobody has, the start of one, and its digest", async () => {
      const digest = (await deps.store.userNamed(ADMIN.username))?.keySha256 ?? "";
      for (const key of [secret, keys.admin.slice(0, -1), keys.admin.toUpperCase(), digest])
        await expect(identify(`FPS_API APIKEY=${key}`)).rejects.toMatchObject({ code: "unknown-key" });
    });

    test("a key that was rotated away, from then on", async () => {
      const { key: old } = await addUser(deps, ADMIN, { ...NEW, username: "rotated" });
      expect(await identify(`Bearer ${old}`)).toMatchObject({ username: "rotated" });
      const { key } = await rotateKey(deps, ADMIN, "rotated");
      await expect(identify(`Bearer ${old}`)).rejects.toMatchObject({ code: "unknown-key" });
      expect(await identify(`Bearer ${key}`)).toMatchObject({ username: "rotated" });
    });

    test("a disabled user, until it is enabled again", async () => {
      const { key } = await addUser(deps, ADMIN, { ...NEW, username: "absent" });
      await setUserEnabled(deps, ADMIN, "absent", false);
      await expect(identify(`Bearer ${key}`)).rejects.toMatchObject({
        code: "user-disabled",
        message: "the user absent is disabled",
      });
      await setUserEnabled(deps, ADMIN, "absent", true);
      expect(await identify(`Bearer ${key}`)).toEqual({ username: "absent", role: "updater" });
    });
  });
});

const NEW = { role: "updater", firstName: "T", lastName: "T", email: "t@example.org" } as const;
