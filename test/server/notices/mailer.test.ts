import { afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Notice } from "../../../src/domain/notices/notice.ts";
import { createMailer, demandsTls, type MailSettings, mailServerOf } from "../../../src/server/notices/mailer.ts";
import { hasOpenssl, makeCertificate } from "../../support/certificate.ts";
import { temporaryDirectory } from "../../support/live-server.ts";
import {
  headerOf,
  type MailServer,
  type MailServerOptions,
  startMailServer,
  textOf,
} from "../../support/mail-server.ts";

const TEXT = `Grüße from a line that is longer than a mail may have, ${"0123456789 ".repeat(12)}\n\n  021  SPECID 315 -> 399\n`;
const NOTICE: Notice = {
  id: "hetdex-revision-12-01234567",
  subject: "[HETDEX] new spectrograph 399",
  text: TEXT,
  json: { events: ["changed"] },
};
const PASSWORD = "p4ss/w:rd@å";
const LOGIN = { user: "fplane@example.org", password: PASSWORD };

describe("mail", () => {
  const servers: MailServer[] = [];
  const warnings: string[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    warnings.splice(0);
  });

  const start = async (options?: MailServerOptions) => {
    const server = await startMailServer(options);
    servers.push(server);
    return server;
  };
  const mailerTo = (settings: MailSettings) => {
    const mailer = createMailer(
      { MAIL_FROM: "Focal plane <fplane@example.org>", MAIL_TO: ["ops@example.org", "night@example.com"], ...settings },
      (message) => warnings.push(message),
    );
    if (mailer === null) throw new Error("no mailer");
    return mailer;
  };
  const on = (server: MailServer, settings: MailSettings = {}) =>
    mailerTo({ SMTP_HOST: "127.0.0.1", SMTP_PORT: server.port, ...settings });
  const failureOf = async (delivery: Promise<void>) => {
    const error = await delivery.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new Error("it was delivered");
    return error.message;
  };

  test("goes to all, once, with what a program recognises a repetition by", async () => {
    const server = await start();
    await on(server).deliver(NOTICE);
    const [mail, ...others] = server.received;
    if (mail === undefined) throw new Error("no mail");
    expect(others).toEqual([]);
    expect(mail).toMatchObject({ from: "fplane@example.org", to: ["ops@example.org", "night@example.com"] });
    expect(headerOf(mail, "Subject")).toBe("[HETDEX] new spectrograph 399");
    expect(headerOf(mail, "Message-ID")).toBe("<hetdex-revision-12-01234567@example.org>");
    expect(headerOf(mail, "Auto-Submitted")).toBe("auto-generated");
    expect(new TextDecoder().decode(Uint8Array.from(textOf(mail), (c) => c.charCodeAt(0)))).toBe(TEXT);
    expect(mail).toMatchObject({ secure: false, user: null });
  });

  test("logs in where it has a password", async () => {
    const server = await start({ login: LOGIN });
    await on(server, { SMTP_USERNAME: LOGIN.user, SMTP_PASSWORD: PASSWORD }).deliver(NOTICE);
    expect(server.received).toMatchObject([{ user: LOGIN.user }]);
  });

  test("a wrong password is told without it", async () => {
    const server = await start({ login: LOGIN });
    const mailer = on(server, { SMTP_USERNAME: LOGIN.user, SMTP_PASSWORD: "another-secret" });
    const failure = await failureOf(mailer.deliver(NOTICE));
    expect(failure).toMatch(/^the mail server 127\.0\.0\.1:\d+: .*wrong user or password/);
    expect(failure).not.toContain("another-secret");
  });

  test("an address in one has user and password in it, escaped", async () => {
    const server = await start({ login: LOGIN });
    const login = `${encodeURIComponent(LOGIN.user)}:${encodeURIComponent(PASSWORD)}`;
    await mailerTo({ SMTP_URL: `smtp://${login}@127.0.0.1:${server.port}` }).deliver(NOTICE);
    expect(server.received).toMatchObject([{ user: LOGIN.user }]);
  });

  test("a refusal for now is a failure, and the next attempt is taken", async () => {
    const server = await start();
    server.refuse(451, "greylisted, come back later for <ops@example.org>");
    const failure = await failureOf(on(server).deliver(NOTICE));
    expect(failure).toContain("451 greylisted");
    expect(failure).not.toContain("ops@example.org");
    server.refuse(null);
    await on(server).deliver(NOTICE);
    expect(server.received).toHaveLength(1);
  });

  test("one recipient that is refused does not cost the others their mail, and is warned of", async () => {
    const server = await start();
    server.refuse(550, "no such user", "night@example.com");
    await on(server).deliver(NOTICE);
    expect(server.received).toMatchObject([{ to: ["ops@example.org"] }]);
    expect(warnings).toEqual(["the mail server refused 1 of 2 recipients of hetdex-revision-12-01234567; see MAIL_TO"]);
  });

  test("a server that is down is a failure at once, one that is back is used", async () => {
    const first = await startMailServer();
    await first.stop();
    const mailer = on(first);
    expect(await failureOf(mailer.deliver(NOTICE))).toContain("ECONNREFUSED");
    const second = await start({ port: first.port });
    await mailer.deliver(NOTICE);
    expect(second.received).toHaveLength(1);
  });

  describe.skipIf(!hasOpenssl)("under TLS (needs openssl)", () => {
    const certificate = hasOpenssl ? makeCertificate() : { cert: "", key: "", ca: "" };
    const authority = async () => {
      const file = join(await temporaryDirectory(), "ca.pem");
      writeFileSync(file, certificate.ca);
      return file;
    };

    test("begins with the connection where it is secure", async () => {
      const server = await start({ tls: certificate, secure: true, login: LOGIN });
      const login = { SMTP_USERNAME: LOGIN.user, SMTP_PASSWORD: PASSWORD };
      await on(server, { SMTP_SECURE: true, SMTP_CA_FILE: await authority(), ...login }).deliver(NOTICE);
      expect(server.received).toMatchObject([{ secure: true, user: LOGIN.user }]);
    });

    test("is taken up by STARTTLS where the server offers it", async () => {
      const server = await start({ tls: certificate });
      await on(server, { SMTP_CA_FILE: await authority() }).deliver(NOTICE);
      expect(server.received).toMatchObject([{ secure: true }]);
    });

    test("a certificate of an unknown authority is refused", async () => {
      const server = await start({ tls: certificate, secure: true });
      expect(await failureOf(on(server, { SMTP_SECURE: true }).deliver(NOTICE))).toMatch(/certificate/i);
      expect(server.received).toEqual([]);
    });
  });

  test("an authority's file that is missing is named when the program starts", () => {
    expect(() => mailerTo({ SMTP_HOST: "localhost", SMTP_CA_FILE: "/nowhere/ca.pem" })).toThrow(
      /SMTP_CA_FILE.*nowhere/,
    );
  });

  test("there is none without a server, a sender or a recipient", () => {
    const complete = { SMTP_HOST: "localhost", MAIL_FROM: "a@example.org", MAIL_TO: ["b@example.org"] };
    expect(createMailer(complete, () => {})).not.toBeNull();
    for (const missing of Object.keys(complete)) {
      expect(createMailer({ ...complete, [missing]: undefined }, () => {})).toBeNull();
    }
  });
});

describe("the mail server of the settings", () => {
  const cases: readonly (readonly [MailSettings, unknown])[] = [
    [{ SMTP_HOST: "mx" }, { host: "mx", port: 587, secure: false, auth: null }],
    [
      { SMTP_HOST: "mx", SMTP_SECURE: true },
      { host: "mx", port: 465, secure: true, auth: null },
    ],
    [
      { SMTP_HOST: "mx", SMTP_PORT: 465 },
      { host: "mx", port: 465, secure: true, auth: null },
    ],
    [
      { SMTP_HOST: "mx", SMTP_PORT: 25 },
      { host: "mx", port: 25, secure: false, auth: null },
    ],
    [{ SMTP_URL: "smtp://mx" }, { host: "mx", port: 587, secure: false, auth: null }],
    [{ SMTP_URL: "smtps://[::1]" }, { host: "::1", port: 465, secure: true, auth: null }],
    [{ SMTP_URL: "smtp://u:p%40@mx:2525" }, { host: "mx", port: 2525, secure: false, auth: { user: "u", pass: "p@" } }],
    [{}, null],
  ];
  test.each(cases)("%j", (settings, expected) => {
    expect<unknown>(mailServerOf(settings)).toEqual(expected);
  });

  test("a password is never sent over the network without TLS", () => {
    const auth = { user: "u", pass: "p" };
    const open = { host: "mx.example.org", port: 25, secure: false, auth };
    expect(demandsTls(open)).toBe(true);
    expect(demandsTls({ ...open, auth: null })).toBe(false);
    expect(demandsTls({ ...open, secure: true })).toBe(false); // it has TLS anyway
    for (const host of ["localhost", "127.0.0.1", "::1"]) expect(demandsTls({ ...open, host })).toBe(false);
    for (const host of ["127.0.0.1.example.org", "localhost.example.org"])
      expect(demandsTls({ ...open, host })).toBe(true);
  });
});
