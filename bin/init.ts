import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FplaneError } from "../src/domain/errors.ts";
import { PROGRAM } from "../src/domain/role.ts";
import type { Settings } from "../src/server/settings/settings.ts";
import { loadSettings, SettingsError } from "../src/server/settings/settings-file.ts";
import { newKey } from "../src/service/users/keys.ts";
import { addUser } from "../src/service/users.ts";
import { command } from "./command-line/command.ts";
import type { Terminal } from "./command-line/terminal.ts";
import { JSON_ARG, printReport } from "./output/print-report.ts";
import { openProject } from "./project/open-project.ts";
import { makeSecretFile } from "./project/secret-file.ts";

export const init = command({
  name: "init",
  description: "prepare a directory to run a server in: settings, database, first user",
  examples: [
    "init",
    "init /srv/fplane --server-url 0.0.0.0:5000",
    "init --database postgres://fplane@localhost/fplane",
  ],
  args: {
    dir: { type: "positional", required: false, description: "the directory; else the current one" },
    "server-url": {
      type: "string",
      valueHint: "HOST:PORT",
      description: "where the server will listen; else localhost:5000",
    },
    database: {
      type: "string",
      valueHint: "URL",
      description: "PostgreSQL to use; else an embedded database in DIR/data",
    },
    ...JSON_ARG,
  },
  run: async (args, terminal) => {
    const directory = args.dir ?? ".";
    const settingsFile = join(directory, "fplane.toml");
    const keyFile = join(directory, "admin.key");
    const given = givenSettings(args["server-url"], args.database);
    demandOneDatabase(args.database, terminal);
    for (const name of ["data", "logs", "spool"]) mkdirSync(join(directory, name), { recursive: true, mode: 0o700 });
    const isNew = makeSecretFile(settingsFile, settingsText(args["server-url"], args.database));
    const written = loadSettings(settingsFile, {});
    if (Object.entries(given).some(([name, value]) => !Bun.deepEquals(value, written[name as keyof Settings]))) {
      const message = `${settingsFile} is there already, with other settings: change SERVER_URL and DATABASE_URL in it`;
      throw new FplaneError("already-exists", message);
    }
    const deps = await openProject(loadSettings(settingsFile, terminal.env), { notice: terminal.err });
    try {
      if ((await deps.store.userNamed("admin")) !== null) {
        const isKeyThere = existsSync(keyFile);
        const there = isKeyThere ? "everything is there already" : `all but ${keyFile} is there already`;
        const changed = isNew
          ? `wrote ${settingsFile}; the database already has its user admin`
          : `${there}: nothing was changed`;
        const report = { settingsFile, keyFile: null, key: null, wroteSettings: isNew };
        await printReport(report, args.json, terminal, () => `${changed}\n`);
        if (!isKeyThere) terminal.err(WITHOUT_KEY);
        return undefined;
      }
      const admin = { username: "admin", role: "admin", firstName: "", lastName: "", email: "" } as const;
      const isKeyNew = makeSecretFile(keyFile, `${newKey()}\n`);
      const { key } = await addUser(deps, PROGRAM, admin, keyIn(keyFile));
      if (isNew) terminal.err(`wrote ${settingsFile}`);
      terminal.err(`${isKeyNew ? "wrote " : ""}${keyFile}, the key of the user admin:`);
      await printReport({ settingsFile, keyFile, key, wroteSettings: isNew }, args.json, terminal, () => `${key}\n`);
      terminal.err(`start the server with: fplane serve --config ${settingsFile}`);
      return undefined;
    } finally {
      await deps.store.close();
    }
  },
});

/**
 * The key is on the disk before the user is: whoever is cut off between the two is given it by running `init` again.
 *
 * @throws FplaneError `already-exists` for a file that holds something else
 */
function keyIn(keyFile: string): string {
  const key = readFileSync(keyFile, "utf8").trim();
  if (/^[0-9a-f]{48}$/.test(key)) return key;
  throw new FplaneError("already-exists", `${keyFile} holds no key: move it away, and a new one is made`);
}

const WITHOUT_KEY =
  "the key of the user admin is shown by `fplane user key admin`, and replaced by `fplane user rotate admin`: both ask a server that runs, with the key of an administrator";

/** What decides in which database the users are, and whether the server finds it. */
const OF_THE_DATABASE = ["DATABASE_URL", "DB_NAME", "DB_PROJECT", "DATA_DIR", "KEY_FILE"];

/**
 * The environment wins over the file, for `init` as for `serve`: else it would prepare another database than is served.
 *
 * @throws FplaneError `bad-parameter` when --database names another than the environment
 */
function demandOneDatabase(database: string | undefined, { env, err }: Terminal): void {
  const other = env["DATABASE_URL"];
  if (database !== undefined && other && other !== database) {
    const message = "DATABASE_URL of the environment names another database than --database, and wins: unset one";
    throw new FplaneError("bad-parameter", message);
  }
  const set = OF_THE_DATABASE.filter((name) => env[name]);
  if (set.length > 0) err(`${set.join(", ")} of the environment wins over the file: \`serve\` needs the same`);
}

/** The settings that the flags name, read as those of the file are: a wrong one stops `init` before it makes anything. */
function givenSettings(serverUrl: string | undefined, database: string | undefined): Partial<Settings> {
  try {
    const { SERVER_URL, DATABASE_URL } = loadSettings(null, { SERVER_URL: serverUrl, DATABASE_URL: database });
    return { ...(serverUrl === undefined ? {} : { SERVER_URL }), ...(database === undefined ? {} : { DATABASE_URL }) };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const flags = { SERVER_URL: "--server-url", DATABASE_URL: "--database" };
    const message = error.message.replaceAll(/environment variable (SERVER_URL|DATABASE_URL)/g, (_all, name) => {
      return flags[name as keyof typeof flags];
    });
    throw new FplaneError("bad-parameter", message);
  }
}

function settingsText(serverUrl: string | undefined, database: string | undefined): string {
  const text = (value: string) => JSON.stringify(value); // a JSON string is a TOML basic string
  return `# Settings of the fplane server. Paths are relative to this file; an environment variable of the same name wins.
# docs/operations.md lists every setting.

# host:port the server is running at
${serverUrl === undefined ? "#" : ""}SERVER_URL = ${text(serverUrl ?? "localhost:5000")}

# PostgreSQL to use. Without it the database is an embedded one, in DATA_DIR.
${database === undefined ? "#" : ""}DATABASE_URL = ${text(database ?? "postgres://fplane@localhost/fplane")}

DATA_DIR = "data"
KEY_FILE = "data/sealing.key"
SPOOL_DIR = "spool"
LOG_DIR = "logs"

# Least level that is logged: trace, debug, info, warning, error, critical.
#LOG_LOWER_LEVEL = "debug"

# The telescope's time zone: a night lasts from noon to noon in it.
#FPLANE_TIMEZONE = "America/Chicago"

# Whether reading needs no key.
#FPLANE_PUBLIC_READ = true

# Other names that the telescope control system uses in a hardware status.
#[STATUS_ALIASES]
#specid = ["SPECTROGRAPH"]
`;
}
