import { afterAll, beforeAll, expect, test } from "bun:test";
import { connect } from "node:net";
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

  test("HEAD tells no length that the body of GET does not have", async () => {
    for (const path of [
      "/get_fplane.sh",
      "/healthz",
      "/status",
      "/bundle",
      "/fplanes?from=20180101",
      "/nothing",
      "/",
    ]) {
      const [got, asked] = await Promise.all([
        fetch(`${server.url}${path}`),
        fetch(`${server.url}${path}`, { method: "HEAD" }),
      ]);
      const { byteLength } = await got.arrayBuffer();
      const told = asked.headers.get("content-length");
      const isTrue = told === null || got.headers.has("content-encoding") || Number(told) === byteLength;
      expect({ path, status: asked.status, isTrue }).toEqual({ path, status: got.status, isTrue: true });
      expect(await asked.text()).toBe("");
    }
  });

  test.each(["", "Host: a b\r\n", "Host: [::1\r\n", "Host: ///\r\n"])(
    "a request of HTTP/1.0 with the header %j is answered, as the one of a load balancer that looks whether a server lives",
    async (header) => {
      for (const [path, part] of [
        ["/healthz", '"status":"ok"'],
        ["/get_fplane.sh", "http://localhost:"],
      ] as const) {
        const socket = connect(Number(new URL(server.url).port), "localhost");
        const said = new Promise<string>((resolve, reject) => {
          let text = "";
          socket.on("data", (data) => {
            text += data;
            if (text.includes(part)) resolve(text);
          });
          socket.on("error", reject).on("close", () => resolve(text));
        });
        socket.write(`GET ${path} HTTP/1.0\r\n${header}\r\n`);
        expect(await said).toStartWith("HTTP/1.1 200 OK");
        socket.destroy();
      }
    },
  );

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
