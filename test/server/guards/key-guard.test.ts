import { afterEach, beforeAll, beforeEach, describe, expect, mock, spyOn, test } from "bun:test";
import { createApp } from "../../../src/server/app.ts";
import { trustedProxies } from "../../../src/server/guards/client-address.ts";
import type { KeyLimits } from "../../../src/server/guards/key-guard.ts";
import { listUsers } from "../../../src/service/users.ts";
import { describeOnEngines } from "../../support/engines.ts";
import { eventually } from "../../support/eventually.ts";
import { ADMIN, addUsers, logOf, OPEN_APP, observatory } from "../../support/observatory.ts";
import { as, problemOf, STARTING } from "../../support/site.ts";

const WRONG = "0".repeat(48);
const GUESSER = "203.0.113.9";

describeOnEngines("keys that are used too often", (engine) => {
  let deps: ReturnType<typeof observatory>;
  let keys: Awaited<ReturnType<typeof addUsers>>;
  beforeAll(async () => {
    deps = observatory((await engine.open()).store);
    keys = await addUsers(deps);
  }, STARTING);

  const site = (limits: Partial<KeyLimits>, options: Partial<typeof OPEN_APP> = {}) => {
    const keyLimits = { ...OPEN_APP.keyLimits, ...limits };
    const app = createApp({ ...OPEN_APP, ...options, deps, log: logOf([]), keyLimits });
    return (path: string, key: string | null, ip: string, init: RequestInit = {}) =>
      Promise.resolve(
        app.request(path, { ...init, headers: { ...(key === null ? {} : as(key)), ...(init.headers ?? {}) } }, { ip }),
      );
  };
  const list = "/trpc/users.list";
  const statusesOf = async (count: number, ask: () => Promise<Response>) => {
    const statuses: number[] = [];
    for (let i = 0; i < count; i += 1) statuses.push((await ask()).status);
    return statuses;
  };

  describe("wrong keys", () => {
    test("after so many, requests from that address with a key are refused, also with a good one", async () => {
      const ask = site({ failedPerMinute: 3 });
      expect(await statusesOf(5, () => ask(list, WRONG, GUESSER))).toEqual([401, 401, 401, 429, 429]);
      for (const path of [list, "/fplane", "/nothing"]) {
        const refused = await ask(path, keys.admin, GUESSER);
        expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 61);
        expect(await problemOf(refused)).toMatchObject({ status: 429, code: "too-many-requests" });
      }
    });

    test("requests without a key, and those from elsewhere, are not touched", async () => {
      const ask = site({ failedPerMinute: 3 });
      await statusesOf(4, () => ask(list, WRONG, GUESSER));
      expect((await ask("/revisions", null, GUESSER)).status).toBe(200);
      expect((await ask(list, null, GUESSER)).status).toBe(401);
      expect((await ask(list, keys.admin, "203.0.113.10")).status).toBe(200);
    });

    test("an IPv6 network is one address", async () => {
      const ask = site({ failedPerMinute: 3 });
      const statuses: number[] = [];
      for (const ip of ["2001:db8::1", "2001:db8::2", "2001:db8::ffff:3", "2001:db8::4"])
        statuses.push((await ask(list, WRONG, ip)).status);
      expect(statuses).toEqual([401, 401, 401, 429]);
      expect((await ask(list, keys.admin, "2001:db8:0:1::1")).status).toBe(200);
    });

    test("behind a trusted proxy it is the client's address that counts", async () => {
      const ask = site({ failedPerMinute: 1 }, { trusted: trustedProxies(["127.0.0.1"]) });
      const from = (client: string) => ({ headers: { "x-forwarded-for": client } });
      const guess = () => ask(list, WRONG, "127.0.0.1", from(GUESSER));
      expect(await statusesOf(2, guess)).toEqual([401, 429]);
      expect((await ask(list, keys.admin, "127.0.0.1", from("203.0.113.10"))).status).toBe(200);
    });

    test("a batch of many calls with one wrong key is one attempt", async () => {
      const ask = site({ failedPerMinute: 2 });
      const batch = `/trpc/${Array.from({ length: 20 }, () => "users.list").join(",")}?batch=1&input={}`;
      expect(await statusesOf(3, () => ask(batch, WRONG, GUESSER))).toEqual([401, 401, 429]);
    });

    test("a missing role and a good key are no attempts", async () => {
      const ask = site({ failedPerMinute: 1 });
      expect(await statusesOf(3, () => ask(list, keys.updater, GUESSER))).toEqual([403, 403, 403]);
      expect(await statusesOf(3, () => ask(list, keys.admin, GUESSER))).toEqual([200, 200, 200]);
    });
  });

  describe("writes", () => {
    const write = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
    // On a busy machine a second would be over before the second write.
    const setTime = (milliseconds: number) => spyOn(performance, "now").mockReturnValue(milliseconds);
    beforeEach(() => void setTime(1_000_000));
    afterEach(() => mock.restore());

    test("beyond so many a second are refused, by REST and tRPC together; reads and other users are not", async () => {
      const ask = site({ writesPerSecond: 1 });
      const post = () => ask("/fplane", keys.updater, GUESSER, write);
      const call = (name: string, key: string) => ask(`/trpc/${name}`, key, GUESSER, write);
      expect((await call("updateConfig", keys.updater)).status).toBe(400);
      const refused = await post();
      expect(refused.headers.get("retry-after")).toBe("1");
      expect(await problemOf(refused)).toMatchObject({ status: 429, code: "too-many-requests" });
      const procedure = await call("users.rotate", keys.updater);
      expect([procedure.status, procedure.headers.get("retry-after")]).toEqual([429, "1"]);
      expect((await ask("/fplane/20180715", keys.updater, GUESSER)).status).toBe(404);
      expect((await call("check", keys.updater)).status).toBe(400);
      expect((await call("updateConfig", keys.curator)).status).toBe(400);
      setTime(1_001_000);
      expect((await post()).status).toBe(400);
    });

    test("each mutation of a batch counts", async () => {
      const ask = site({ writesPerSecond: 5 });
      const calls = Array.from({ length: 8 }, () => "updateConfig").join(",");
      const answer = await ask(`/trpc/${calls}?batch=1`, keys.updater, GUESSER, write);
      const codes = ((await answer.json()) as { error: { data: { fplane: { code: string } } } }[]).map(
        ({ error }) => error.data.fplane.code,
      );
      expect(codes.filter((code) => code === "too-many-requests")).toHaveLength(3);
      expect(answer.headers.get("retry-after")).toBe("1");
    });
  });

  test("a use is noted in the background, with the client's address", async () => {
    const ask = site({});
    await ask(list, keys.curator, "192.0.2.77");
    const lastUse = async () => (await listUsers(deps, ADMIN)).find(({ username }) => username === "cora")?.lastUse;
    expect(await eventually(lastUse, (use) => use !== null)).toEqual({
      lastUsedAt: deps.clock(),
      address: expect.any(String),
    });
  });

  test("that a use cannot be noted refuses nobody", async () => {
    const lines: Record<string, unknown>[] = [];
    const failing = { ...deps.store.keyUses, note: () => Promise.reject(new Error("on purpose")) };
    const store = Object.assign(Object.create(deps.store), { keyUses: failing });
    const app = createApp({ ...OPEN_APP, deps: { ...deps, store }, log: logOf(lines) });
    expect((await app.request(list, { headers: as(keys.admin) })).status).toBe(200);
    expect(lines.some(({ msg }) => msg === "the use of a key could not be noted")).toBe(true);
  });
});
