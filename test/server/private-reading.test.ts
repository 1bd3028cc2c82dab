import { beforeAll, expect, test } from "bun:test";
import { ROLES } from "../../src/domain/role.ts";
import { setUserEnabled } from "../../src/service/users.ts";
import { describeOnEngines } from "../support/engines.ts";
import { ADMIN } from "../support/observatory.ts";
import { as, openSite, problemOf, type Site, STARTING } from "../support/site.ts";

const PATHS = ["/fplane", "/fplane/20180715", "/fplane/no-date", "/fplane/20170930", "/fplane?no_parameter=1"];

describeOnEngines("reading that is not public", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine, { publicRead: false });
  }, STARTING);

  test.each(PATHS)("%s without a key is 401, says which scheme, and nothing of the record", async (path) => {
    for (const method of ["GET", "HEAD"]) {
      const response = await site.app.request(path, { method });
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toBe("FPS_API");
      expect(response.headers.get("cache-control")).toBe("no-store");
      if (method === "GET") expect((await problemOf(response)).code).toBe("no-key");
    }
  });

  test("an If-None-Match is no way around the key", async () => {
    expect((await site.get("/fplane/20180715", { "if-none-match": "*" })).status).toBe(401);
  });

  test("every role may read, and only its own cache may keep the answer", async () => {
    for (const role of ROLES) {
      const now = await site.get("/fplane/20180715", as(site.keys[role]));
      expect([now.status, now.headers.get("cache-control")]).toEqual([200, "private, no-cache"]);
      const pinned = await site.get("/fplane/20180715?as_of=5", as(site.keys[role]));
      expect(pinned.headers.get("cache-control")).toBe("private, max-age=31536000, immutable");
      const again = await site.get("/fplane/20180715", { ...as(site.keys[role]), "if-none-match": "*" });
      expect([again.status, again.headers.get("cache-control")]).toEqual([304, "private, no-cache"]);
    }
  });

  test("a key that nobody has is 401, a disabled user 403", async () => {
    const unknown = await site.get("/fplane/20180715", as("0".repeat(48)));
    expect(unknown.headers.get("www-authenticate")).toBe("FPS_API");
    expect(await problemOf(unknown)).toMatchObject({ status: 401, code: "unknown-key" });
    await setUserEnabled(site.deps, ADMIN, "cora", false);
    const disabled = await site.get("/fplane/20180715", as(site.keys.curator));
    expect(await problemOf(disabled)).toMatchObject({ status: 403, code: "user-disabled" });
  });

  test("the shell script needs no key: it has to be fetched before there is one", async () => {
    expect((await site.get("/get_fplane.sh")).status).toBe(200);
  });
});
