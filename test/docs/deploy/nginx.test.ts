import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";
import { startLivePlane } from "../../support/live-plane.ts";
import { type LiveServer, serveDirectory } from "../../support/live-server.ts";
import { NGINX, type RunningNginx, startNginx } from "../../support/nginx.ts";

describe.skipIf(NGINX === null)("the server behind docs/deploy/nginx.conf (needs nginx)", () => {
  let server: LiveServer;
  let proxy: RunningNginx;
  beforeAll(async () => {
    const made = await startLivePlane();
    await made.stop();
    server = await serveDirectory(made.directory, { LOG_LOWER_LEVEL: "info", TRUST_PROXY: "127.0.0.1" });
    proxy = await startNginx(server.url);
  }, 120_000);
  afterAll(async () => {
    await proxy?.stop();
    await server?.stop();
  });

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${proxy.https}${path}`, { ...init, tls: { ca: proxy.ca } });
  /** What is logged of a path, once something is: lines are written some at a time. */
  const logged = (path: string) =>
    eventually(
      () =>
        (readFileSync(join(server.directory, "logs", "fplane.log"), "utf8").match(/.+/g) ?? [])
          .map((line) => JSON.parse(line))
          .filter((line) => line.path === path),
      (lines) => lines.length > 0,
    );

  test("gives the same file with the same headers, and 304 to who has it", async () => {
    const [direct, through] = [await fetch(`${server.url}/fplane/20180715`), await ask("/fplane/20180715")];
    expect(through.status).toBe(200);
    expect(await through.text()).toBe(await direct.text());
    for (const name of ["etag", "repr-digest", "cache-control", "vary", "link", "x-fplane-instant", "last-modified"])
      expect([name, through.headers.get(name)]).toEqual([name, direct.headers.get(name)]);
    const etag = through.headers.get("etag") ?? "";
    const again = await ask("/fplane/20180715", { headers: { "if-none-match": etag } });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    expect(again.headers.get("strict-transport-security")).toBe("max-age=31536000");
  });

  test("an answer that can change always comes from the server, a pinned one only once", async () => {
    const seen = async (path: string, init?: RequestInit) => (await ask(path, init)).headers.get("x-cache");
    expect([await seen("/fplane/20180715"), await seen("/fplane/20180715")]).toEqual([null, null]);
    const pinned = "/fplane/20180714?as_of=2";
    const first = await ask(pinned);
    const second = await ask(pinned);
    expect([first.headers.get("x-cache"), second.headers.get("x-cache")]).toEqual(["MISS", "HIT"]);
    expect(await second.text()).toBe(await first.text());
    const known = await ask(pinned, { headers: { "if-none-match": first.headers.get("etag") ?? "" } });
    expect([known.status, known.headers.get("x-cache")]).toEqual([304, "HIT"]);
    expect(await logged("/fplane/20180714")).toHaveLength(1);
    expect(await seen(pinned, { headers: { authorization: `FPS_API APIKEY=${server.adminKey}` } })).toBe("BYPASS");
  });

  test("each representation is kept by itself: Vary is obeyed", async () => {
    const pinned = "/fplane/20180716?as_of=2";
    const types = async () =>
      await Promise.all(
        ["text/plain", "application/json", "text/csv"].map(
          async (accept) => (await ask(pinned, { headers: { accept } })).headers.get("content-type")?.split(";")[0],
        ),
      );
    expect(await types()).toEqual(["text/plain", "application/json", "text/csv"]);
    expect(await types()).toEqual(["text/plain", "application/json", "text/csv"]);
    const packed = await ask(pinned, { headers: { accept: "text/plain", "accept-encoding": "gzip" } });
    const plain = await ask(pinned, { headers: { accept: "text/plain", "accept-encoding": "identity" } });
    expect([packed.headers.get("content-encoding"), plain.headers.get("content-encoding")]).toEqual(["gzip", null]);
    expect(await packed.text()).toBe(await plain.text());
  });

  test("the log has the client's address, not the proxy's, and not what the client says it is", async () => {
    const ca = join(server.directory, "ca.pem");
    await Bun.write(ca, proxy.ca);
    const from = ["--interface", "127.0.0.2", "--header", "X-Forwarded-For: 192.0.2.1"];
    const { exitCode } = Bun.spawnSync(["curl", "-sf", "--cacert", ca, ...from, `${proxy.https}/fplane/20180717`]);
    expect(exitCode).toBe(0);
    expect(await logged("/fplane/20180717")).toEqual([expect.objectContaining({ ip: "127.0.0.2" })]);
  });

  test("refusals come through with their codes, and HTTP leads to HTTPS", async () => {
    const refused = await ask("/fplane/no-date");
    expect([refused.status, refused.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    const post = await ask("/fplane", { method: "POST", body: "{}" });
    expect([post.status, post.headers.get("www-authenticate")]).toEqual([401, "FPS_API"]);
    const moved = await fetch(`${proxy.http}/fplane/20180715?as_of=2`, { redirect: "manual" });
    expect(moved.status).toBe(308);
    expect(moved.headers.get("location")).toBe("https://localhost/fplane/20180715?as_of=2");
  });

  test("the metrics are for this machine alone", async () => {
    expect((await ask("/metrics")).status).toBe(200);
    const ca = join(server.directory, "ca.pem");
    await Bun.write(ca, proxy.ca);
    const foreign = ["--interface", "127.0.0.2", "-o", "/dev/null", "-w", "%{http_code}"];
    const { stdout } = Bun.spawnSync(["curl", "-s", "--cacert", ca, ...foreign, `${proxy.https}/metrics`]);
    expect(stdout.toString()).toBe("403");
  });

  test("a pinned answer that is kept is given also while the server is away", async () => {
    const pinned = "/fplane/20180718?as_of=2";
    const before = await (await ask(pinned)).text();
    await server.stop();
    const answer = await ask(pinned);
    expect([answer.status, answer.headers.get("x-cache"), await answer.text()]).toEqual([200, "HIT", before]);
    expect((await ask("/fplane/20180718")).status).toBe(502);
  });
});
