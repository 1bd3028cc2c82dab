import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FplaneError } from "../src/domain/errors.ts";
import { PROGRAM } from "../src/domain/role.ts";
import { loadSettings } from "../src/server/settings-file.ts";
import { addUser } from "../src/service/users.ts";
import { command } from "./command.ts";
import { openProject } from "./open-project.ts";
import { JSON_ARG, printReport } from "./print-report.ts";

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
    for (const name of ["data", "logs", "spool"]) mkdirSync(join(directory, name), { recursive: true, mode: 0o700 });
    const isNew = !existsSync(settingsFile);
    if (isNew) {
      writeFileSync(settingsFile, settingsText(args["server-url"], args.database), { mode: 0o600, flag: "wx" });
    } else if (args["server-url"] !== undefined || args.database !== undefined) {
      throw new FplaneError(
        "already-exists",
        `${settingsFile} is there already: change SERVER_URL and DATABASE_URL in it`,
      );
    }
    const deps = await openProject(loadSettings(settingsFile, {}), { notice: terminal.err });
    try {
      if ((await deps.store.userNamed("admin")) !== null) {
        const changed = isNew
          ? `wrote ${settingsFile}; the database already has its user admin`
          : "everything is there already: nothing was changed";
        const report = { settingsFile, keyFile: null, key: null, wroteSettings: isNew };
        await printReport(report, args.json, terminal, () => `${changed}\n`);
        return undefined;
      }
      const admin = { username: "admin", role: "admin", firstName: "", lastName: "", email: "" } as const;
      const { key } = await addUser(deps, PROGRAM, admin);
      const keyFile = join(directory, "admin.key");
      writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
      terminal.err(`wrote ${settingsFile}\nwrote ${keyFile}, the key of the user admin:`);
      await printReport({ settingsFile, keyFile, key, wroteSettings: isNew }, args.json, terminal, () => `${key}\n`);
      terminal.err(`start the server with: fplane serve --config ${settingsFile}`);
      return undefined;
    } finally {
      await deps.store.close();
    }
  },
});

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
