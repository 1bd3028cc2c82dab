import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, writeFileSync } from "node:fs";
import { Hono } from "hono";
import type { AppEnv } from "../../src/server/app-env.ts";
import { watchCertificate } from "../../src/server/certificate.ts";
import { listen } from "../../src/server/listen.ts";
import { logOnto } from "../../src/server/log/log.ts";
import { hasOpenssl, makeCertificate } from "../support/certificate.ts";
import { eventually } from "../support/eventually.ts";

describe.skipIf(!hasOpenssl)("a certificate that is replaced (needs openssl)", () => {
  const [first, second] = hasOpenssl ? [makeCertificate(), makeCertificate()] : [];
  const lines: string[] = [];
  const stops: (() => unknown)[] = [];
  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  test("is taken without a restart, one that does not fit is not, and no request that was taken is lost", async () => {
    if (first === undefined || second === undefined) throw new Error("no certificates");
    const app = new Hono<AppEnv>().get("/", (c) => c.text("here"));
    const settings = { SERVER_URL: { host: "localhost", port: 0 }, TLS_CERT_FILE: first.cert, TLS_KEY_FILE: first.key };
    const server = listen(app, settings);
    const log = logOnto({ write: (line: string) => void lines.push(line) }, "info");
    stops.push(watchCertificate(server, settings, log, 0.05), () => server.stop());
    const ask = (ca: string) =>
      fetch(server.url, { tls: { ca }, keepalive: false }).then((response) => response.text());
    expect(await ask(first.ca)).toBe("here");

    const until = (text: string) =>
      eventually(
        () => lines.join("\n"),
        (said) => said.includes(text),
      );
    writeFileSync(first.cert, "no certificate");
    await until("cannot be used");
    expect(await ask(first.ca)).toBe("here");

    let failed = 0;
    let asking = true;
    const storm = (async () => {
      while (asking)
        await fetch(server.url, { tls: { rejectUnauthorized: false }, keepalive: false }).catch(() => (failed += 1));
    })();
    copyFileSync(second.cert, first.cert);
    copyFileSync(second.key, first.key);
    await until("took the new certificate");
    await Bun.sleep(100);
    asking = false;
    await storm;
    // The kernel resets a connection that the old listener had not taken yet, and a client connects again.
    expect(failed).toBeLessThanOrEqual(1);
    expect(await ask(second.ca)).toBe("here");
    await expect(ask(first.ca)).rejects.toThrow();
  });
});
