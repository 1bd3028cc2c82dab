import { describe, expect, test } from "bun:test";
import { SETTINGS, type Settings } from "../../../src/server/settings/settings.ts";
import { loadSettings } from "../../../src/server/settings/settings-file.ts";
import { settingsFile } from "../../support/settings-file.ts";

type Case = readonly [
  name: keyof Settings,
  written: string,
  inFile: string,
  value: unknown,
  otherInFile: string,
  byDefault: unknown,
];

/** Every setting: as the environment has it, as the file has it, what it means; another value; what holds without it. */
const CASES: readonly Case[] = [
  [
    "SERVER_URL",
    "0.0.0.0:8080",
    '"0.0.0.0:8080"',
    { host: "0.0.0.0", port: 8080 },
    '"other:1"',
    { host: "localhost", port: 5000 },
  ],
  ["FPLANE_TIMEZONE", "Pacific/Honolulu", '"Pacific/Honolulu"', "Pacific/Honolulu", '"UTC"', "America/Chicago"],
  ["FPLANE_PUBLIC_READ", "No", "false", false, "true", true],
  [
    "DATABASE_URL",
    "postgres://u:p@h/d",
    '"postgres://u:p@h/d"',
    "postgres://u:p@h/d",
    '"postgresql://other"',
    undefined,
  ],
  ["DB_NAME", "fplane", '"fplane"', "fplane", '"other"', undefined],
  ["DB_USERNAME", "fplane", '"fplane"', "fplane", '"other"', undefined],
  ["DB_PASSWORD", "hunter2", '"hunter2"', "hunter2", '"other"', undefined],
  ["DB_PROJECT", "VIRUS2", '"VIRUS2"', "VIRUS2", '"other"', "HETDEX"],
  ["DATA_DIR", "/srv/data", '"/srv/data"', "/srv/data", '"/other"', "./data"],
  ["USER_DATABASE", "/srv/users.db", '"/srv/users.db"', "/srv/users.db", '"/other"', undefined],
  ["KEY_FILE", "/srv/key", '"/srv/key"', "/srv/key", '"/other"', "./data/sealing.key"],
  ["KEY_GRACE_HOURS", "24", "24", 24, "720", 0],
  ["FAILED_KEYS_PER_MINUTE", "0", "0", 0, "5", 20],
  ["WRITES_PER_SECOND", "0", "0", 0, "5", 100],
  [
    "DATABASE_REPLICA_URL",
    "postgres://u:p@r/d",
    '"postgres://u:p@r/d"',
    "postgres://u:p@r/d",
    '"postgres://x"',
    undefined,
  ],
  ["DATABASE_POLL_SECONDS", "60", "60", 60, "61", 5],
  ["DATABASE_PATIENCE_SECONDS", "60", "60", 60, "61", 30],
  ["SPOOL_BYTES", "1000", "1000", 1000, "1001", 268_435_456],
  ["LARGEST_BODY_BYTES", "1000", "1000", 1000, "1001", 33_554_432],
  ["SLOWEST_BODY_SECONDS", "7", "7", 7, "8", 30],
  ["LONGEST_URL", "900", "900", 900, "901", 8192],
  ["LARGEST_HEADERS", "900", "900", 900, "901", 12_288],
  ["LARGEST_BATCH", "9", "9", 9, "10", 100],
  ["LARGEST_DATE_LIST", "9", "9", 9, "10", 10_000],
  ["LIVE_CLIENTS", "9", "9", 9, "10", 500],
  ["TRUST_PROXY", "127.0.0.1, 10.0.0.0/8", '["127.0.0.1", "10.0.0.0/8"]', ["127.0.0.1", "10.0.0.0/8"], '"::1"', []],
  ["CACHE_CONFIGURATIONS", "17", "17", 17, "18", 2000],
  ["SPOOL_DIR", "/srv/spool", '"/srv/spool"', "/srv/spool", '"/other"', "./spool"],
  ["LOG_DIR", "/srv/logs", '"/srv/logs"', "/srv/logs", '"/other"', "./logs"],
  ["LOG_MAX_BYTES", "1000", "1000", 1000, "1001", 50_000_000],
  ["LOG_KEEP", "3", "3", 3, "4", 10],
  ["LOG_LOWER_LEVEL", "logging.WARNING", '"WARNING"', "warn", '"error"', "debug"],
  ["TLS_CERT_FILE", "/srv/cert.pem", '"/srv/cert.pem"', "/srv/cert.pem", '"/other"', undefined],
  ["TLS_KEY_FILE", "/srv/key.pem", '"/srv/key.pem"', "/srv/key.pem", '"/other"', undefined],
  ["GATE_CHANGED_SHARE", "0.5", "0.5", 0.5, "1", 0.25],
  ["GATE_LOST_UNITS", "3", "3", 3, "0", 10],
  [
    "STATUS_ALIASES",
    '{"specid": ["A", "B"]}',
    '{ specid = ["A", "B"] }',
    { specid: ["A", "B"] },
    '{ ifuid = "X" }',
    {},
  ],
  ["SMTP_URL", "smtps://u:p@mx:465", '"smtps://u:p@mx:465"', "smtps://u:p@mx:465", '"smtp://other"', undefined],
  ["SMTP_HOST", "mx", '"mx"', "mx", '"other"', undefined],
  ["SMTP_PORT", "25", "25", 25, "26", undefined],
  ["SMTP_SECURE", "yes", "true", true, "false", undefined],
  ["SMTP_USERNAME", "fplane", '"fplane"', "fplane", '"other"', undefined],
  ["SMTP_PASSWORD", "hunter2", '"hunter2"', "hunter2", '"other"', undefined],
  ["SMTP_CA_FILE", "/srv/ca.pem", '"/srv/ca.pem"', "/srv/ca.pem", '"/other"', undefined],
  ["MAIL_FROM", "F <f@x.org>", '"F <f@x.org>"', "F <f@x.org>", '"other@x.org"', undefined],
  ["MAIL_TO", "a@x.org, b@x.org", '["a@x.org", "b@x.org"]', ["a@x.org", "b@x.org"], '"other@x.org"', undefined],
  ["MAIL_DIGEST", "0", "0", 0, "8", undefined],
  ["WEBHOOK_URL", "https://x/y?z", '"https://x/y?z"', "https://x/y?z", '"http://other"', undefined],
  ["WEBHOOK_SECRET", "hunter2", '"hunter2"', "hunter2", '"other"', undefined],
  ["ALARM_HOURS", "12.5", "12.5", 12.5, "0", 26],
];

const MAIL = { SMTP_HOST: "mx", MAIL_FROM: "f@x.org", MAIL_TO: "t@x.org" };

/** What a setting needs beside it. */
const BESIDE: Partial<Record<keyof Settings, Record<string, string>>> = {
  DB_USERNAME: { DB_NAME: "fplane" },
  DB_PASSWORD: { DB_NAME: "fplane" },
  DATABASE_REPLICA_URL: { DB_NAME: "fplane" },
  TLS_CERT_FILE: { TLS_KEY_FILE: "/key.pem" },
  TLS_KEY_FILE: { TLS_CERT_FILE: "/cert.pem" },
  SMTP_URL: { MAIL_FROM: "f@x.org", MAIL_TO: "t@x.org" },
  SMTP_HOST: { SMTP_URL: "smtp://mx", MAIL_FROM: "f@x.org", MAIL_TO: "t@x.org" },
  SMTP_PORT: MAIL,
  SMTP_SECURE: MAIL,
  SMTP_USERNAME: { ...MAIL, SMTP_PASSWORD: "p" },
  SMTP_PASSWORD: { ...MAIL, SMTP_USERNAME: "u" },
  SMTP_CA_FILE: MAIL,
  MAIL_FROM: { SMTP_HOST: "mx", MAIL_TO: "t@x.org" },
  MAIL_TO: { SMTP_HOST: "mx", MAIL_FROM: "f@x.org" },
  MAIL_DIGEST: MAIL,
  WEBHOOK_SECRET: { WEBHOOK_URL: "https://x" },
};

describe("every setting", () => {
  test("has a case below and says what it is", () => {
    expect(CASES.map(([name]) => name as string).sort()).toEqual(Object.keys(SETTINGS.shape).sort());
    for (const [name, schema] of Object.entries(SETTINGS.shape))
      expect([name, schema.description]).not.toContain(undefined);
  });

  test("has its default, whatever other programs have in the environment", () => {
    const environment = { PATH: "/usr/bin", FPS_SETTINGS: "/x", FPLANE_SERVER: "x", FPLANE_APIKEY: "y" };
    const defaults = CASES.filter(([, , , , , byDefault]) => byDefault !== undefined);
    const expected = Object.fromEntries(defaults.map(([name, , , , , byDefault]) => [name, byDefault]));
    expect<unknown>(loadSettings(null, environment)).toEqual(expected);
  });

  test.each(CASES)("%s is read from the environment", (name, written, _inFile, value) => {
    expect(loadSettings(null, { ...BESIDE[name], [name]: written })[name]).toEqual(value as never);
  });

  test.each(CASES)("%s is read from the file", (name, _written, inFile, value) => {
    const file = settingsFile(`# settings\n${name} = ${inFile}\n`);
    expect(loadSettings(file, { ...BESIDE[name] })[name]).toEqual(value as never);
  });

  test.each(CASES)(
    "%s of the environment wins over the file, an empty one does not",
    (name, written, _inFile, value, other) => {
      const file = settingsFile(`${name} = ${other}\n`);
      expect(loadSettings(file, { ...BESIDE[name], [name]: written })[name]).toEqual(value as never);
      expect(loadSettings(file, { ...BESIDE[name], [name]: "" })[name]).not.toEqual(value as never);
    },
  );
});

describe("values", () => {
  test.each([
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:5000", { host: "::1", port: 5000 }],
    ["http://fplane.example.org:80/", { host: "fplane.example.org", port: 80 }],
    ["127.0.0.1:65535", { host: "127.0.0.1", port: 65_535 }],
  ])("SERVER_URL %s", (written, address) => {
    expect(loadSettings(null, { SERVER_URL: written }).SERVER_URL).toEqual(address);
  });

  test.each(["1", "true", "TRUE", "yes"])("FPLANE_PUBLIC_READ %s is true", (written) => {
    expect(loadSettings(null, { FPLANE_PUBLIC_READ: written }).FPLANE_PUBLIC_READ).toBe(true);
  });

  test.each(["0", "false", "FALSE", "no"])("FPLANE_PUBLIC_READ %s is false", (written) => {
    expect(loadSettings(null, { FPLANE_PUBLIC_READ: written }).FPLANE_PUBLIC_READ).toBe(false);
  });

  test("STATUS_ALIASES is a table in the file too, names in it one or several", () => {
    const file = settingsFile('[STATUS_ALIASES]\nspecid = "SPECTROGRAPH, SPEC"\ndataTime = ["TAKEN"]\n');
    expect(loadSettings(file, {}).STATUS_ALIASES).toEqual({ specid: ["SPECTROGRAPH", "SPEC"], dataTime: ["TAKEN"] });
  });

  const refused: readonly (readonly [setting: string, wrong: string, wanted: string])[] = [
    ["SMTP_URL", "mx.example.org", "it takes smtp://host:port"],
    ["SMTP_URL", "smtp://u:%zz@mx", "it takes smtp://host:port"],
    ["SMTP_PORT", "0", "it takes a port"],
    ["MAIL_FROM", "nobody", "it takes an e-mail address"],
    ["MAIL_FROM", "F <f@x.org>\r\nBcc: e@x.org", "it takes an e-mail address"],
    ["MAIL_TO", "a@x.org b@x.org", "it takes e-mail addresses"],
    ["MAIL_DIGEST", "24", "it takes an hour"],
    ["WEBHOOK_URL", "ftp://x", "it takes https://host/path"],
    ["ALARM_HOURS", "-1", "it takes a number"],
  ];
  test.each(refused)("%s %j is refused without being shown", (setting, wrong, wanted) => {
    const load = () => loadSettings(null, { ...BESIDE[setting as keyof Settings], [setting]: wrong });
    expect(load).toThrow(`environment variable ${setting}: ${wanted}`);
    expect(load).not.toThrow(wrong);
  });

  test.each([
    [{ MAIL_TO: "t@x.org", MAIL_FROM: "f@x.org" }, "MAIL_TO: it needs SMTP_URL or SMTP_HOST beside it"],
    [{ MAIL_TO: "t@x.org", SMTP_HOST: "mx" }, "MAIL_TO: it needs MAIL_FROM beside it"],
    [{ SMTP_URL: "smtp://mx" }, "SMTP_URL: it needs MAIL_TO beside it"],
    [{ WEBHOOK_SECRET: "s" }, "WEBHOOK_SECRET: it needs WEBHOOK_URL beside it"],
  ])("what would be passed over in silence is refused: %j", (environment, message) => {
    expect(() => loadSettings(null, environment)).toThrow(message);
  });

  test("DATABASE_URL makes DB_NAME unnecessary beside user and password", () => {
    const given = { DATABASE_URL: "postgres://h/d", DB_USERNAME: "u", DB_PASSWORD: "p" };
    expect(loadSettings(null, given)).toMatchObject(given);
  });
});
