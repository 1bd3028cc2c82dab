import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../support/free-port.ts";
import { connect, type PostgresServer } from "../support/postgres.ts";
import { answering, ended, type Started } from "./processes.ts";
import { fileOf, HOT_NIGHT, historyFiles } from "./public-history.ts";

const PROJECT = join(import.meta.dir, "..", "..");
/** The program, as it is run from a checkout. */
export const PROGRAM = join(PROJECT, "bin", "fplane.ts");

export const PYTHON = "/usr/bin/python3";

export const NGINX = Bun.which("nginx", { PATH: `${process.env["PATH"]}:/usr/sbin` });

/** The real program with everything on: its log in a file at the default level, its memory, limits, metrics and identity. */
export async function startFplane(
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = ["serve", "--demo"],
): Promise<Started> {
  return await started([process.execPath, PROGRAM, ...args, "--json"], env);
}

/** The same under Bun's profiler, which leaves what it saw in a directory. @param interval µs between two looks at the stack */
export async function startProfiled(place: string, interval: number): Promise<Started> {
  const profiler = ["--cpu-prof", `--cpu-prof-dir=${place}`, "--cpu-prof-interval", String(interval)];
  return await started([process.execPath, ...profiler, PROGRAM, "serve", "--demo", "--json"]);
}

/** A server of ours that says where it listens: the bare address, or JSON with a `url`. */
async function started(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Started> {
  const child = Bun.spawn([...command], {
    cwd: PROJECT,
    env: { ...process.env, SERVER_URL: "127.0.0.1:0", ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  let said = "";
  for await (const chunk of child.stdout) {
    said += new TextDecoder().decode(chunk);
    if (said.includes("\n")) break;
  }
  const url = said.startsWith("{") ? (JSON.parse(said) as { url: string }).url : said.trim();
  if (url === "") throw new Error(`${command.join(" ")} exited with ${await child.exited}`);
  return { url, roots: [child.pid], stop: () => ended(child, "SIGINT") };
}

/** Bun's own static route with the file of one night. */
export async function startBunStatic(place: string): Promise<Started> {
  const file = join(place, "static.txt");
  await Bun.write(file, fileOf(HOT_NIGHT));
  return await started([process.execPath, join(import.meta.dir, "servers", "static.ts"), file, `/fplane/${HOT_NIGHT}`]);
}

/** A bare handler of Bun that sends what a server of ours answers. */
export async function startPrepared({ url }: Started): Promise<Started> {
  return await started([process.execPath, join(import.meta.dir, "servers", "prepared.ts"), url]);
}

/** nginx with the same file on disk; like ours it writes a line of log for each request. */
export async function startNginxFile(place: string): Promise<Started> {
  await Bun.write(join(place, "root", "fplane", HOT_NIGHT), fileOf(HOT_NIGHT));
  return await startNginx(place, "file", `root ${join(place, "root")}; default_type text/plain;`);
}

/** An nginx with one server on a free port. @param server what stands in its block; `http`: what stands beside it */
export async function startNginx(place: string, name: string, server: string, http = ""): Promise<Started> {
  if (NGINX === null) throw new Error("there is no nginx");
  const port = freePort();
  const inside = (file: string) => join(place, `${name}-${file}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${inside(kind)};`)
    .join("\n");
  const user = process.getuid?.() === 0 ? "user root;" : "";
  await Bun.write(
    inside("nginx.conf"),
    `${user}
daemon off;
worker_processes ${name === "file" ? 1 : "auto"};
pid ${inside("pid")};
events { worker_connections 4096; }
http {
  access_log ${inside("access.log")};
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  ${temporary}
  ${http}
  server { listen 127.0.0.1:${port}; ${server} }
}
`,
  );
  const errors = inside("error.log");
  const child = Bun.spawn([NGINX, "-c", inside("nginx.conf"), "-e", errors], { stdout: "ignore", stderr: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  await answering(url, () => child.exitCode === null);
  return { url, roots: [child.pid], stop: () => ended(child) };
}

/** What the old stack lacks on this machine; null: nothing. */
export function oldStackLacks(): string | null {
  if (!existsSync(PYTHON)) return PYTHON;
  const { exitCode } = Bun.spawnSync([PYTHON, "-c", "import flask, gunicorn, peewee"], { stderr: "ignore" });
  return exitCode === 0 ? null : "python3-flask, python3-peewee or gunicorn";
}

/** Flask, gunicorn with two workers of four threads, peewee and SQLite: old-stack/server.py. */
export async function startOldStack(place: string): Promise<Started> {
  const file = join(place, "old-stack.sqlite");
  fillSqlite(file);
  const port = freePort();
  const gunicorn = [
    "-w",
    "2",
    "--threads",
    "4",
    "-b",
    `127.0.0.1:${port}`,
    "--access-logfile",
    join(place, "access.log"),
  ];
  const child = Bun.spawn([PYTHON, "-m", "gunicorn", ...gunicorn, "server:app"], {
    cwd: join(import.meta.dir, "old-stack"),
    env: {
      ...process.env,
      PYTHONDONTWRITEBYTECODE: "1",
      OLD_STACK_DATABASE: file,
      OLD_STACK_LOG: join(place, "old-stack.log"),
    },
    stdout: "ignore",
    stderr: "ignore",
  });
  const url = `http://127.0.0.1:${port}`;
  await answering(`${url}/fplane/${HOT_NIGHT}`, () => child.exitCode === null);
  return { url, roots: [child.pid], stop: () => ended(child) };
}

const ROW = /^(#?)(\d{3})\t\s*(\S+)\t\s*(\S+)\t(\d+)\t(\d+)\t(\d+)\t/;

function fillSqlite(file: string): void {
  const database = new Database(file, { create: true });
  database.run("CREATE TABLE configuration (id INTEGER PRIMARY KEY, start VARCHAR(255) NOT NULL)");
  database.run("CREATE INDEX configuration_start ON configuration (start)");
  database.run(`CREATE TABLE row (id INTEGER PRIMARY KEY, configuration_id INTEGER NOT NULL REFERENCES configuration,
    ifuslot VARCHAR(255) NOT NULL, x REAL NOT NULL, y REAL NOT NULL, specid VARCHAR(255) NOT NULL,
    specslot VARCHAR(255) NOT NULL, ifuid VARCHAR(255) NOT NULL, active INTEGER NOT NULL)`);
  database.run("CREATE INDEX row_configuration ON row (configuration_id)");
  const configuration = database.prepare("INSERT INTO configuration (id, start) VALUES (?, ?)");
  const row = database.prepare("INSERT INTO row VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)");
  database.transaction(() => {
    for (const [id, { night, text }] of historyFiles().entries()) {
      configuration.run(id, `${night.slice(0, 4)}-${night.slice(4, 6)}-${night.slice(6)}T18:00:00`);
      for (const line of text.split("\n")) {
        const [, mark, ifuslot, x, y, specid, specslot, ifuid] = ROW.exec(line) ?? [];
        if (ifuslot === undefined) continue;
        row.run(id, ifuslot, Number(x), Number(y), specid ?? "", specslot ?? "", ifuid ?? "", mark === "" ? 1 : 0);
      }
    }
  })();
  database.close();
}

/** A small server that asks PostgreSQL on each request. The time of PostgreSQL's own processes counts as the server's. */
export async function startPostgresQuery(postgres: PostgresServer): Promise<Started> {
  const url = await postgres.createDatabase();
  const sql = connect(url, { max: 1 });
  await sql`CREATE TABLE file (start text PRIMARY KEY, text text NOT NULL)`;
  for (const { night, text } of historyFiles()) await sql`INSERT INTO file VALUES (${night}, ${text})`;
  await sql`ANALYZE`;
  const [row] = await sql`SELECT pg_postmaster_start_time(), current_setting('data_directory') AS place`;
  const postmaster = Number((await Bun.file(join(String(row?.["place"]), "postmaster.pid")).text()).split("\n")[0]);
  await sql.end();
  const server = await started([process.execPath, join(import.meta.dir, "servers", "postgres-query.ts"), url]);
  return { ...server, roots: [...server.roots, postmaster] };
}
