import { beforeAll, expect, test } from "bun:test";
import { describeOnEngines } from "../support/engines.ts";
import { openSite, problemOf, type Site, STARTING } from "../support/site.ts";

const UNKNOWN = ["/fplan", "/FPLANE", "/fplane.txt", "//fplane", "/fplane/20180715/x", "/.env", "/%", "/%00", "/trpcs"];
const METHODS = ["PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "QUERY"];

describeOnEngines("routes", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  test.each(UNKNOWN)("%s is not-found, as a problem document, by every method", async (path) => {
    for (const method of ["GET", "POST", ...METHODS]) {
      const response = await site.app.request(path, { method });
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(await problemOf(response)).toMatchObject({ status: 404, code: "not-found" });
    }
  });

  test("every route refuses the methods that it does not have, and lists those that it has", async () => {
    const { routes } = site.app;
    const paths = new Set(routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    expect(paths.size).toBeGreaterThanOrEqual(4);
    for (const pattern of paths) {
      const own = routes.filter(({ path, method }) => path === pattern && method !== "ALL").map(({ method }) => method);
      const allow = [...new Set([...own, "HEAD"])].sort().join(", ");
      const path = pattern.replace(/:\w+(\{.*?\})?/g, "20180715").replace("*", "getFplane");
      for (const method of METHODS) {
        const response = await site.app.request(path, { method });
        expect([path, method, response.headers.get("allow")]).toEqual([path, method, allow]);
        const problem = await problemOf(response);
        expect(problem).toMatchObject({ status: 405, code: "method-not-allowed" });
        expect(problem.message).toContain(allow);
      }
    }
  });

  test("a focal plane is read and posted, the script only read", async () => {
    const allowed = async (path: string, method: string) =>
      (await site.app.request(path, { method })).headers.get("allow");
    expect(await allowed("/fplane", "DELETE")).toBe("GET, HEAD, POST");
    expect(await allowed("/fplane/", "PUT")).toBe("GET, HEAD, POST");
    expect(await allowed("/get_fplane.sh", "POST")).toBe("GET, HEAD");
    expect(await allowed("/trpc/getFplane", "PUT")).toBe("GET, HEAD, POST");
  });

  test("every answer has a request id of its own", async () => {
    const ids = new Set<string>();
    for (const path of ["/fplane", "/fplane/x", "/nothing", "/trpc/getFplane", "/trpc/nothing", "/get_fplane.sh"]) {
      const id = (await site.get(path)).headers.get("x-request-id") ?? "";
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
      ids.add(id);
    }
    expect(ids.size).toBe(6);
  });
});
