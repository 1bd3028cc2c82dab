import { describe, expect, test } from "bun:test";
import { dirname, join } from "node:path";
import { loadSettings, SettingsError } from "../../../src/server/settings/settings-file.ts";
import { settingsFile } from "../../support/settings-file.ts";

type Environment = Record<string, string>;

/** What is said of settings that are not understood; the file's path is written FILE. */
function complaints(text: string | null, environment: Environment = {}): string[] {
  const file = text === null ? null : settingsFile(text);
  try {
    loadSettings(file, environment);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.message.replaceAll(file ?? "\u0000", "FILE").split("\n");
  }
  throw new Error("these settings were taken");
}

describe("paths", () => {
  test("of the file are relative to it, absolute ones stay", () => {
    const file = settingsFile(
      'DATA_DIR = "d"\nLOG_DIR = "/var/log/fplane"\nTLS_CERT_FILE = "../c.pem"\nTLS_KEY_FILE = "k.pem"\n',
    );
    const base = dirname(file);
    expect(loadSettings(file, {})).toMatchObject({
      DATA_DIR: join(base, "d"),
      LOG_DIR: "/var/log/fplane",
      TLS_CERT_FILE: join(dirname(base), "c.pem"),
      TLS_KEY_FILE: join(base, "k.pem"),
    });
  });

  test("that a file leaves out have their default beside it", () => {
    const file = settingsFile("");
    const { DATA_DIR, KEY_FILE, SPOOL_DIR, LOG_DIR } = loadSettings(file, {});
    const expected = ["data", "data/sealing.key", "spool", "logs"].map((name) => join(dirname(file), name));
    expect([DATA_DIR, KEY_FILE, SPOOL_DIR, LOG_DIR]).toEqual(expected);
  });

  test("of the environment are relative to where the server is started, also beside a file", () => {
    const file = settingsFile('DATA_DIR = "d"\n');
    expect(loadSettings(file, { DATA_DIR: "here", LOG_DIR: "/logs" })).toMatchObject({
      DATA_DIR: "here",
      LOG_DIR: "/logs",
    });
  });
});

describe("a value that is not understood is refused with its line and what it takes", () => {
  test.each([
    ['SERVER_URL = "localhost"', "FILE:3: SERVER_URL: it takes host:port, for example localhost:5000"],
    ['SERVER_URL = "localhost:99999"', "FILE:3: SERVER_URL: it takes host:port, for example localhost:5000"],
    ['SERVER_URL = "a b:1"', "FILE:3: SERVER_URL: it takes host:port, for example localhost:5000"],
    ['FPLANE_TIMEZONE = "Texas"', "FILE:3: FPLANE_TIMEZONE: it takes an IANA time zone, for example America/Chicago"],
    [
      'FPLANE_PUBLIC_READ = "maybe"',
      'FILE:3: FPLANE_PUBLIC_READ: it is "maybe": it takes 0, 1, true, false, yes or no',
    ],
    ["FPLANE_PUBLIC_READ = [true]", "FILE:3: FPLANE_PUBLIC_READ: it takes 0, 1, true, false, yes or no"],
    ['DATABASE_URL = "mysql://u:hunter2@h/d"', "FILE:3: DATABASE_URL: it takes postgres://user@host:port/database"],
    ['DB_PROJECT = "public"', "FILE:3: DB_PROJECT: it takes a letter, then letters, digits and _"],
    [
      'LOG_LOWER_LEVEL = "loud"',
      "FILE:3: LOG_LOWER_LEVEL: it takes one of trace, debug, info, warning, error, critical",
    ],
    ["LOG_LOWER_LEVEL = true", "FILE:3: LOG_LOWER_LEVEL: it takes a level, for example info"],
    ["GATE_CHANGED_SHARE = 1.5", "FILE:3: GATE_CHANGED_SHARE: it takes a number from 0 to 1"],
    ['GATE_LOST_UNITS = "few"', "FILE:3: GATE_LOST_UNITS: it takes a number"],
    ["GATE_LOST_UNITS = 2.5", "FILE:3: GATE_LOST_UNITS: it takes a whole number"],
    ["DB_PASSWORD = 12345678", "FILE:3: DB_PASSWORD: it takes a text, in quotes"],
    ['DATA_DIR = ""', "FILE:3: DATA_DIR: it is empty"],
    ['STATUS_ALIASES = "SPEC"', 'FILE:3: STATUS_ALIASES: it takes a table, as JSON {"specid": ["..."]}'],
    ["[STATUS_ALIASES]\nspecid = 7", "FILE:4: STATUS_ALIASES.specid: it takes a name or a list of names"],
    ["[STATUS_ALIASES]\nspec = 'A'", "FILE:4: STATUS_ALIASES.spec: there is no such setting"],
    [
      "DATABASE_REPLICA_URL = 'postgres://h/d'",
      "FILE:3: DATABASE_REPLICA_URL: it needs DATABASE_URL or DB_NAME beside it",
    ],
    ["DATABASE_POLL_SECONDS = 0", "FILE:3: DATABASE_POLL_SECONDS: it takes seconds, from 1 to 86400"],
    ["DATABASE_POLL_SECONDS = 3000000", "FILE:3: DATABASE_POLL_SECONDS: it takes seconds, from 1 to 86400"],
    ["DATABASE_PATIENCE_SECONDS = 3000000", "FILE:3: DATABASE_PATIENCE_SECONDS: it takes seconds, from 0 to 86400"],
    ["SLOWEST_BODY_SECONDS = 0", "FILE:3: SLOWEST_BODY_SECONDS: it takes seconds, from 1 to 86400"],
    ["LONGEST_URL = 0", "FILE:3: LONGEST_URL: it takes a whole number from 1 on"],
    ["LARGEST_BODY_BYTES = 0", "FILE:3: LARGEST_BODY_BYTES: it takes a whole number from 1 on"],
    ["TLS_CERT_FILE = 'c.pem'", "FILE:3: TLS_CERT_FILE: it needs TLS_KEY_FILE beside it"],
    ["TLS_KEY_FILE = 'k.pem'", "FILE:3: TLS_KEY_FILE: it needs TLS_CERT_FILE beside it"],
    ["DB_USERNAME = 'fplane'", "FILE:3: DB_USERNAME: it needs DB_NAME or DATABASE_URL beside it"],
    ["SERVER_URI = 'localhost:5000'", "FILE:3: SERVER_URI: there is no such setting; did you mean SERVER_URL?"],
    ["server_url = 'localhost:5000'", "FILE:3: server_url: there is no such setting; did you mean SERVER_URL?"],
    ["[server]\nport = 1", "FILE:3: server: there is no such setting; did you mean SERVER_URL?"],
    ["'quoted name' = 1", "FILE:3: quoted name: there is no such setting"],
  ])("%s", (line, said) => {
    expect(complaints(`# settings\n# SERVER_URL, DB_PROJECT, TLS_KEY_FILE\n${line}\n`)).toEqual([said]);
  });

  test("all of them at once, each with its place", () => {
    const said = complaints("DB_PROJECT = '9'\nNONSENSE = 1\n", { FPLANE_TIMEZONE: "Texas", FPLANE_PUBLIC_REED: "0" });
    expect(said.sort()).toEqual([
      "FILE:1: DB_PROJECT: it takes a letter, then letters, digits and _",
      "FILE:2: NONSENSE: there is no such setting",
      "environment variable FPLANE_PUBLIC_REED: there is no such setting; did you mean FPLANE_PUBLIC_READ?",
      "environment variable FPLANE_TIMEZONE: it takes an IANA time zone, for example America/Chicago",
    ]);
  });

  test("a value of the environment by its variable, also where the file is right", () => {
    expect(complaints("SERVER_URL = 'localhost:1'", { SERVER_URL: "x" })).toEqual([
      "environment variable SERVER_URL: it takes host:port, for example localhost:5000",
    ]);
    expect(complaints(null, { STATUS_ALIASES: '{"specid": 1' })).toEqual([
      'environment variable STATUS_ALIASES: it takes a table, as JSON {"specid": ["..."]}',
    ]);
    expect(complaints(null, { TLS_KEY_FILE: "k" })).toEqual([
      "environment variable TLS_KEY_FILE: it needs TLS_CERT_FILE beside it",
    ]);
  });
});

describe("names of the environment", () => {
  test("one that begins with FPS_ and resembles none of ours is another program's", () => {
    expect(loadSettings(null, { FPS_LIMIT: "60", FPS_GAME: "x" })).toEqual(loadSettings(null, {}));
  });

  test("one that begins with FPLANE_, in any case, or with FPS_ and is none of ours is a typing error", () => {
    for (const [name, meant] of [
      ["FPLANE_PUBLICREAD", "; did you mean FPLANE_PUBLIC_READ?"],
      ["FPLANE_", ""],
      ["FPLANE_TZ", ""],
      ["FPS_SETTING", "; did you mean FPS_SETTINGS?"],
      ["fplane_public_read", "; did you mean FPLANE_PUBLIC_READ?"],
    ] as const) {
      const told = `environment variable ${name}: there is no such setting${meant}`;
      expect(complaints(null, { [name]: "x" })).toEqual([told]);
    }
  });

  test("those of the command line and of other programs are passed over", () => {
    const others = {
      FPLANE_SERVER: "x",
      FPLANE_APIKEY: "y",
      FPLANE_APIKEY_FILE: "z",
      FPLANE_DEBUG: "1",
      HOME: "/",
      PORT: "1",
    };
    expect(loadSettings(null, others)).toEqual(loadSettings(null, {}));
  });
});

describe("a file that is no TOML, or not there", () => {
  test.each([
    ['DB_PASSWORD = "hunter2', 3],
    ["DB_PASSWORD = hunter2", 3],
    ["DB_PASSWORD hunter2", 3],
    ['DB_PASSWORD = "a" "hunter2"', 3],
    ['DB_PASSWORD = "x"\nDB_PASSWORD = "hunter2"', 4],
    ['DB_PASSWORD = "hunter2\\q"', 3],
    ["DB_PASSWORD = { hunter2", 3],
  ])("%s is refused by its line, without the secret in it", (line, number) => {
    const said = complaints(`# settings\nSERVER_URL = "localhost:1"\n${line}\n`).join("\n");
    expect(said).toStartWith(`FILE:${number}: this is not TOML: `);
    expect(said).not.toContain("hunter2");
  });

  test("no secret is in what is said of its value", () => {
    const secrets = {
      DATABASE_URL: "hunter2",
      DB_PASSWORD: "hunter2",
      TLS_KEY_FILE: "hunter2",
      FPLANE_APIKY: "hunter2",
    };
    const said = complaints("DB_PASSWORD = 31415926\nKEY_FILE = 31415926\nDATABASE_URL = ['hunter2']", {}).join("\n");
    expect(said).toContain("DB_PASSWORD");
    expect(said).not.toMatch(/hunter2|31415926/);
    expect(complaints(null, secrets).join("\n")).not.toContain("hunter2");
  });

  test("one that cannot be read is named", () => {
    expect(() => loadSettings("/no/such/fplane.toml", {})).toThrow(
      "the settings file /no/such/fplane.toml cannot be read",
    );
    expect(() => loadSettings("/", {})).toThrow("the settings file / cannot be read");
  });
});
