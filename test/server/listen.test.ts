import { afterEach, describe, expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import type { AppEnv } from "../../src/server/app-env.ts";
import { type Listening, listen } from "../../src/server/listen.ts";
import { hasOpenssl, makeCertificate } from "../support/certificate.ts";
import { problemOf } from "../support/site.ts";

const ANY_PORT = { host: "localhost", port: 0 };

/** The real server around an app of the test. */
function serving(app = new Hono<AppEnv>().get("/", (c) => c.text(c.env.ip ?? "nobody")), settings = {}) {
  const server = listen(app, { SERVER_URL: ANY_PORT, TLS_CERT_FILE: undefined, TLS_KEY_FILE: undefined, ...settings });
  started.push(server);
  return server;
}

const started: Listening[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server.stop();
});

describe("listening", () => {
  test("SERVER_URL localhost:0 takes a free port and says which", async () => {
    const [one, other] = [serving(), serving()];
    expect(one.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(one.url).not.toBe(other.url);
    expect(["127.0.0.1", "::1", "::ffff:127.0.0.1"]).toContain(await (await fetch(one.url)).text());
  });

  test("an IPv6 address stands in brackets in the URL", async () => {
    const { url } = serving(undefined, { SERVER_URL: { host: "::1", port: 0 } });
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect(await (await fetch(url)).text()).toBe("::1");
  });

  test("a port that is taken is unavailable, named", () => {
    const port = Number(new URL(serving().url).port);
    expect(() => serving(undefined, { SERVER_URL: { host: "localhost", port } })).toThrow(
      expect.objectContaining({ code: "unavailable", message: expect.stringContaining(`localhost:${port}`) }),
    );
  });

  test("an answer that takes longer than a connection may be idle arrives, and then the idle connection ends", async () => {
    const slow = new Hono<AppEnv>().get("/", async (c) => {
      await Bun.sleep(6000);
      return c.text("finished");
    });
    const { url } = serving(slow, { SLOWEST_BODY_SECONDS: -4 }); // idle for a second, which Bun takes for four
    const socket = connect(Number(new URL(url).port), "localhost");
    let said = "";
    socket.on("data", (part: Buffer) => {
      said += part.toString();
    });
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await closed;
    expect(said).toEndWith("finished");
  }, 120_000);

  test("stop finishes what is under way, and takes nothing new", async () => {
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = new Hono<AppEnv>().get("/", async (c) => {
      begun.resolve();
      await released.promise;
      return c.text("finished");
    });
    const server = serving(slow);
    const answer = fetch(server.url);
    await begun.promise;
    const stopped = server.stop();
    released.resolve();
    expect(await (await answer).text()).toBe("finished");
    await stopped;
    await expect(fetch(server.url)).rejects.toThrow();
  });

  test("what the app itself throws is masked too, without a page of the stack", async () => {
    const broken = { fetch: () => Promise.reject(new Error("secret")) } as unknown as Hono<AppEnv>;
    const response = await fetch(serving(broken).url);
    const text = await response.clone().text();
    expect(await problemOf(response)).toMatchObject({ status: 500, code: "internal" });
    expect(text).not.toContain("secret");
  });

  test("a request that is no HTTP does not bring it down", async () => {
    const { url } = serving();
    const port = Number(new URL(url).port);
    for (const bytes of [
      "\u0000\u0001\u0002",
      "GET\r\n\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      `GET /${"x".repeat(100_000)}`,
    ]) {
      const socket = connect(port, "localhost");
      await new Promise((resolve) => {
        socket.once("error", resolve).once("data", resolve).once("close", resolve);
        socket.write(bytes);
        setTimeout(resolve, 200);
      });
      socket.destroy();
    }
    expect((await fetch(url)).status).toBe(200);
  });
});

describe.skipIf(!hasOpenssl)("HTTPS (needs openssl)", () => {
  const files = hasOpenssl ? makeCertificate() : { cert: "", key: "", ca: "" };
  const secure = { TLS_CERT_FILE: files.cert, TLS_KEY_FILE: files.key };

  test("is spoken with a certificate and its key, to who knows the authority", async () => {
    const { url } = serving(undefined, secure);
    expect(url).toStartWith("https://localhost:");
    expect((await fetch(url, { tls: { ca: files.ca } })).status).toBe(200);
  });

  test("is not trusted without the authority, and plain HTTP gets nothing", async () => {
    const { url } = serving(undefined, secure);
    await expect(fetch(url)).rejects.toThrow();
    await expect(fetch(url.replace("https", "http"))).rejects.toThrow();
  });

  test("files that hold no certificate, or are not there, are named", () => {
    const garbage = join(mkdtempSync(join(tmpdir(), "fplane-tls-")), "cert.pem");
    writeFileSync(garbage, "no certificate");
    for (const TLS_CERT_FILE of [garbage, "/no/such/cert.pem"]) {
      expect(() => serving(undefined, { ...secure, TLS_CERT_FILE })).toThrow(
        expect.objectContaining({ code: "unavailable", message: expect.stringContaining(TLS_CERT_FILE) }),
      );
    }
  });
});
