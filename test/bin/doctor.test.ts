import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENVIRONMENT, SERVER_ENVIRONMENT } from "../../bin/command-line/environment.ts";
import { systemClock } from "../../bin/command-line/system-clock.ts";
import { clockFinding } from "../../bin/doctor/server.ts";
import { entryName, entryText } from "../../bin/update/queue-entry.ts";
import packageJson from "../../package.json" with { type: "json" };
import { HOUR, type Instant, later } from "../../src/domain/time/instant.ts";
import { SETTINGS } from "../../src/server/settings/settings.ts";
import { loadSettings } from "../../src/server/settings/settings-file.ts";
import { runHere } from "../support/fake-terminal.ts";
import { type LiveServer, startLiveServer, temporaryDirectory } from "../support/live-server.ts";
import { headerOf, startMailServer } from "../support/mail-server.ts";
import { oldText } from "../support/old-fplaneserver.ts";
import { madeUpPlane } from "../support/planes.ts";
import { STARTING } from "../support/site.ts";
import { startReceiver } from "../support/webhook-receiver.ts";

type Findings = readonly { readonly about: string; readonly state: string; readonly message: string }[];

let server: LiveServer;
let home: string;
beforeAll(async () => {
  server = await startLiveServer();
  home = await temporaryDirectory();
}, STARTING);
afterAll(() => server.stop());

/** What the doctor finds, without what it says of things that are well. */
async function complaints(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await runHere(["doctor", "--json", ...args], {
    env: { HOME: home, ...server.env, ...env },
  });
  const { findings } = JSON.parse(stdout) as { findings: Findings };
  return { code, told: findings.filter(({ state }) => state !== "ok").map(({ about, state }) => `${state} ${about}`) };
}

function kept(directory: string, takenAt: Instant): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const status = { takenAt, id: "0".repeat(32), datestr: undefined, force: false, server: server.url, config: {} };
  writeFileSync(join(directory, entryName(status)), entryText(status));
}

describe("doctor", () => {
  test("finds nothing wrong where all is well, and says what it looked at", async () => {
    const { code, stdout } = await runHere(["doctor"], { env: { HOME: home, ...server.env } });
    expect(stdout).not.toMatch(/^(warn|fail)/m);
    expect(code).toBe(0);
    expect(stdout).toContain(`version ${packageJson.version}`);
    expect(stdout).toContain("the key of admin, with the role admin");
    expect(stdout).toContain("a night at America/Chicago");
    for (const about of ["server", "database", "clock", "key", "time zone", "cache", "queue", "settings"]) {
      expect(stdout).toMatch(new RegExp(`^ok {4}${about}`, "m"));
    }
  });

  test("an old fplaneserver is known for what it is, with what it is good for", async () => {
    const old = Bun.serve({
      port: 0,
      fetch: ({ url }) =>
        new URL(url).pathname === "/fplane/"
          ? new Response(oldText(madeUpPlane(), "full-nominal"))
          : Response.json({ message: "not found" }, { status: 404 }),
    });
    const url = `http://localhost:${old.port}`;
    const { code, stdout } = await runHere(["doctor", "--server", url], { env: { HOME: home } });
    await old.stop(true);
    expect(code).toBe(6);
    expect(stdout).toContain(`fail  server     ${url} is an old fplaneserver`);
    expect(stdout).toContain(`fplane import --from-server ${url}`);
  });

  test("a server that is not there is exit code 6, and so is something else", async () => {
    const other = Bun.serve({ port: 0, fetch: () => new Response("<html>It works!</html>") });
    for (const address of ["http://localhost:1", `http://localhost:${other.port}`]) {
      expect(await complaints(["--server", address])).toEqual({ code: 6, told: ["fail server"] });
    }
    await other.stop(true);
  });

  test("a key that is not known is exit code 4; none at all is only told", async () => {
    expect(await complaints([], { FPLANE_APIKEY: "f".repeat(48) })).toEqual({ code: 4, told: ["fail key"] });
    expect(await complaints([], { FPLANE_APIKEY: "" })).toEqual({ code: 0, told: ["warn key"] });
    expect((await complaints(["--key-file", "/no/such/key"])).told).toContain("fail key");
  });

  test("a key file that others can read is told", async () => {
    const file = join(home, "shared.key");
    writeFileSync(file, server.adminKey);
    chmodSync(file, 0o644);
    expect(await complaints(["--key-file", file])).toEqual({ code: 0, told: ["warn key"] });
    chmodSync(file, 0o600);
    expect(await complaints(["--key-file", file])).toEqual({ code: 0, told: [] });
  });

  test("a status that waits is told, and after a day it is a failure", async () => {
    const [young, old] = [join(home, "young"), join(home, "old")];
    kept(young, systemClock());
    kept(old, later(systemClock(), -26 * HOUR));
    expect(await complaints(["--queue-dir", young])).toEqual({ code: 0, told: ["warn queue"] });
    expect(await complaints(["--queue-dir", old])).toEqual({ code: 6, told: ["fail queue"] });
    chmodSync(young, 0o777);
    expect(await complaints(["--queue-dir", young])).toEqual({ code: 6, told: ["fail queue"] });
    expect(await complaints(["--queue-dir", "/dev/null/queue"])).toEqual({ code: 6, told: ["fail queue"] });
  });

  test("a cache that is switched off, or cannot be written, is told", async () => {
    for (const cache of ["off", "/dev/null/not/there"])
      expect(await complaints([], { FPLANE_CACHE: cache })).toEqual({ code: 0, told: ["warn cache"] });
    if (process.getuid?.() === 0) return; // root may write anywhere
    expect(await complaints([], { FPLANE_CACHE: "/proc" })).toEqual({ code: 0, told: ["warn cache"] });
  });

  test("a mistyped variable is told with the one that was meant", async () => {
    const { stdout } = await runHere(["doctor"], { env: { HOME: home, ...server.env, FPLANE_SEVER: "x" } });
    expect(stdout).toContain("FPLANE_SEVER of the environment; did you mean FPLANE_SERVER?");
  });

  test("settings that no server would start with are a failure, those of a server are not", async () => {
    const file = join(home, "wrong.toml");
    writeFileSync(file, 'DATA_DRI = "x"\n');
    expect(await complaints(["--config", file])).toEqual({ code: 2, told: ["fail settings"] });
    expect((await runHere(["doctor", "--config", file], { env: server.env })).stdout).toContain(
      "did you mean DATA_DIR?",
    );
    expect(await complaints(["--config", join(server.directory, "fplane.toml")])).toEqual({ code: 0, told: [] });
  });

  test("--notify sends a test by mail and webhook, and says what fails", async () => {
    const [mail, receiver] = [await startMailServer(), startReceiver()];
    const file = join(home, "told.toml");
    const settings = (port: number, url: string) =>
      `SMTP_URL = "smtp://127.0.0.1:${port}"\nMAIL_FROM = "f@example.org"\nMAIL_TO = ["ops@example.org", "night@example.org"]\nWEBHOOK_URL = "${url}"\nDATA_DIR = "${home}"\n`;
    writeFileSync(file, settings(mail.port, receiver.url));
    const { code, stdout } = await runHere(["doctor", "--config", file, "--notify"], {
      env: { HOME: home, ...server.env },
    });
    expect({ code, told: stdout.match(/^ok.*test was sent.*$/gm)?.map((line) => line.slice(6)) }).toEqual({
      code: 0,
      told: [
        "mail       a test was sent to ops@example.org, night@example.org: see whether it arrives",
        "webhook    a test was sent to the receiver: see whether it arrives",
      ],
    });
    expect(mail.received.map((received) => headerOf(received, "Subject"))).toEqual(["[HETDEX] test"]);
    expect(mail.received[0]?.to).toEqual(["ops@example.org", "night@example.org"]);
    expect(receiver.deliveries.map(({ body }) => JSON.parse(body).events)).toEqual([["test"]]);
    await mail.stop();
    receiver.stop();
    const failed = await complaints(["--config", file, "--notify"]);
    expect(failed).toEqual({ code: 6, told: ["fail mail", "fail webhook"] });
    expect(await complaints(["--notify"], { DATA_DIR: home })).toEqual({ code: 2, told: ["fail notices"] });
  });

  test("a time zone that there is not is told", async () => {
    expect(await complaints([], { TZ: "America/Chicagoo" })).toEqual({ code: 0, told: ["warn time zone"] });
  });

  test.each([
    ["Wed, 01 Jul 2020 18:00:00 GMT", "ok"],
    ["Wed, 01 Jul 2020 17:59:58 GMT", "ok"],
    ["Wed, 01 Jul 2020 18:00:30 GMT", "warn"],
    ["Wed, 01 Jul 2020 17:59:30 GMT", "warn"],
    ["Wed, 01 Jul 2020 19:00:00 GMT", "fail"],
    [null, "warn"],
  ] as const)("a server at %p, asked at 18:00:00, is %s", (date, state) => {
    const asked = Date.parse("2020-07-01T18:00:00Z");
    expect(clockFinding(date, asked, asked + 50)).toMatchObject({ about: "clock", state });
  });

  test("knows every name of the server's settings that looks like one of the client's", () => {
    const settings = Object.keys(SETTINGS.shape).filter((name) => /^(FPLANE|FPS)_/.test(name));
    expect(settings.filter((name) => !SERVER_ENVIRONMENT.includes(name))).toEqual([]);
    expect(Object.keys(ENVIRONMENT).filter((name) => settings.includes(name))).toEqual([]);
  });

  test.each(Object.keys(ENVIRONMENT))("takes %s beside the server's settings for no mistyped one", (name) => {
    expect(() => loadSettings(null, { [name]: "1" })).not.toThrow();
  });
});
