import { beforeAll, expect, test } from "bun:test";
import { HOUR, later } from "../../src/domain/time/instant.ts";
import { setUserEnabled } from "../../src/service/users.ts";
import { describeOnEngines } from "../support/engines.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { ADMIN, statusNow } from "../support/observatory.ts";
import { as, openSite, problemOf, type Site, STARTING, unitsOfToday } from "../support/site.ts";

describeOnEngines("POST /fplane refuses", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const post = async (body: unknown, headers: Record<string, string> = as(site.keys.updater), path = "/fplane") =>
    await site.post(path, body, headers);
  const good = () => ({ config: statusNow(site.deps, unitsOfToday()) });

  test.each([
    ["", "the body is empty"],
    ["   ", "the body is empty"],
    ["{", "the body is not JSON"],
    ["config=%7B%7D&commit=true", "the body is not JSON"],
    ["{'config': {}, 'commit': True}", "the body is not JSON"],
    ['{"config": NaN}', "the body is not JSON"],
    ['{"config": {}} x', "the body is not JSON"],
    ["[".repeat(200_000), "the body is not JSON"],
    ["null", "not an object"],
    ["[]", "not an object"],
    ['"config"', "not an object"],
    ["1", "not an object"],
    ["{}", 'no "config"'],
    ['{"commit": true}', 'no "config"'],
    ['{"config": {}, "comit": true}', '"comit"'],
    ['{"config": {}, "__proto__": {"commit": true}}', '"__proto__"'],
    [`{"config": {}, "${"x".repeat(100_000)}": 1}`, '"xxxx'],
  ])("a body that is wrong (%#) as bad-json", async (body, said) => {
    const problem = await problemOf(await post(body));
    expect(problem).toMatchObject({ status: 400, code: "bad-json" });
    expect(problem.message).toContain(said);
    expect(problem.message.length).toBeLessThan(500);
  });

  test.each([[null], [[]], [{}], ["text"], [7], [{ units: [] }], [{ __data_time: 1593626400, units: [] }]])(
    "a config that is no hardware status as bad-status: %j",
    async (config) => {
      expect(await problemOf(await post({ config }))).toMatchObject({ status: 400, code: "bad-status" });
    },
  );

  test("a config that is nested beyond reason, without falling over", async () => {
    for (const depth of [100, 5_000, 100_000]) {
      const nested = `${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`;
      const { status, code } = await problemOf(await post(`{"config": ${nested}}`));
      expect([status, ["bad-status", "bad-json"].includes(code)]).toEqual([400, true]);
    }
  });

  test.each([
    ["no key", undefined, 401, "no-key"],
    ["an empty header", "", 401, "no-key"],
    ["an unknown key", `FPS_API APIKEY=${"0".repeat(48)}`, 401, "unknown-key"],
    ["a key without its word", "FPS_API {key}", 401, "unknown-key"],
    ["another scheme", "Basic {key}", 401, "unknown-key"],
    ["no scheme", "{key}", 401, "unknown-key"],
    ["half a key", "FPS_API APIKEY=abc", 401, "unknown-key"],
    ["two keys", "FPS_API APIKEY={key}, FPS_API APIKEY={key}", 401, "unknown-key"],
    ["no key after the word", "FPS_API APIKEY=", 401, "unknown-key"],
  ])("%s, whatever the body holds, and says which scheme", async (_what, header, status, code) => {
    const headers = header === undefined ? {} : { authorization: header.replaceAll("{key}", site.keys.updater) };
    for (const body of [good(), "{", ""]) {
      const response = await post(body, headers);
      expect(response.headers.get("www-authenticate")).toBe("FPS_API");
      const problem = await problemOf(response);
      expect(problem).toMatchObject({ status, code });
      expect(problem.message).not.toContain(site.keys.updater);
    }
  });

  test("but no spelling of the key that was ever seen", async () => {
    const key = site.keys.updater;
    for (const authorization of [
      `FPS_API APIKEY=${key}`,
      `FPS_API apikey=${key}`,
      `fps_api ApiKey=${key}`,
      `FPS_API  APIKEY = ${key} `,
      `FPS_API APIKEY="${key}"`,
      `Bearer ${key}`,
      `bearer ${key}`,
      `BEARER  ${key}`,
    ]) {
      const { status } = await post(good(), { authorization });
      expect([authorization.replace(key, "..."), status]).toEqual([authorization.replace(key, "..."), 200]);
    }
  });

  test("a disabled user, by name, until it is enabled again", async () => {
    await setUserEnabled(site.deps, ADMIN, "cron", false);
    expect(await problemOf(await post(good()))).toMatchObject({ status: 403, code: "user-disabled" });
    await setUserEnabled(site.deps, ADMIN, "cron", true);
    expect((await post(good())).status).toBe(200);
  });

  test.each([
    [-6.1, "stale-status"],
    [-6, null],
    [23.9, null],
    [24.1, "future-status"],
  ])("a status taken %d h from now: %s", async (hours, code) => {
    const dataTime = later(site.deps.clock(), hours * HOUR);
    const response = await post({ config: hardwareStatus(unitsOfToday(), dataTime) });
    if (code === null) expect(response.status).toBe(200);
    else expect(await problemOf(response)).toMatchObject({ status: 422, code });
  });

  test("a start before the newest recorded change from an updater, not from a curator", async () => {
    const asUpdater = await post(good(), as(site.keys.updater), "/fplane/20190101");
    expect(await problemOf(asUpdater)).toMatchObject({ status: 403, code: "forbidden" });
    expect((await post(good(), as(site.keys.curator), "/fplane/20190101")).status).toBe(200);
  });

  test("a start far ahead", async () => {
    expect(await problemOf(await post(good(), as(site.keys.updater), "/fplane/20300101"))).toMatchObject({
      status: 422,
      code: "future-status",
    });
  });

  test("one IFU in two seats and one spectrograph in two seats, naming all of them", async () => {
    const units = unitsOfToday().map((unit) => {
      if (unit.ifuslot === "014") return { ...unit, ifuid: "080" };
      return unit.ifuslot === "022" ? { ...unit, specid: "607" } : unit;
    });
    const response = await post({ config: statusNow(site.deps, units) });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 409, code: "conflict" });
    expect(problem.message).toContain("IFU 080 is at the seats 014, 015");
    expect(problem.message).toMatch(/607 is at the seats 022, 024/);
  });

  test("nothing of all this was recorded", async () => {
    const kinds = [];
    for (let rev = 7; (await site.deps.store.revisionNumbered(rev)) !== null; rev += 1) {
      kinds.push((await site.deps.store.revisionNumbered(rev))?.kind);
    }
    expect(kinds).toEqual(["user", "user"]);
  });
});
