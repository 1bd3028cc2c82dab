import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../bin/command-line/system-clock.ts";
import { demoSettings } from "../../bin/project/demo.ts";
import { logOnto } from "../../src/server/log/log.ts";
import { carriersOf } from "../../src/server/notices/notifier.ts";
import { signatureOf } from "../../src/server/notices/webhook.ts";
import { loadSettings } from "../../src/server/settings/settings-file.ts";
import { eventually } from "../support/eventually.ts";
import { hardwareStatus } from "../support/hardware-status.ts";
import { initDirectory, type LiveServer, serveDirectory, temporaryDirectory } from "../support/live-server.ts";
import { headerOf, type MailServer, startMailServer, textOf } from "../support/mail-server.ts";
import { postgresServer } from "../support/postgres.ts";
import { as, STARTING } from "../support/site.ts";
import { startReceiver } from "../support/webhook-receiver.ts";

const LOGIN = { user: "fplane", password: "smtp-passw0rd" };
const SECRET = "webhook-s3cret";
/** One unit after another in one seat is more than the gate lets pass. */
const NO_GATE = { GATE_CHANGED_SHARE: "1", GATE_LOST_UNITS: "99" };

/** Sends the hardware status of now, with one unit. */
async function update({ url, adminKey }: LiveServer, specid: string, more: object = {}): Promise<Response> {
  const unit = { ifuslot: "021", ifuid: "035", specid, specslot: "218" };
  const config = { ...hardwareStatus([unit], systemClock()), ...more };
  const body = JSON.stringify({ config, commit: true });
  return await fetch(`${url}/fplane`, { method: "POST", body, headers: as(adminKey) });
}

const subjects = ({ received }: MailServer) => received.map((mail) => headerOf(mail, "Subject"));
const changed = (specid: string) => expect.stringContaining(`new spectrograph ${specid}`);
const isTold = (specid: string) => (seen: readonly (string | null)[]) =>
  seen.some((subject) => subject?.includes(`spectrograph ${specid}`));

describe("operators are told by the program that serves", () => {
  let directory: string;
  let mail: MailServer;
  const receiver = startReceiver();
  let env: Record<string, string>;
  let server: LiveServer;

  beforeAll(async () => {
    directory = await initDirectory();
    mail = await startMailServer({ login: LOGIN });
    env = {
      ...NO_GATE,
      SMTP_URL: `smtp://${LOGIN.user}:${LOGIN.password}@127.0.0.1:${mail.port}`,
      MAIL_FROM: "fplane@example.org",
      MAIL_TO: "ops@example.org",
      WEBHOOK_URL: `${receiver.url}/hook?token=t0ken`,
      WEBHOOK_SECRET: SECRET,
      LOG_LOWER_LEVEL: "debug",
    };
    server = await serveDirectory(directory, env);
  }, STARTING);
  afterAll(async () => {
    await server.stop();
    await mail.stop();
    receiver.stop();
  });

  test("one mail and one post for one event, with the diff", async () => {
    expect((await update(server, "315")).status).toBe(200);
    await eventually(() => subjects(mail), isTold("315"));
    expect(mail.received).toHaveLength(1);
    expect(textOf(mail.received[0] as never)).toContain("  021  SPECID 000 -> 315, SPECSLOT 000 -> 218");
    const [post] = await eventually(
      () => receiver.deliveries,
      (all) => all.length > 0,
    );
    expect(post?.headers.get("x-fplane-signature")).toBe(signatureOf(post?.body ?? "", SECRET));
    expect(JSON.parse(post?.body ?? "")).toMatchObject({ project: "HETDEX", events: expect.any(Array), revision: 2 });
  });

  test("a server that is killed between the commit and the mail tells it after its restart", async () => {
    const { port } = mail;
    await mail.stop();
    expect((await update(server, "316")).status).toBe(200);
    await server.kill();
    mail = await startMailServer({ login: LOGIN, port });
    server = await serveDirectory(directory, env);
    await eventually(() => subjects(mail), isTold("316"));
    expect(subjects(mail)).toEqual([changed("316")]);
  });

  test("a restart repeats nothing", async () => {
    await server.stop();
    const [mails, posts] = [mail.received.length, receiver.deliveries.length];
    server = await serveDirectory(directory, env);
    expect((await update(server, "317")).status).toBe(200);
    await eventually(() => subjects(mail), isTold("317"));
    await eventually(
      () => receiver.deliveries.length,
      (count) => count === posts + 1,
    );
    expect(mail.received).toHaveLength(mails + 1);
  });

  test("a refused status is told with the reason", async () => {
    await update(server, "318", { __data_time: 1_500_000_000 });
    await eventually(
      () => subjects(mail).at(-1),
      (subject) => subject === "[HETDEX] hardware status refused: stale-status",
    );
  });

  test("it stops within seconds, also while the mail server does not answer", async () => {
    const silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    await server.stop();
    server = await serveDirectory(directory, { ...env, SMTP_URL: `smtp://127.0.0.1:${silent.port}` });
    await update(server, "319");
    const started = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(40_000);
    silent.stop(true);
    server = await serveDirectory(directory, env);
  });

  test("neither passwords, nor secrets, nor keys, nor addresses are in the log or in what is sent", async () => {
    await server.stop();
    const wrong = { SMTP_URL: `smtp://${LOGIN.user}:wr0ng-passw0rd@127.0.0.1:${mail.port}` };
    receiver.answerWith(() => new Response("t0ken is not valid", { status: 403 }));
    server = await serveDirectory(directory, { ...env, ...wrong });
    await update(server, "320");
    const read = () => Bun.file(join(directory, "logs", "fplane.log")).text();
    const failures = (text: string) => text.split("\n").filter((line) => line.includes("the operators cannot be told"));
    const log = await eventually(read, (text) => failures(text).length === 2);
    expect(failures(log).join("\n")).toMatch(/wrong user or password/);
    expect(failures(log).join("\n")).toMatch(/it answered 403/);
    const sent = [...mail.received.map(({ source }) => source), ...receiver.deliveries.map(({ body }) => body)].join(
      "\n",
    );
    for (const secret of [
      "wr0ng-passw0rd",
      LOGIN.password,
      btoa(`\0${LOGIN.user}\0${LOGIN.password}`),
      SECRET,
      "t0ken",
      server.adminKey,
    ]) {
      expect(log).not.toContain(secret);
      expect(sent).not.toContain(secret);
    }
    expect(log).not.toContain("ops@example.org");
  });
});

describe.skipIf((await postgresServer()) === null)("two servers on one database (needs postgresql)", () => {
  test(
    "tell each event once, whichever of them made it",
    async () => {
      const database = await (await postgresServer())?.createDatabase();
      const directory = await initDirectory({ database: database ?? "" });
      const mail = await startMailServer();
      const env = {
        ...NO_GATE,
        SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
        MAIL_FROM: "f@example.org",
        MAIL_TO: "ops@example.org",
      };
      const serve = async () => await serveDirectory(directory, { ...env, SPOOL_DIR: await temporaryDirectory() });
      const servers = [await serve(), await serve()] as const;
      try {
        for (const [i, specid] of ["315", "316", "317", "318"].entries()) {
          expect((await update(servers[i % 2 === 0 ? 0 : 1], specid)).status).toBe(200);
          await eventually(() => subjects(mail), isTold(specid));
        }
        await Bun.sleep(500);
        expect(subjects(mail)).toEqual(["315", "316", "317", "318"].map(changed));
      } finally {
        for (const server of servers) await server.stop();
        await mail.stop();
      }
    },
    STARTING,
  );
});

test("a demo reads its own database, whatever replica the settings name", async () => {
  const replica = { DATABASE_URL: "postgres://localhost/fplane", DATABASE_REPLICA_URL: "postgres://replica/fplane" };
  const demo = await demoSettings(loadSettings(null, replica));
  expect(Object.keys(demo.settings).filter((name) => name.startsWith("DATABASE_") && name.endsWith("URL"))).toEqual([]);
  await demo.remove();
});

test("a demo tells nobody, whatever the settings say", async () => {
  const mail = { SMTP_HOST: "localhost", MAIL_FROM: "f@example.org", MAIL_TO: "ops@example.org" };
  const settings = loadSettings(null, { ...mail, WEBHOOK_URL: "https://example.org/hook" });
  const log = logOnto({ write: () => {} }, "trace");
  expect(Object.keys(carriersOf(settings, log))).toEqual(["mail", "webhook"]);
  const demo = await demoSettings(settings);
  expect(carriersOf(demo.settings, log)).toEqual({});
  await demo.remove();
});
