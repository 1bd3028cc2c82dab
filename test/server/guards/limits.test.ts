import { afterAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { createApp } from "../../../src/server/app.ts";
import { DEFAULT_LIMITS } from "../../../src/server/guards/limits.ts";
import { listen } from "../../../src/server/listen.ts";
import { logOnto } from "../../../src/server/log/log.ts";
import { eventually } from "../../support/eventually.ts";
import { knowingStore } from "../../support/knowing-store.ts";
import { logOf, OPEN_APP, observatory } from "../../support/observatory.ts";
import { problemOf } from "../../support/site.ts";

const store = knowingStore("updater");

describe("the limits of a request", () => {
  const log = logOnto({ write: () => {} }, "fatal");
  const limits = { ...DEFAULT_LIMITS, bodySeconds: 1, urlCharacters: 300, headerCharacters: 500, batchCalls: 2 };
  const app = createApp({ ...OPEN_APP, deps: observatory(store), log, limits });
  const server = listen(app, { SERVER_URL: { host: "localhost", port: 0 } });
  afterAll(() => server.stop());

  test("an address that is too long is 414", async () => {
    const problem = await problemOf(await fetch(`${server.url}/fplane/${"9".repeat(300)}`));
    expect([problem.status, problem.code]).toEqual([414, "uri-too-long"]);
  });

  test("headers that are too large together are 431", async () => {
    const headers = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x-many-${i}`, "a".repeat(50)]));
    const problem = await problemOf(await fetch(`${server.url}/fplane`, { headers }));
    expect([problem.status, problem.code]).toEqual([431, "headers-too-large"]);
  });

  test("a body that does not arrive in time is 408", async () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode('{"config": ')),
    });
    const sent = fetch(`${server.url}/fplane`, { method: "POST", body, headers: { authorization: "Bearer x" } });
    const problem = await problemOf(await sent);
    expect([problem.status, problem.code]).toEqual([408, "too-slow"]);
  });

  test("a batch with too many calls is refused with a code", async () => {
    const path = "/trpc/getFplane,getFplane,getFplane?batch=1&input=%7B%7D";
    const response = await fetch(`${server.url}${path}`);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('"code":"bad-parameter"');
  });
});

describe("a client that hangs up", () => {
  const lines: Record<string, unknown>[] = [];
  const app = createApp({ ...OPEN_APP, deps: observatory(store), log: logOf(lines) });
  const server = listen(app, { SERVER_URL: { host: "localhost", port: 0 } });
  afterAll(() => server.stop());

  test.each(["/fplane", "/check", "/trpc/updateConfig"])(
    "in the middle of a body to %s is no fault of the server",
    async (path) => {
      lines.length = 0;
      const head = `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\n`;
      const socket = connect(Number(new URL(server.url).port), "localhost");
      await new Promise((resolve) => socket.write(`${head}Content-Length: 100\r\n\r\n{"config": `, resolve));
      await Bun.sleep(50); // the server reads the head
      socket.destroy();
      const told = await eventually(
        () => lines.find((line) => line["path"] === path),
        (line) => line !== undefined,
      );
      expect(told).toMatchObject({ level: "info", status: 408 });
      expect(lines.filter(({ level }) => level === "error")).toEqual([]);
    },
  );
});

describe("every answer", () => {
  const log = logOnto({ write: () => {} }, "fatal");
  const app = createApp({ ...OPEN_APP, deps: observatory(store), log, secure: true });

  test("tells a browser to stay with HTTPS, to sniff nothing and to run nothing", async () => {
    for (const path of ["/fplane/never", "/nothing", "/get_fplane.sh", "/healthz"]) {
      const { headers } = await app.request(path);
      expect(headers.get("strict-transport-security")).toBe("max-age=31536000");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });
});
