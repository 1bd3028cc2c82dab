import { beforeAll, expect, test } from "bun:test";
import { describeOnEngines } from "../support/engines.ts";
import { statusNow } from "../support/observatory.ts";
import { as, openSite, type Site, STARTING, unitsOfToday } from "../support/site.ts";

describeOnEngines("the log of requests", (engine) => {
  let site: Site;
  beforeAll(async () => {
    site = await openSite(engine);
  }, STARTING);

  const lastLine = () => site.lines.at(-1);

  test("one line a request, with the old server's fields and ours", async () => {
    const before = site.lines.length;
    const response = await site.app.request(
      "/fplane/20180715?actual_pos=1",
      { headers: as(site.keys.updater) },
      { ip: "192.0.2.7" },
    );
    expect(site.lines.length).toBe(before + 1);
    expect(lastLine()).toEqual({
      level: "info",
      time: expect.any(String),
      ip: "192.0.2.7",
      method: "GET",
      path: "/fplane/20180715",
      status: 200,
      durationMs: expect.any(Number),
      requestId: response.headers.get("x-request-id"),
      user: null,
    });
  });

  test("the user is named where a key was needed: REST and tRPC", async () => {
    await site.post("/fplane", { config: statusNow(site.deps, unitsOfToday()) }, as(site.keys.updater));
    expect(lastLine()).toMatchObject({ method: "POST", path: "/fplane", status: 200, user: "cron" });
    await site.get("/trpc/users.list", as(site.keys.admin));
    expect(lastLine()).toMatchObject({ method: "GET", path: "/trpc/users.list", status: 200, user: "ada" });
    await site.get("/trpc/users.list", as(site.keys.updater));
    expect(lastLine()).toMatchObject({ status: 403, user: "cron" });
  });

  test.each([
    ["/fplane/20170930", 404],
    ["/fplane/%zz", 400],
    ["/nothing", 404],
    ["/trpc/nothing", 404],
  ])("%s is logged with its status %d", async (path, status) => {
    await site.get(path);
    expect(lastLine()).toMatchObject({ level: "info", path, status });
  });

  test("the query is not logged, and the path is decoded", async () => {
    await site.get("/fplane/2018-07-15T00:00:00%2B05:00?full_fplane=0");
    expect(lastLine()).toMatchObject({ path: "/fplane/2018-07-15T00:00:00+05:00" });
    expect(JSON.stringify(lastLine())).not.toContain("full_fplane");
  });

  test("a line break in the path makes no second line", async () => {
    await site.get("/fplane/x%0a%7B%22level%22%3A%22info%22%7D");
    expect(lastLine()).toMatchObject({ path: '/fplane/x\n{"level":"info"}', status: 400 });
  });

  test("a key is in no line, wherever it was sent", async () => {
    const key = site.keys.admin;
    const escaped = [...key].map((digit) => `%${digit.charCodeAt(0).toString(16)}`).join("");
    const config = statusNow(site.deps, unitsOfToday());
    const json = { ...as(key), "content-type": "application/json" };
    const before = site.lines.length;
    const asked = [
      site.get("/fplane", as(key)),
      site.get("/fplane", { authorization: key }),
      site.get("/fplane", { "x-api-key": key, cookie: `key=${key}`, referer: `http://x/?key=${key}` }),
      site.get(`/fplane?apikey=${key}`),
      site.get(`/fplane?${key}`),
      site.get(`/fplane?as_of=${key}`),
      site.get(`/fplane/${key}`),
      site.get(`/fplane/APIKEY=${key}/x`),
      site.get(`/fplane/${escaped}`),
      site.get(`/${key.toUpperCase()}`),
      site.get(`/trpc/users.key?input=${encodeURIComponent(JSON.stringify({ username: "ada" }))}`, as(key)),
      site.get(`/trpc/users.key?input=${encodeURIComponent(JSON.stringify({ username: key }))}`, as(key)),
      site.get(`/trpc/${key}`),
      site.post("/fplane", { config, apikey: key }, as(key)),
      site.post("/fplane", { config: { ...config, apikey: key }, commit: key }, as(key)),
      site.post(`/fplane/${key}`, { config }, as(key)),
      site.post("/fplane", key, as(key)),
      site.post("/trpc/users.rotate", { username: "cron" }, json),
      site.app.request(`/fplane/${key}`, { method: "DELETE" }),
    ];
    const answers = await Promise.all(asked);
    expect(site.lines.length).toBeGreaterThanOrEqual(before + asked.length);
    const whole = JSON.stringify(site.lines).toLowerCase();
    expect(whole).toContain("[key]");
    expect(whole).not.toContain(key);
    expect(whole).not.toContain(escaped);
    expect(whole).not.toContain(site.keys.updater);

    for (const answer of answers) {
      const text = await answer.text();
      const isAskedFor = answer.ok && text.includes('"key"');
      if (!isAskedFor) expect(text.toLowerCase()).not.toContain(key);
    }
  });
});
