import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Listening, listen } from "../../src/server/listen.ts";
import { describeOnEngines } from "../support/engines.ts";
import { statusNow } from "../support/observatory.ts";
import { as, openSite, problemOf, type Site, STARTING, unitsOfToday } from "../support/site.ts";

/** What a client on the wire gets, where it could differ from the app asked in process. */
describeOnEngines("over a port", (engine) => {
  let site: Site;
  let server: Listening;
  beforeAll(async () => {
    site = await openSite(engine);
    server = listen(site.app, { SERVER_URL: { host: "localhost", port: 0 } });
  }, STARTING);
  afterAll(() => server.stop());

  test("GET and HEAD agree, content-length included", async () => {
    for (const path of ["/fplane/20180715", "/fplane/20180715?format=json&as_of=5", "/fplane/", "/get_fplane.sh"]) {
      for (const encoding of ["identity", "gzip"]) {
        const headers = { "accept-encoding": encoding };
        const [got, asked] = await Promise.all([
          fetch(`${server.url}${path}`, { headers }),
          fetch(`${server.url}${path}`, { method: "HEAD", headers }),
        ]);
        expect(await asked.text()).toBe("");
        const told = ({ headers }: Response) =>
          Object.fromEntries([...headers].filter(([name]) => !["date", "x-request-id"].includes(name)));
        if (path === "/get_fplane.sh") expect(got.status).toBe(asked.status);
        else expect(told(asked)).toEqual(told(got));
      }
    }
  });

  test("what was compressed arrives as the same text", async () => {
    const plain = await fetch(`${server.url}/fplane/20180715`, { headers: { "accept-encoding": "identity" } });
    const compressed = await fetch(`${server.url}/fplane/20180715`, { headers: { "accept-encoding": "gzip" } });
    expect(compressed.headers.get("content-encoding")).toBe("gzip");
    expect(await compressed.text()).toBe(await plain.text());
  });

  test("304 has no body and names the ETag", async () => {
    const etag = (await fetch(`${server.url}/fplane/20180715`)).headers.get("etag") ?? "";
    const headers = { "if-none-match": etag, "accept-encoding": "gzip" };
    const gzipEtag = (await fetch(`${server.url}/fplane/20180715`, { headers })).headers.get("etag") ?? "";
    expect(gzipEtag).not.toBe("");
    const again = await fetch(`${server.url}/fplane/20180715`, { headers: { ...headers, "if-none-match": gzipEtag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", gzipEtag]);
  });

  test("an update as an old client sends it", async () => {
    const response = await fetch(`${server.url}/fplane`, {
      method: "POST",
      body: JSON.stringify({ config: statusNow(site.deps, unitsOfToday()), commit: "true" }),
      headers: { ...as(site.keys.updater), "content-type": "application/x-www-form-urlencoded" },
    });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(await (await fetch(`${server.url}/fplane/`)).text());
    expect(site.lines.findLast(({ method }) => method === "POST")).toMatchObject({ user: "cron", status: 200 });
    expect(String(site.lines.at(-1)?.["ip"])).toMatch(/127\.0\.0\.1|::1/);
  });

  test("errors are problem documents", async () => {
    const codeOf = async (path: string, init?: RequestInit) =>
      (await problemOf(await fetch(server.url + path, init))).code;
    expect(await codeOf("/fplane/%zz")).toBe("bad-date");
    expect(await codeOf("/fplane/20180715%00")).toBe("bad-date");
    expect(await codeOf("/nothing")).toBe("not-found");
    expect(await codeOf("/fplane", { method: "DELETE" })).toBe("method-not-allowed");
    expect(await codeOf("/fplane", { method: "POST", body: "x" })).toBe("no-key");
  });
});
